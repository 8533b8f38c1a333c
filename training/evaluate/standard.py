"""Some twenty standard features of a score in bars and beats, in the manner of muspy and mgeval.

Definitions: muspy (Dong et al. 2020, ISMIR; `muspy/metrics/metrics.py`) for pitches used, range,
pitch-class entropy, scale consistency, polyphony, polyphony rate, empty beats and groove; mgeval
(Yang & Lerch 2020, Neural Computing and Applications 32:4773-4784) for the mean pitch interval and
the mean inter-onset interval.  The others say below what they are.

None of them says how good a piece is: one repeated note has perfect scale consistency.  They are
for comparing sets of pieces.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GRID_PER_QUARTER, TICKS_PER_GRID
from melodymuse.music.score import Note, Score
from melodymuse.music.theory import SCALE_STEPS

# Places within a quarter that belong to halves and quarters of it; the others are triplets.
_BINARY_PLACES = frozenset({0, 3, 6, 9})
_LEAP = 7
# Features that follow from the controls of bars, or nearly.
GIVEN_BY_CONTROLS = frozenset(
    {"notes_per_quarter", "notes_per_onset", "inter_onset_mean", "velocity_mean"}
)


def standard_features(score: Score) -> dict[str, float]:
    """Name -> value; needs at least two onsets.

    Times are quarter notes, pitches MIDI numbers, intervals semitones, shares and rates 0..1,
    entropies bits.  The melody is the highest note of every onset.
    """
    notes = sorted(score.notes, key=lambda note: (note.onset, note.pitch))
    onsets = sorted({_steps(note.onset) for note in notes})
    if len(onsets) < 2:
        raise ValueError("a piece needs two onsets to be measured")
    pitch = np.array([note.pitch for note in notes], float)
    length = np.array([_steps(note.duration) for note in notes]) / GRID_PER_QUARTER
    gaps = np.diff(onsets) / GRID_PER_QUARTER
    velocity = np.array([note.velocity for note in notes], float)
    melody = np.diff([tune_pitch for _, tune_pitch in melody_of(notes)])
    sounding = _sounding(score)
    voices = sounding.sum(axis=1)
    beats = voices[: len(voices) // GRID_PER_QUARTER * GRID_PER_QUARTER]
    return {
        "pitches_used": float(len(set(pitch))),
        "pitch_range": float(np.ptp(pitch)),
        "pitch_class_entropy": entropy(note.pitch % 12 for note in notes),
        "scale_consistency": _scale_consistency([note.pitch for note in notes]),
        "pitch_interval_mean": float(np.abs(np.diff(pitch)).mean()),
        "polyphony": float(voices[voices > 0].mean()),
        "polyphony_rate": float((voices > 1).mean()),
        "empty_beat_rate": float(
            (beats.reshape(-1, GRID_PER_QUARTER) == 0).all(axis=1).mean(),
        ),
        # Notes struck over the number of onsets.
        "notes_per_onset": len(notes) / len(onsets),
        "notes_per_quarter": len(notes) * GRID_PER_QUARTER / len(voices),
        "groove_consistency": _groove_consistency(onsets, score),
        "inter_onset_mean": float(gaps.mean()),
        "inter_onset_sd": float(gaps.std()),
        "inter_onset_entropy": entropy(gaps.tolist()),
        # Share of notes off every half and quarter of their beat.
        "triplet_share": float(
            np.mean([_steps(n.onset) % GRID_PER_QUARTER not in _BINARY_PLACES for n in notes])
        ),
        "length_mean": float(length.mean()),
        "length_sd": float(length.std()),
        "velocity_mean": float(velocity.mean()),
        "velocity_sd": float(velocity.std()),
        # The histogram of the melody's intervals: its entropy, and the shares of its ends.
        "melody_interval_entropy": entropy(melody.tolist()),
        "melody_repeats": float((melody == 0).mean()),
        "melody_leaps": float((np.abs(melody) > _LEAP).mean()),
    }


def feature_table(scores: Sequence[Score]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Names, and values float64 (scores, features)."""
    rows = [standard_features(score) for score in scores]
    return tuple(rows[0]), np.array([list(row.values()) for row in rows])


def melody_of(notes: Iterable[Note]) -> list[tuple[int, int]]:
    """(grid step, pitch) of the highest note of every onset, in time."""
    highest: dict[int, int] = defaultdict(int)
    for note in notes:
        step = _steps(note.onset)
        highest[step] = max(highest[step], note.pitch)
    return sorted(highest.items())


def entropy(values: Iterable[Hashable]) -> float:
    """Bits of the distribution of values."""
    counts = np.array(list(Counter(values).values()), float)
    shares = counts / counts.sum()
    return max(0.0, float(-(shares * np.log2(shares)).sum()))


def _steps(ticks: int) -> int:
    return round(ticks / TICKS_PER_GRID)


def _sounding(score: Score) -> NDArray[np.bool_]:
    """Which of 128 pitches sound at each grid step of the piece."""
    sounding = np.zeros((math.ceil(score.end / TICKS_PER_GRID), 128), bool)
    for note in score.notes:
        first = _steps(note.onset)
        sounding[first : max(_steps(note.end), first + 1), note.pitch] = True
    return sounding


def _scale_consistency(pitches: Sequence[int]) -> float:
    """The largest share of notes in any major or natural minor scale."""
    classes = np.bincount(np.array(pitches) % 12, minlength=12)
    shares = [
        classes[[(tonic + step) % 12 for step in SCALE_STEPS["major"]]].sum() for tonic in range(12)
    ]
    return float(max(shares) / classes.sum())


def _groove_consistency(onsets: Sequence[int], score: Score) -> float:
    """1 less the mean share of grid places where a bar's onsets differ from the next bar's."""
    steps = score.time_signature.bar_ticks // TICKS_PER_GRID
    grooves = np.zeros((score.bars, steps), bool)
    for onset in onsets:
        grooves[onset // steps, onset % steps] = True
    if len(grooves) < 2:
        return 1.0
    return 1 - float(np.mean([(a != b).mean() for a, b in pairwise(grooves)]))
