"""Controls: what a musician would say about a piece.  Emotion sets them, the user overrides."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from random import Random
from typing import Any

from melodymuse.composition.palette import blend
from melodymuse.emotion import EmotionProfile
from melodymuse.errors import ControlError
from melodymuse.score.model import TimeSignature
from melodymuse.theory import Key

DEFAULT_BARS = 16
DEFAULT_TEMPERATURE = 1.0

# Inclusive limits of each numeric control; outside them a value is refused, not bent.
LIMITS: dict[str, tuple[float, float]] = {
    "tempo": (30, 240),
    "bars": (1, 256),
    "density": (0.25, 16),
    "polyphony": (1, 6),
    "loudness": (16, 120),
    "register": (40, 84),
    "articulation": (0.1, 4),
    "dissonance": (0, 1),
    "chromaticism": (0, 1),
    "temperature": (0.1, 2),
    "seed": (0, 2**63 - 1),
}

WHOLE_NUMBERS = ("bars", "seed")

METRES = (TimeSignature(4, 4),)


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything that decides a piece, beside the version of the model.

    Attributes:
        key: tonic and mode.
        tempo: quarter notes a minute, 30..240.
        time_signature: the metre, one of `METRES`.
        bars: length in bars, 1..256.
        density: notes (both hands) a quarter note, 0.25..16.
        polyphony: notes struck together, on average over all onsets, 1..6.
        loudness: mean MIDI velocity, 16..120.
        register: mean MIDI pitch of both hands, 40..84.
        articulation: sounding length of notes over the time to the next onset, 0.1..4.
        dissonance: share 0..1 of simultaneous pairs that are seconds, sevenths or tritones.
        chromaticism: share 0..1 of notes outside the scale.
        temperature: 0.1 (the likeliest notes only) .. 1 (as learned) .. 2 (wild).
        seed: the only source of randomness, 0..2^63-1.
    """

    key: Key
    tempo: float
    time_signature: TimeSignature
    bars: int
    density: float
    polyphony: float
    loudness: float
    register: float
    articulation: float
    dissonance: float
    chromaticism: float
    temperature: float
    seed: int

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ControlError(f"{name} must be a number, not {value!r}")
            if not low <= value <= high:
                raise ControlError(f"{name} must lie between {low} and {high}, not {value}")
        for name in WHOLE_NUMBERS:
            if not isinstance(getattr(self, name), int):
                raise ControlError(f"{name} must be a whole number, not {getattr(self, name)!r}")
        if not isinstance(self.key, Key):
            raise ControlError(f"unknown key {self.key!r}: write it as in 'D minor'")
        if self.time_signature not in METRES:
            known = ", ".join(str(metre) for metre in METRES)
            raise ControlError(f"no model for {self.time_signature}: use one of {known}")


CONTROL_NAMES = tuple(field.name for field in fields(Controls))


def controls_for(profile: EmotionProfile, *, seed: int = 0, **overrides: Any) -> Controls:
    """The controls that a profile asks for, with what the user says put over them.

    Args:
        profile: what is felt.
        seed: the seed of the piece; it also chooses the tonic when no key is given.
        **overrides: any field of `Controls`; None means "as the emotion asks".  `key` and
            `time_signature` may be text, numbers of any numeric type.

    Raises:
        ControlError: an unknown control or an impossible value.
    """
    unknown = sorted(set(overrides) - set(CONTROL_NAMES))
    if unknown:
        raise ControlError(f"unknown control '{unknown[0]}': use one of {', '.join(CONTROL_NAMES)}")
    given = {name: _plain(value) for name, value in overrides.items() if value is not None}
    if isinstance(given.get("key"), str):
        given["key"] = Key.parse(given["key"])
    if isinstance(given.get("time_signature"), str):
        given["time_signature"] = _metre_named(given["time_signature"])
    seed = _plain(seed)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ControlError(f"seed must be a whole number, not {seed!r}")
    palette = blend(profile)
    mode = "major" if palette.majorness >= 0.5 else "minor"
    tempo = _within("tempo", round(palette.tempo))
    actual_tempo = given.get("tempo", tempo)
    quarters_per_second = actual_tempo / 60 if _is_positive(actual_tempo) else tempo / 60
    defaults = Controls(
        key=Key.of(Random(seed).randrange(12), mode),
        tempo=tempo,
        time_signature=METRES[0],
        bars=DEFAULT_BARS,
        density=_within("density", palette.notes_per_second / quarters_per_second),
        polyphony=_within("polyphony", palette.polyphony),
        loudness=_within("loudness", palette.loudness),
        register=_within("register", palette.register),
        articulation=_within("articulation", palette.articulation),
        dissonance=palette.dissonance,
        chromaticism=palette.chromaticism,
        temperature=DEFAULT_TEMPERATURE,
        seed=seed,
    )
    return replace(defaults, **given)


def _plain(value: Any) -> Any:
    """Numbers of numpy and other libraries as Python's own; anything else as it is."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def _metre_named(text: str) -> TimeSignature:
    numerator, slash, denominator = text.partition("/")
    if not (slash and numerator.strip().isdecimal() and denominator.strip().isdecimal()):
        raise ControlError(f"unknown time signature '{text}': write it as in '4/4'")
    return TimeSignature(int(numerator), int(denominator))


def _within(name: str, value: float) -> float:
    low, high = LIMITS[name]
    return min(max(value, low), high)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and value > 0
