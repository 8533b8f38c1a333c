"""Pictures with sounds: `picture`, `emotion` and `audio` out of a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.prompts import plain_line
from training.musicgen.pairs import by_part, read_part, read_rows, split

COLUMNS = ("picture", "emotion", "audio")


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture, what it makes people feel, a sound that goes with it, and the part of the set that
    its table puts it in, or an empty word."""

    picture: Path
    emotion: str
    audio: Path
    part: str = ""


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
    found = []
    for number, row in enumerate(read_rows(path, COLUMNS, "paintings"), start=2):
        picture, audio = path.parent / row["picture"], path.parent / row["audio"]
        for kind, file_ in (("picture", picture), ("sound file", audio)):
            if not file_.is_file():
                raise MelodyMuseError(f"{path}, row {number}: there is no {kind} '{file_.name}'")
        emotion = plain_line(row["emotion"]).casefold()
        if not emotion:
            raise MelodyMuseError(f"{path}, row {number}: there is no emotion")
        found.append(Painting(picture, emotion, audio, read_part(path, number, row)))
    return tuple(found)


def parted(paintings: Sequence[Painting], seed: int) -> Parts:
    """80 % to learn from, 10 % to stop by, 10 % to be judged by, within each emotion; no sound is
    in two parts.

    Raises:
        MelodyMuseError: too few for three parts.
    """
    if all(painting.part for painting in paintings):
        return Parts(*by_part(paintings))
    rest, tested = split(paintings, 0.1, seed)
    learned, held_out = split(rest, 1 / 9, seed)
    return Parts(learned, held_out, tested)
