"""What the harmony network reads: the tune around each beat, and where the beat stands.

A beat is what is counted, a quarter or in 6/8 a dotted one; pitches are as if the tonic were C.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import METRES, Metre
from melodymuse.music.theory import MODES
from melodymuse.writing.tune.breathing import breaths
from melodymuse.writing.tune.notes import Bar

Floats = NDArray[np.float32]

# Beats and bars before and after that are read.
BEATS_AROUND, BARS_AROUND = 8, 2
_MOST_BEATS = 4
_FURTHEST = 8

# Numbers of a beat: twelve pitch classes that sound in it, twelve at its first step, silence.
_OF_BEAT = 25
_PLACE = _MOST_BEATS + len(METRES) + len(MODES) + 2 * (_FURTHEST + 2) + 3
FRAME = _OF_BEAT * (2 * BEATS_AROUND + 1) + 12 * (2 * BARS_AROUND + 2) + _PLACE


def beats_of(metre: Metre) -> int:
    """Beats of a bar."""
    return metre.bar_steps // metre.beat_steps


def frames(bars: Sequence[Bar], metre: Metre, modes: Sequence[str]) -> Floats:
    """A row of numbers for each beat, float32 (bars * beats, FRAME).

    Args:
        bars: of the tune.
        metre: of all bars.
        modes: "major" or "minor" for each bar.
    """
    beats = beats_of(metre)
    sounding, struck = _sounding(bars, metre)
    near = np.concatenate(
        [sounding / metre.beat_steps, struck, 1.0 * (sounding.sum(axis=1, keepdims=True) == 0)],
        axis=1,
    )
    by_bar = sounding.reshape(len(bars), beats, 12).sum(axis=1) / metre.bar_steps
    whole = sounding.sum(axis=0) / max(sounding.sum(), 1.0)
    places = _places(bars, metre, modes)
    return np.concatenate(
        [
            _around(near, BEATS_AROUND),
            np.repeat(_around(by_bar, BARS_AROUND), beats, axis=0),
            np.tile(whole, (len(near), 1)),
            places,
        ],
        axis=1,
    ).astype(np.float32)


def _sounding(bars: Sequence[Bar], metre: Metre) -> tuple[Floats, Floats]:
    """Steps that each pitch class sounds in each beat, and which one sounds at its first step,
    (beats, 12) each."""
    length = len(bars) * metre.bar_steps
    steps = np.full(length, -1)
    for index, bar in enumerate(bars):
        for note in bar:
            onset = index * metre.bar_steps + note.position
            steps[onset : onset + note.duration] = note.pitch % 12
    classes = np.eye(13, dtype=np.float32)[steps][:, :12]
    by_beat = classes.reshape(-1, metre.beat_steps, 12)
    return by_beat.sum(axis=1), by_beat[:, 0]


def _around(rows: Floats, reach: int) -> Floats:
    """Each row with so many before and after it, zeros beyond the ends."""
    padded = np.pad(rows, ((reach, reach), (0, 0)))
    return np.concatenate(
        [padded[shift : shift + len(rows)] for shift in range(2 * reach + 1)], axis=1
    )


def _places(bars: Sequence[Bar], metre: Metre, modes: Sequence[str]) -> Floats:
    """Where each beat stands: in its bar, its metre and mode, its phrase, the piece."""
    beats, width = beats_of(metre), _FURTHEST + 2
    rows = np.zeros((len(bars), beats, _PLACE), np.float32)
    rows[:, np.arange(beats), np.arange(beats)] = 1
    at = _MOST_BEATS
    rows[:, :, at + list(METRES).index(metre.name)] = 1
    at += len(METRES)
    for bar, mode in enumerate(modes):
        rows[bar, :, at + MODES.index(mode)] = 1
    at += len(MODES)
    for bar, phrase in enumerate(breaths(bars, metre)):
        for which, count in enumerate(phrase or (None, None)):
            told = 0 if count is None else 1 + min(count, _FURTHEST)
            rows[bar, :, at + which * width + told] = 1
    at += 2 * width
    rows[0, :, at] = rows[-1, :, at + 1] = rows[-2:, :, at + 2] = 1
    return rows.reshape(-1, _PLACE)
