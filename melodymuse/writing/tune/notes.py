"""A tune on the onset grid, and its notes as classes of the tune network.

A tune is a tuple of bars, a bar a tuple of notes by position.  Pitches are as if the tonic were C;
a note may sound over a bar line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GridChord
from melodymuse.music.theory import QUALITIES, SCALE_STEPS
from melodymuse.writing.vocabulary import (
    BAR_POSITION,
    QUALITY_NAMES,
    chord_item,
    duration_class,
)


class TuneNote(NamedTuple):
    """One note: grid steps from the bar line, grid steps it lasts, pitch as if the tonic were C."""

    position: int
    duration: int
    pitch: int


Bar = tuple[TuneNote, ...]
Tune = tuple[Bar, ...]

# Pitch classes of the network: none, then C3 .. B6.
LOWEST_TUNE, HIGHEST_TUNE = 48, 95
PITCHES = HIGHEST_TUNE - LOWEST_TUNE + 2
# Positions of the network: the grid of the longest bar, the next bar line, nothing to recall.
NEXT_BAR = BAR_POSITION
NO_RECALL = BAR_POSITION + 1
POSITIONS, RECALLED_POSITIONS = BAR_POSITION + 1, BAR_POSITION + 2

# Chords of the network: none, then as `chord_item` counts them; each as root and tones.
CHORDS = 1 + 12 * len(QUALITY_NAMES)
CHORD_NUMBERS = 24


class Classes(NamedTuple):
    """A note as the network reads it: position, duration and pitch classes."""

    position: int
    duration: int
    pitch: int


NOTHING_RECALLED = Classes(NO_RECALL, 0, 0)
NOTHING_LEFT = Classes(NEXT_BAR, 0, 0)


def pitch_class_of(pitch: int) -> int:
    """The network's class 1.. of a pitch; outside the range the nearest octave of it counts."""
    while pitch < LOWEST_TUNE:
        pitch += 12
    while pitch > HIGHEST_TUNE:
        pitch -= 12
    return pitch - LOWEST_TUNE + 1


def class_pitch(index: int) -> int:
    """The inverse of `pitch_class_of` within the range."""
    return index - 1 + LOWEST_TUNE


def classes_of(note: TuneNote) -> Classes:
    """The classes of a note."""
    return Classes(note.position, duration_class(note.duration), pitch_class_of(note.pitch))


def chord_features() -> NDArray[np.float32]:
    """For each chord class its root, one of twelve, and its tones: float32 (CHORDS, 24)."""
    features = np.zeros((CHORDS, CHORD_NUMBERS), np.float32)
    for root in range(12):
        for quality in QUALITY_NAMES:
            row = features[chord_item(root, quality)]
            row[root] = 1
            for step in QUALITIES[quality]:
                row[12 + (root + step) % 12] = 1
    return features


def chord_steps(chords: Sequence[Iterable[GridChord]], bar_steps: int) -> NDArray[np.int64]:
    """The chord class at each grid step, int64 (bars, bar_steps); 0 before the first chord."""
    found = np.zeros(len(chords) * bar_steps, np.int64)
    for bar, placed in enumerate(chords):
        for chord in placed:
            found[bar * bar_steps + chord.position :] = chord_item(chord.root, chord.quality)
    return found.reshape(len(chords), bar_steps)


_DEGREE: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        # The degree 0..6 nearest below or at each of the twelve steps.
        mode: tuple(max(d for d, s in enumerate(steps) if s <= pc) for pc in range(12))
        for mode, steps in SCALE_STEPS.items()
    }
)


def degree(pitch: int, mode: str) -> tuple[int, int]:
    """Scale degree counted from the tonic C0 (seven an octave), and semitones above it (0 or 1)."""
    octave, step = divmod(pitch, 12)
    found = _DEGREE[mode][step]
    return octave * 7 + found, step - SCALE_STEPS[mode][found]


def move(pitch: int, degrees: int, mode: str) -> int:
    """A pitch so many scale degrees up or down; a chromatic note moves as the degree below it."""
    if not degrees:
        return pitch
    place, _ = degree(pitch, mode)
    octave, found = divmod(place + degrees, 7)
    return octave * 12 + SCALE_STEPS[mode][found]


def move_bar(bar: Bar, degrees: int, mode: str) -> Bar:
    """A bar moved by scale degrees."""
    if not degrees:
        return bar
    return tuple(note._replace(pitch=move(note.pitch, degrees, mode)) for note in bar)
