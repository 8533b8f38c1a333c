"""Pairs of text and audio out of a CSV file, and the parts that they are held in."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from melodymuse.errors import MelodyMuseError
from melodymuse.spreadsheets import cell_text
from melodymuse.waveform.prompts import LONGEST_PROMPT, plain_line

COLUMNS = ("text", "audio")
# To learn from, to stop by, to be judged by.
PARTS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sound and the words that it should answer to.

    Attributes:
        text: one line of English.
        audio: a sound file.
        emotion: what it was chosen for; empty where the table does not say.
        part: one of `PARTS`; empty where the table does not say.
    """

    text: str
    audio: Path
    emotion: str = ""
    part: str = ""


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read a table with the columns `text` and `audio`, and perhaps `emotion` and `part`; others
    are ignored.

    Audio files are named relative to the table's folder, or absolutely.

    Raises:
        MelodyMuseError: no such file, no such columns, no rows, a row without text or with too long
            a one, a sound file that is not there, or a part that is none.
    """
    return tuple(
        _pair(path, number, row)
        for number, row in enumerate(read_rows(path, COLUMNS, "pairs"), start=2)
    )


def read_rows(path: Path, columns: Sequence[str], what: str) -> list[dict[str, str]]:
    """The rows of a CSV table that has columns; an empty cell, or none, is "".

    Raises:
        MelodyMuseError: no such file, no such columns, or no rows (of `what`).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in columns if name not in (table.fieldnames or ())]
            if missing:
                raise MelodyMuseError(f"{path}: there is no column '{missing[0]}' in its first row")
            rows = [
                {name: cell_text(cell or "") for name, cell in row.items() if name} for row in table
            ]
    except OSError as error:
        raise MelodyMuseError(f"cannot read '{path}': {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MelodyMuseError(f"'{path}' is no CSV file in UTF-8: {error}") from error
    if not rows:
        raise MelodyMuseError(f"'{path}' holds no {what}: write one row for each")
    return rows


def read_part(path: Path, number: int, row: Mapping[str, str]) -> str:
    """The part of the set that a row says to be in; empty where it says none.

    Raises:
        MelodyMuseError: a part that is none.
    """
    part = row.get("part", "")
    if part and part not in PARTS:
        raise MelodyMuseError(f"{path}, row {number}: '{part}' is no part: use {', '.join(PARTS)}")
    return part


def _pair(path: Path, number: int, row: Mapping[str, str]) -> Pair:
    words = plain_line(row["text"])
    if not 0 < len(words) <= LONGEST_PROMPT:
        raise MelodyMuseError(
            f"{path}, row {number}: the text has {len(words)} characters: use 1 to {LONGEST_PROMPT}"
        )
    file = path.parent / row["audio"]
    if not file.is_file():
        raise MelodyMuseError(f"{path}, row {number}: there is no sound file '{row['audio']}'")
    emotion = plain_line(row.get("emotion", "")).casefold()
    return Pair(words, file, emotion, read_part(path, number, row))


class Held(Protocol):
    """What can be held out: it has a sound, and an emotion and a part, or empty words."""

    @property
    def audio(self) -> Path:
        """A sound file."""

    @property
    def emotion(self) -> str:
        """What it was chosen for."""

    @property
    def part(self) -> str:
        """The part of the set that its table puts it in."""


Kind = TypeVar("Kind", bound=Held)


def split(
    pairs: Sequence[Kind], share: float, seed: int
) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """Pairs to learn from, and pairs held out: no sound is on both sides.

    Where all say their part, those to learn from and to stop by, and the others are left aside.
    Else:

    Held out are as many of each emotion's sounds, so that both sides tell of all; of an emotion
    with one sound none.

    Args:
        pairs: all of them.
        share: of the sounds, 0..1, to hold out; at least one sound stays on each side.
        seed: decides which.

    Raises:
        MelodyMuseError: fewer than two sounds of any emotion.
    """
    if all(pair.part for pair in pairs):
        learned, kept, _ = by_part(pairs)
        return learned, kept
    of_emotion: dict[str, set[Path]] = {}
    known: set[Path] = set()
    for pair in sorted(pairs, key=lambda pair: (str(pair.audio), pair.emotion)):
        # A sound with two emotions counts for its first.
        if pair.audio not in known:
            known.add(pair.audio)
            of_emotion.setdefault(pair.emotion, set()).add(pair.audio)
    chance, held = random.Random(seed), set[Path]()
    for emotion in sorted(of_emotion):
        sounds = sorted(of_emotion[emotion])
        chance.shuffle(sounds)
        if len(sounds) > 1:
            held.update(sounds[: min(max(round(share * len(sounds)), 1), len(sounds) - 1)])
    if not held:
        raise MelodyMuseError("one sound cannot be learned from and held out: give at least two")
    return (
        tuple(pair for pair in pairs if pair.audio not in held),
        tuple(pair for pair in pairs if pair.audio in held),
    )


def by_part(pairs: Sequence[Kind]) -> tuple[tuple[Kind, ...], ...]:
    """Those of each of `PARTS`.

    Raises:
        MelodyMuseError: one part has none.
    """
    for part in PARTS:
        if not any(pair.part == part for pair in pairs):
            raise MelodyMuseError(f"no row is in the part '{part}'")
    return tuple(tuple(pair for pair in pairs if pair.part == part) for part in PARTS)
