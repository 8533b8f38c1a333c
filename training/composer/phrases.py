"""Human phrase marks of POP909 (MIT; Dai, Zhang & Dannenberg 2020, CSMC+MuMe).

Published as Dsqvival/hierarchical-structure-analysis on GitHub, a folder a song (some with a blank
at the end of the name): `melody.txt`, `human_label1.txt`, such as ``i4A8B8b4o2`` (a letter for the
phrase, upper case where it has a melody, then its bars), `finalized_chord.txt`, `tempo.txt`.  Bars
are counted from the song's own beginning, so the chords tell how the marks lie against another
edition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GRID_PER_QUARTER

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FURTHEST_BEATS = 32
_SIXTEENTH = GRID_PER_QUARTER // 4
# Share of beats whose root must agree before the marks are believed.
_LEAST_AGREEMENT = 0.45


@dataclass(frozen=True, slots=True)
class PhraseMark:
    """What the marks say of one bar: whether its phrase begins or ends with it, and the phrase's
    letter, upper case where it has a melody."""

    begins: bool
    ends: bool
    letter: str

    @property
    def melodic(self) -> bool:
        """Whether the bar sings."""
        return self.letter.isupper()


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the marks lie against another edition of the song.

    Attributes:
        first_beat: the edition's beat on which their first bar begins; may be negative.
        marks: of each of their bars.
    """

    first_beat: int
    marks: tuple[PhraseMark, ...]


def song_folder(folder: Path | None, name: str) -> Path | None:
    """The song's folder, or None where there is none."""
    if folder is None:
        return None
    return next((path for path in (folder / name, folder / f"{name} ") if path.is_dir()), None)


def align_marks(folder: Path, roots: Sequence[int | None]) -> Alignment | None:
    """Lay the marks against an edition by their chords; None where they do not fit.

    Args:
        folder: of one song.
        roots: the edition's chord root (pitch class in the real key) at each beat; None where
            there is none.
    """
    labels, chords = folder / "human_label1.txt", folder / "finalized_chord.txt"
    if not (labels.exists() and chords.exists()):
        return None
    theirs = _beat_roots(chords)
    first_beat, agreement = max(
        (
            (offset, _agreement(theirs, roots, offset))
            for offset in range(-_FURTHEST_BEATS, _FURTHEST_BEATS + 1)
        ),
        key=lambda found: (found[1], -abs(found[0])),
    )
    if agreement < _LEAST_AGREEMENT:
        return None
    return Alignment(first_beat, read_marks(labels))


def read_tempo(folder: Path | None) -> float | None:
    """Quarter notes a minute; None where the folder has no `tempo.txt`."""
    path = folder / "tempo.txt" if folder is not None else None
    return _number(path.read_text(), path) if path is not None and path.exists() else None


def read_melody(folder: Path) -> list[tuple[int, int]]:
    """(grid step from the first bar line, pitch as it sounds) of the notes of `melody.txt` (pitch,
    0 for a rest, and sixteenths); none where the folder has no such file."""
    path = folder / "melody.txt"
    notes, onset = [], 0.0
    for line in path.read_text().splitlines() if path.exists() else ():
        if line.strip():
            pitch, sixteenths = (_number(word, path) for word in line.split())
            if pitch:
                notes.append((round(onset), int(pitch)))
            onset += sixteenths * _SIXTEENTH
    return notes


def read_marks(path: Path) -> tuple[PhraseMark, ...]:
    """The mark of each bar of a `human_label1.txt`."""
    phrases = [(m[1], int(m[2])) for m in re.finditer(r"([A-Za-z])(\d+)", path.read_text())]
    return tuple(
        PhraseMark(bar == 0, bar == bars - 1, letter)
        for letter, bars in phrases
        for bar in range(bars)
    )


def _beat_roots(path: Path) -> list[int | None]:
    beats: list[int | None] = []
    for line in path.read_text().splitlines():
        if line.strip():
            name, *_, length = line.split()
            beats += [_root(name)] * round(_number(length, path))
    return beats


def _number(text: str, path: Path) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise MelodyMuseError(
            f"cannot read {path}: '{text.strip()}' should be a number; fetch the file again"
        ) from error


def _root(name: str) -> int | None:
    step = _STEPS.get(name[0])
    if step is None:
        return None
    return (step + {"#": 1, "b": -1}.get(name[1:2], 0)) % 12


def _agreement(theirs: Sequence[int | None], ours: Sequence[int | None], offset: int) -> float:
    """Share of our beats with a known root whose root is theirs."""
    known = [(beat, root) for beat, root in enumerate(ours) if root is not None]
    agreeing = sum(
        0 <= beat - offset < len(theirs) and theirs[beat - offset] == root for beat, root in known
    )
    return agreeing / len(known) if known else 0.0
