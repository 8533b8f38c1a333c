"""Pairs of text and audio out of a CSV file."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.prompts import LONGEST_PROMPT, plain_line

COLUMNS = ("text", "audio")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sound and the words that it should answer to.

    Attributes:
        text: one line of English.
        audio: a sound file.
        emotion: what it was chosen for; empty where the table does not say.
    """

    text: str
    audio: Path
    emotion: str = ""


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read a table with the columns `text` and `audio`, and perhaps `emotion`; others are ignored.

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
                _pair(path, number, row["text"], row["audio"], row.get("emotion"))
                for number, row in enumerate(table, start=2)
            )
    except OSError as error:
        raise MelodyMuseError(f"cannot read '{path}': {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MelodyMuseError(f"'{path}' is no CSV file in UTF-8: {error}") from error
    if not pairs:
        raise MelodyMuseError(f"'{path}' holds no pairs: write one row for each sound")
    return pairs


def _pair(path: Path, row: int, text: str | None, audio: str | None, emotion: str | None) -> Pair:
    words = plain_line(text or "")
    if not 0 < len(words) <= LONGEST_PROMPT:
        raise MelodyMuseError(
            f"{path}, row {row}: the text has {len(words)} characters: use 1 to {LONGEST_PROMPT}"
        )
    file = path.parent / (audio or "")
    if not file.is_file():
        raise MelodyMuseError(f"{path}, row {row}: there is no sound file '{audio or ''}'")
    return Pair(words, file, plain_line(emotion or "").casefold())


class Held(Protocol):
    """What can be held out: it has a sound, and an emotion or an empty word."""

    @property
    def audio(self) -> Path:
        """A sound file."""

    @property
    def emotion(self) -> str:
        """What it was chosen for."""


Kind = TypeVar("Kind", bound=Held)


def split(
    pairs: Sequence[Kind], share: float, seed: int
) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """Pairs to learn from, and pairs held out: no sound is on both sides.

    Held out are as many of each emotion's sounds, so that both sides tell of all; of an emotion
    with one sound none.

    Args:
        pairs: all of them.
        share: of the sounds, 0..1, to hold out; at least one sound stays on each side.
        seed: decides which.

    Raises:
        MelodyMuseError: fewer than two sounds of any emotion.
    """
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
