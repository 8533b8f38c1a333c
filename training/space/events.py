"""A piece as the music tower reads it: one row of numbers for all that is struck together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from melodymuse.hearing.cues import Sounded, chords_of, sounded_notes
from melodymuse.music.keyfinding import estimate_key
from melodymuse.music.score import Score
from melodymuse.writing.measuring import HARSH_INTERVALS

# Columns: the pitch classes that are struck, counted from the tonic; then lowest and highest pitch,
# how many notes, wait for the next, length, loudness, share of harsh intervals; whether there is
# anything at all.
WIDTH = 12 + 7 + 1
# Rows of a window: about half a minute.
ROWS = 96
_MIDDLE, _SPAN = 60, 24
_SHORTEST, _LONGEST = 0.02, 8.0


def windows_of(score: Score, most: int = 4) -> NDArray[np.float32]:
    """Windows of a piece, float32 (W, ROWS, WIDTH): one after the other, from the first on, and no
    more than `most`, then spread evenly.  The last is filled up with rows of zeros."""
    rows = rows_of(sounded_notes(score), estimate_key(score.notes).pitch_class)
    count = max(-(-len(rows) // ROWS), 1)
    starts = np.linspace(0, max(len(rows) - ROWS, 0), min(count, most)).round().astype(int)
    windows = np.zeros((len(starts), ROWS, WIDTH), np.float32)
    for window, start in zip(windows, starts, strict=True):
        part = rows[start : start + ROWS]
        window[: len(part)] = part
    return windows


def rows_of(notes: Sequence[Sounded], tonic: int) -> NDArray[np.float32]:
    """A row for each chord or single note, float32 (N, WIDTH), by time.

    Args:
        notes: in real time.
        tonic: pitch class 0..11 that pitch classes are counted from.
    """
    chords = chords_of(sorted(notes))
    if not chords:
        return np.zeros((0, WIDTH), np.float32)
    last = chords[-1][0]
    ends = [*(chord[0].onset for chord in chords[1:]), last.onset + last.duration]
    rows = np.zeros((len(chords), WIDTH), np.float32)
    for row, chord, end in zip(rows, chords, ends, strict=True):
        pitches = sorted(note.pitch for note in chord)
        for pitch in pitches:
            row[(pitch - tonic) % 12] = 1
        harsh = [(b - a) % 12 in HARSH_INTERVALS for a, b in combinations(pitches, 2)]
        row[12:] = (
            (pitches[0] - _MIDDLE) / _SPAN,
            (pitches[-1] - _MIDDLE) / _SPAN,
            len(chord) / 4,
            _size(end - chord[0].onset),
            _size(sum(note.duration for note in chord) / len(chord)),
            sum(note.velocity for note in chord) / len(chord) / 64 - 1,
            sum(harsh) / len(harsh) if harsh else 0.0,
            1.0,
        )
    return rows


def _size(seconds: float) -> float:
    """Seconds as a number around 0."""
    return math.log2(min(max(seconds, _SHORTEST), _LONGEST)) / 2 + 1
