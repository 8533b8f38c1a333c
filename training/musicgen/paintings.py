"""Pictures with sounds: `picture`, `emotion` and `audio` out of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.prompts import plain_line
from training.musicgen.pairs import split

COLUMNS = ("picture", "emotion", "audio")


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture, what it makes people feel, and a sound that goes with it."""

    picture: Path
    emotion: str
    audio: Path


@dataclass(frozen=True, slots=True)
class Parts:
    """Paintings to learn from, to stop by, and to be judged by."""

    learned: tuple[Painting, ...]
    held_out: tuple[Painting, ...]
    tested: tuple[Painting, ...]


def read_paintings(path: Path) -> tuple[Painting, ...]:
    """Read a table; files are named relative to its folder, or absolutely.

    Raises:
        MelodyMuseError: no such file, no such columns, no rows, or a file that is not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise MelodyMuseError(f"{path}: there is no column '{missing[0]}' in its first row")
            rows = list(table)
    except OSError as error:
        raise MelodyMuseError(f"cannot read '{path}': {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MelodyMuseError(f"'{path}' is no CSV file in UTF-8: {error}") from error
    if not rows:
        raise MelodyMuseError(f"'{path}' holds no paintings: write one row for each")
    found = []
    for number, row in enumerate(rows, start=2):
        picture, audio = path.parent / (row["picture"] or ""), path.parent / (row["audio"] or "")
        for kind, file_ in (("picture", picture), ("sound file", audio)):
            if not file_.is_file():
                raise MelodyMuseError(f"{path}, row {number}: there is no {kind} '{file_.name}'")
        emotion = plain_line(row["emotion"] or "").casefold()
        if not emotion:
            raise MelodyMuseError(f"{path}, row {number}: there is no emotion")
        found.append(Painting(picture, emotion, audio))
    return tuple(found)


def parted(paintings: Sequence[Painting], seed: int) -> Parts:
    """80 % to learn from, 10 % to stop by, 10 % to be judged by, within each emotion; no sound is
    in two parts.

    Raises:
        MelodyMuseError: too few for three parts.
    """
    rest, tested = split(paintings, 0.1, seed)
    learned, held_out = split(rest, 1 / 9, seed)
    return Parts(learned, held_out, tested)
