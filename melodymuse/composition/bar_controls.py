"""Bar-level controls: what the note generator is told about every bar it writes.

Read off the data in training, set by emotion and form in composing; so no emotion labels are
needed to learn them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.composition.vocabulary import GRID_PER_QUARTER, GridNote
from melodymuse.score.model import Hand
from melodymuse.theory import SCALE_STEPS

HARSH_INTERVALS = frozenset({1, 2, 6, 10, 11})
ARTICULATION_BOUNDS = (0.125, 8.0)
PLACES_COUNTED = 8
PHRASE_BARS = 4


@dataclass(frozen=True, slots=True)
class BarControls:
    """How one bar should be; None means "as you like".

    Attributes:
        density: notes a quarter note, both hands.
        polyphony: notes an onset, both hands.
        loudness: mean MIDI velocity.
        register: mean pitch as if the tonic were C.
        articulation: sounding length over the time to the next onset of the hand (geometric mean).
        dissonance: share 0..1 of simultaneous pairs that are seconds, sevenths or tritones.
        chromaticism: share 0..1 of notes outside the scale.
        mode: "major" or "minor".
        tempo: quarter notes a minute.
        bar: index of the bar in its piece.
        bars: length of the piece in bars.
    """

    density: float | None
    polyphony: float | None
    loudness: float | None
    register: float | None
    articulation: float | None
    dissonance: float | None
    chromaticism: float | None
    mode: str | None
    tempo: float | None
    bar: int
    bars: int


# How each control becomes a number near -1..1: name -> scale.
_SCALES: Mapping[str, Callable[[Any], float]] = {
    "density": lambda value: math.log2(value + 0.5) / 2 - 0.5,
    "polyphony": lambda value: math.log2(value) - 0.8,
    "loudness": lambda value: (value - 76) / 24,
    "register": lambda value: (value - 60) / 8,
    "articulation": lambda value: math.log2(value) / 2,
    "dissonance": lambda value: 3 * math.sqrt(value) - 0.8,
    "chromaticism": lambda value: 3 * math.sqrt(value) - 0.5,
    "mode": lambda value: 1.0 if value == "major" else -1.0,
    "tempo": lambda value: 2 * math.log2(value / 90),
}
STEERED = tuple(_SCALES)
VECTOR_SIZE = 2 * len(STEERED) + 2 + PHRASE_BARS + 3


def as_vector(controls: BarControls) -> NDArray[np.float32]:
    """The network's input for a bar: values, which of them are known, and the place in the piece.

    Returns:
        float32 (VECTOR_SIZE,): the steered values (0 where unknown), a 1 for each known one, bars
        from the start and bars left (each over `PLACES_COUNTED`, at most 1), the place within four
        bars one-hot, the second half of eight bars, first bar, last bar.
    """
    vector = np.zeros(VECTOR_SIZE, np.float32)
    for index, name in enumerate(STEERED):
        value = getattr(controls, name)
        if value is not None:
            vector[index] = _SCALES[name](value)
            vector[len(STEERED) + index] = 1
    place = 2 * len(STEERED)
    left = controls.bars - 1 - controls.bar
    vector[place] = min(controls.bar, PLACES_COUNTED) / PLACES_COUNTED
    vector[place + 1] = min(left, PLACES_COUNTED) / PLACES_COUNTED
    vector[place + 2 + controls.bar % PHRASE_BARS] = 1
    vector[-3] = controls.bar // PHRASE_BARS % 2
    vector[-2] = controls.bar == 0
    vector[-1] = left == 0
    return vector


def measure_bar(
    notes: Sequence[GridNote],
    bar_steps: int,
    *,
    mode: str,
    tempo: float | None,
    loudness_known: bool,
    bar: int,
    bars: int,
) -> BarControls:
    """Read the controls off a bar of music; those that an empty bar lacks are None."""
    quarters = bar_steps / GRID_PER_QUARTER
    onsets: dict[int, list[int]] = defaultdict(list)
    for note in notes:
        onsets[note.position].append(note.pitch)
    return BarControls(
        density=len(notes) / quarters,
        polyphony=len(notes) / len(onsets) if notes else None,
        loudness=_mean([note.velocity for note in notes]) if notes and loudness_known else None,
        register=_mean([note.pitch for note in notes]) if notes else None,
        articulation=_articulation(notes, bar_steps),
        dissonance=_dissonance(list(onsets.values())),
        chromaticism=_chromaticism(notes, mode) if notes else None,
        mode=mode,
        tempo=tempo,
        bar=bar,
        bars=bars,
    )


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _articulation(notes: Sequence[GridNote], bar_steps: int) -> float | None:
    ratios = []
    for hand in Hand:
        played = [note for note in notes if note.hand is hand]
        places = sorted({note.position for note in played})
        gap_after = {here: there - here for here, there in pairwise([*places, bar_steps])}
        ratios += [note.duration / gap_after[note.position] for note in played]
    if not ratios:
        return None
    low, high = ARTICULATION_BOUNDS
    return math.exp(_log_mean([min(max(ratio, low), high) for ratio in ratios]))


def _log_mean(values: Sequence[float]) -> float:
    return sum(math.log(value) for value in values) / len(values)


def _dissonance(onsets: Sequence[Sequence[int]]) -> float | None:
    pairs = [
        (high - low) % 12 in HARSH_INTERVALS
        for pitches in onsets
        for low, high in combinations(sorted(pitches), 2)
    ]
    return sum(pairs) / len(pairs) if pairs else None


def _chromaticism(notes: Sequence[GridNote], mode: str) -> float:
    scale = set(SCALE_STEPS[mode])
    return sum(note.pitch % 12 not in scale for note in notes) / len(notes)
