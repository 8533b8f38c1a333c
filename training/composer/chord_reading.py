"""Chord symbols read off the notes, for sets that come without them.

Each beat's sounding pitch classes are compared with the shapes of all chords; a path through the
beats pays for every change (Pardo & Birmingham 2002, Computer Music Journal 26:27-49, with a
Viterbi search in place of their segmentation).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.writing.vocabulary import QUALITY_NAMES

# What a sounding pitch class counts outside the chord, and a chord tone that does not sound.
_FOREIGN, _MISSING = 1.0, 0.25
_ROOT_IN_BASS = 0.4
# Plain triads before seventh chords before rarities, where notes fit both.
_RARITY = {
    "major": 0.0,
    "minor": 0.0,
    "dominant-seventh": 0.05,
    "minor-seventh": 0.12,
    "major-seventh": 0.15,
    "diminished": 0.15,
    "half-diminished": 0.15,
    "diminished-seventh": 0.12,
    "suspended-fourth": 0.25,
    "suspended-second": 0.3,
    "augmented": 0.3,
}
# Price of a change at a bar line, in the middle of the bar, on another beat.
_CHANGE = (0.25, 0.45, 0.8)

_SHAPES = np.array(
    [
        [(pitch_class - root) % 12 in QUALITIES[quality] for pitch_class in range(12)]
        for root in range(12)
        for quality in QUALITY_NAMES
    ],
    float,
)
_SIZES = _SHAPES.sum(axis=1)
_ROOTS = np.repeat(np.arange(12), len(QUALITY_NAMES))
_PENALTIES = np.array([_RARITY[quality] for _ in range(12) for quality in QUALITY_NAMES])


def read_chords(
    notes: Sequence[tuple[int, int, int]], metre: Metre, bars: int
) -> list[list[GridChord]]:
    """For each bar its chord symbols; a chord that goes on is not written again.

    Args:
        notes: (onset, duration, pitch) in grid steps from the first bar line, pitches as if the
            tonic were C.
        metre: of all bars.
        bars: how many there are.
    """
    beats_a_bar = metre.bar_steps // metre.beat_steps
    scores = _fit(notes, metre.beat_steps, bars * beats_a_bar)
    path = _cheapest_path(scores, _change_prices(metre, len(scores)))
    found: list[list[GridChord]] = [[] for _ in range(bars)]
    before = -1
    for beat, chord in enumerate(path):
        if chord != before and chord >= 0:
            bar, place = divmod(beat, beats_a_bar)
            found[bar].append(
                GridChord(
                    place * metre.beat_steps,
                    int(_ROOTS[chord]),
                    QUALITY_NAMES[chord % len(QUALITY_NAMES)],
                )
            )
        before = chord
    return found


def path_score(notes: Sequence[tuple[int, int, int]], metre: Metre, bars: int) -> float:
    """How well chords that change at bar lines explain the notes; compare only equal lengths."""
    beats_a_bar = metre.bar_steps // metre.beat_steps
    scores = _fit(notes, metre.beat_steps, bars * beats_a_bar)
    prices = _change_prices(metre, len(scores))
    best = scores[0]
    for beat in range(1, len(scores)):
        best = np.maximum(best, best.max() - prices[beat]) + scores[beat]
    return float(best.max())


def _change_prices(metre: Metre, beats: int) -> list[float]:
    """What a change costs on each beat from a bar line on."""
    at_bar_line, in_the_middle, elsewhere = _CHANGE
    bar = [elsewhere] * (metre.bar_steps // metre.beat_steps)
    bar[metre.half_steps // metre.beat_steps] = in_the_middle
    bar[0] = at_bar_line
    return [bar[beat % len(bar)] for beat in range(beats)]


def _fit(notes: Sequence[tuple[int, int, int]], beat_steps: int, beats: int) -> NDArray[np.float64]:
    """How well each chord fits each beat, (beats, chords); 0 throughout where nothing sounds."""
    sounding = np.zeros((beats, 12))
    bass = np.full(beats, -1)
    bass_pitch = np.full(beats, 128)
    for onset, duration, pitch in notes:
        last = min((onset + duration - 1) // beat_steps, beats - 1)
        for beat in range(onset // beat_steps, last + 1):
            begin, end = beat * beat_steps, (beat + 1) * beat_steps
            inside = min(onset + duration, end) - max(onset, begin)
            # What is struck on the beat weighs more than what passes.
            sounding[beat, pitch % 12] += inside * (1.5 if onset <= begin else 1.0)
            if pitch < bass_pitch[beat]:
                bass_pitch[beat], bass[beat] = pitch, pitch % 12
    total = sounding.sum(axis=1, keepdims=True)
    share = np.divide(sounding, total, out=np.zeros_like(sounding), where=total > 0)
    inside_share = share @ _SHAPES.T
    presence = (share > 0.04).astype(float) @ _SHAPES.T
    scores = inside_share - _FOREIGN * (1 - inside_share) - _MISSING * (_SIZES - presence)
    scores += _ROOT_IN_BASS * (_ROOTS[None] == bass[:, None]) - _PENALTIES
    scores[total[:, 0] == 0] = 0.0
    return np.asarray(scores)


def _cheapest_path(scores: NDArray[np.float64], prices: Sequence[float]) -> list[int]:
    """The chord of each beat, by dynamic programming."""
    best = scores[0].copy()
    came_from = np.zeros(scores.shape, np.int64)
    stay = np.arange(scores.shape[1])
    for beat in range(1, len(scores)):
        leader = int(best.argmax())
        change = best[leader] - prices[beat]
        came_from[beat] = np.where(best >= change, stay, leader)
        best = np.maximum(best, change) + scores[beat]
    path = [int(best.argmax())]
    for beat in range(len(scores) - 1, 0, -1):
        path.append(int(came_from[beat, path[-1]]))
    return path[::-1]
