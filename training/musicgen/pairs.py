"""Pairs of text and audio out of a CSV file."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.prompts import LONGEST_PROMPT, plain_line

COLUMNS = ("text", "audio")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sound and the words that it should answer to.

    Attributes:
        text: one line of English.
        audio: a sound file.
    """

    text: str
    audio: Path


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read a table with the columns `text` and `audio`; others are ignored.

    Audio files are named relative to the table's folder, or absolutely.

    Raises:
        MelodyMuseError: no such file, no such columns, no rows, a row without text or with too long
            a one, or a sound file that is not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise MelodyMuseError(f"{path}: there is no column '{missing[0]}' in its first row")
            pairs = tuple(
                _pair(path, number, row["text"], row["audio"])
                for number, row in enumerate(table, start=2)
            )
    except OSError as error:
        raise MelodyMuseError(f"cannot read '{path}': {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MelodyMuseError(f"'{path}' is no CSV file in UTF-8: {error}") from error
    if not pairs:
        raise MelodyMuseError(f"'{path}' holds no pairs: write one row for each sound")
    return pairs


def _pair(path: Path, row: int, text: str | None, audio: str | None) -> Pair:
    words = plain_line(text or "")
    if not 0 < len(words) <= LONGEST_PROMPT:
        raise MelodyMuseError(
            f"{path}, row {row}: the text has {len(words)} characters: use 1 to {LONGEST_PROMPT}"
        )
    file = path.parent / (audio or "")
    if not file.is_file():
        raise MelodyMuseError(f"{path}, row {row}: there is no sound file '{audio or ''}'")
    return Pair(words, file)


def split(
    pairs: Sequence[Pair], share: float, seed: int
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Pairs to learn from, and pairs held out: no sound is on both sides.

    Args:
        pairs: all of them.
        share: of the sounds, 0..1, to hold out; at least one sound stays on each side.
        seed: decides which.

    Raises:
        MelodyMuseError: fewer than two sounds.
    """
    sounds = sorted({pair.audio for pair in pairs})
    if len(sounds) < 2:
        raise MelodyMuseError("one sound cannot be learned from and held out: give at least two")
    random.Random(seed).shuffle(sounds)
    count = min(max(round(share * len(sounds)), 1), len(sounds) - 1)
    held = set(sounds[:count])
    return (
        tuple(pair for pair in pairs if pair.audio not in held),
        tuple(pair for pair in pairs if pair.audio in held),
    )
