"""Bar-level controls: what the note generator is told about every bar it writes.

Read off the data in training (`melodymuse.writing.measuring`), set by emotion and form in
composing; so no emotion labels are needed to learn them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import METRES

PLACES_COUNTED = 8
PHRASE_BARS = 4
# Kinds of piano music that the network has learned from, and can be asked for.
STYLES = ("pop", "song", "salon")


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
        spread: standard deviation of the pitches, semitones.
        dynamics: standard deviation of the velocities.
        balance: share 0..1 of the notes that the right hand plays.
        off_beat: share 0..1 of the onsets that fall between beats.
        triplets: share 0..1 of the onsets on thirds of a quarter.
        blocks: share 0..1 of the left hand's onsets that are chords of two notes or more.
        octaves: share 0..1 of the onsets of a hand that hold an octave.
        leaps: mean size of the steps of the top line, semitones.
        contour: where the top line ends above where it begins, semitones.
        phrase_begins, phrase_ends: whether a phrase begins or ends with this bar.
        melodic: whether the bar sings; introductions and interludes do not.
        metre: one of `METRES`.
        style: one of `STYLES`.
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
    spread: float | None
    dynamics: float | None
    balance: float | None
    off_beat: float | None
    triplets: float | None
    blocks: float | None
    octaves: float | None
    leaps: float | None
    contour: float | None
    phrase_begins: bool | None
    phrase_ends: bool | None
    melodic: bool | None
    metre: str
    style: str | None
    bar: int
    bars: int


def _plus_or_minus(value: bool) -> float:
    return 1.0 if value else -1.0


def _share(value: float) -> float:
    return 2 * value - 1


# How each control becomes a number near -1..1: name -> scale.
_SCALES: Mapping[str, Callable[[Any], float]] = MappingProxyType(
    {
        "density": lambda value: math.log2(value + 0.5) / 2 - 0.5,
        "polyphony": lambda value: math.log2(value) - 0.8,
        "loudness": lambda value: (value - 76) / 24,
        "register": lambda value: (value - 60) / 8,
        "articulation": lambda value: math.log2(value) / 2,
        "dissonance": lambda value: 3 * math.sqrt(value) - 0.8,
        "chromaticism": lambda value: 3 * math.sqrt(value) - 0.5,
        "mode": lambda value: _plus_or_minus(value == "major"),
        "tempo": lambda value: 2 * math.log2(value / 90),
        "spread": lambda value: (value - 9) / 4,
        "dynamics": lambda value: value / 8 - 1,
        "balance": _share,
        "off_beat": _share,
        "triplets": _share,
        "blocks": _share,
        "octaves": lambda value: 3 * math.sqrt(value) - 0.8,
        "leaps": lambda value: math.log2(value + 1) - 1.5,
        "contour": lambda value: min(max(value / 8, -2.0), 2.0),
        "phrase_begins": _plus_or_minus,
        "phrase_ends": _plus_or_minus,
        "melodic": _plus_or_minus,
    }
)
STEERED = tuple(_SCALES)


def scaled(name: str, value: Any) -> float:
    """A control as the network reads it, near -1..1."""
    return _SCALES[name](value)


_PLACES = (
    "from_start",
    "to_end",
    *(f"place_{place}" for place in range(PHRASE_BARS)),
    "second_half",
    "first",
    "last",
)
# The network's inputs for a bar, in order.
COLUMNS = (
    *STEERED,
    *(f"{name}_known" for name in STEERED),
    *_PLACES,
    *(f"metre_{name}" for name in METRES),
    *(f"style_{name}" for name in STYLES),
)
VECTOR_SIZE = len(COLUMNS)


def as_vector(controls: BarControls) -> NDArray[np.float32]:
    """The network's input for a bar, float32 (VECTOR_SIZE,), by `COLUMNS`: the steered values (0
    where unknown), a 1 for each known one, the place in the piece, the metre, the style."""
    values = []
    known = []
    for name in STEERED:
        value = getattr(controls, name)
        values.append(0.0 if value is None else scaled(name, value))
        known.append(float(value is not None))
    left = controls.bars - 1 - controls.bar
    return np.array(
        [
            *values,
            *known,
            min(controls.bar, PLACES_COUNTED) / PLACES_COUNTED,
            min(left, PLACES_COUNTED) / PLACES_COUNTED,
            *(float(controls.bar % PHRASE_BARS == place) for place in range(PHRASE_BARS)),
            float(controls.bar // PHRASE_BARS % 2),
            float(controls.bar == 0),
            float(left == 0),
            *(float(controls.metre == name) for name in METRES),
            *(float(controls.style == name) for name in STYLES),
        ],
        np.float32,
    )
