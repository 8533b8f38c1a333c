"""Controls: what a musician would say about a piece.  Emotion sets them, the user overrides."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from typing import Any, TypeGuard

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.music.score import TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.bar_controls import STYLES
from melodymuse.planning.form import check_form, default_form
from melodymuse.planning.numerals import key_of_symbols, read_symbols
from melodymuse.planning.palette import Palette, blend
from melodymuse.planning.preferences import choose_harmony, choose_key, choose_metre
from melodymuse.streams import stream

DEFAULT_BARS = 16
DEFAULT_TEMPERATURE = 1.0
DEFAULT_STYLE = "pop"

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
    "brightness": (0, 1),
    "spread": (3, 24),
    "dynamics": (0, 40),
    "balance": (0, 1),
    "off_beat": (0, 1),
    "triplets": (0, 1),
    "blocks": (0, 1),
    "octaves": (0, 1),
    "leaps": (0, 16),
    "contour": (-12, 12),
    "growth": (-60, 60),
    "ritardando": (0, 0.7),
    "temperature": (0.1, 2),
    "seed": (0, 2**63 - 1),
}

WHOLE_NUMBERS = ("bars", "seed")

# Harmony that the network makes up itself; a style left to it; chords that nobody asked for.
FREE, ANY_STYLE, NO_CHORDS = "free", "any", ""
_WORDS = ("form", "harmony", "chords", "style")


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything that decides a piece, beside the version of the model.

    Attributes:
        key: tonic and mode.
        tempo: quarter notes a minute, 30..240.
        time_signature: the metre, one of `METRES`.
        bars: length in bars, 1..256.
        density: notes (both hands) a quarter note, 0.25..16; what an emotion asks for is said for
            its own tempo, so that another tempo leaves the notes as they are.
        polyphony: notes struck together, on average over all onsets, 1..6.
        loudness: mean MIDI velocity, 16..120.
        register: mean MIDI pitch of both hands, 40..84; what an emotion asks for is said for the
            tonic C and goes with the tonic, so that another key transposes the notes.
        articulation: sounding length of notes over the time to the next onset, 0.1..4.
        dissonance: share 0..1 of simultaneous pairs that are seconds, sevenths or tritones.
        chromaticism: share 0..1 of notes outside the scale.
        brightness: 0 the darkest progressions of the harmony .. 1 the brightest.
        spread: standard deviation of the pitches of a bar, semitones, 3..24.
        dynamics: standard deviation of the velocities of a bar, 0..40.
        balance: share 0..1 of the notes that the right hand plays.
        off_beat: share 0..1 of the onsets that fall between beats.
        triplets: share 0..1 of the onsets on thirds of a beat.
        blocks: share 0..1 of the left hand's onsets that are chords.
        octaves: share 0..1 of the onsets of a hand that hold an octave.
        leaps: mean step of the top line, semitones, 0..16.
        contour: semitones by which the top line rises in a bar, -12..12.
        growth: velocity by which the end is louder than the beginning, -60..60.
        ritardando: share 0..0.7 of the tempo that the last two bars lose.
        form: sections, as in AABA; i before them is an introduction, o after them a coda.
        harmony: the emotion whose progressions the themes have, two of them joined by + for first
            and second theme, or `FREE`.
        chords: chord symbols to go round and round, as in "C | Am | F G | C", over `harmony`.
        style: one of `STYLES`, or `ANY_STYLE`.
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
    brightness: float
    spread: float
    dynamics: float
    balance: float
    off_beat: float
    triplets: float
    blocks: float
    octaves: float
    leaps: float
    contour: float
    growth: float
    ritardando: float
    form: str
    harmony: str
    chords: str
    style: str
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
        if str(self.time_signature) not in METRES:
            known = ", ".join(METRES)
            raise ControlError(f"no model for {self.time_signature}: use one of {known}")
        for name in _WORDS:
            if not isinstance(getattr(self, name), str):
                raise ControlError(f"{name} must be text, not {getattr(self, name)!r}")
        check_form(self.form, self.bars)
        self._check_harmony()
        if self.chords != NO_CHORDS:
            read_symbols(self.chords, self.key)
        if self.style not in (*STYLES, ANY_STYLE):
            known = ", ".join((*STYLES, ANY_STYLE))
            raise ControlError(f"unknown style '{self.style}': use one of {known}")

    def _check_harmony(self) -> None:
        if self.harmony == FREE:
            return
        words = self.harmony.split("+")
        if FREE in words:
            raise ControlError(f"harmony '{self.harmony}': {FREE} stands alone")
        for word in words:
            if word not in EMOTIONS:
                known = ", ".join(EMOTIONS)
                raise ControlError(f"unknown harmony '{word}': use {FREE} or one of {known}")
        if len(words) > 2:
            raise ControlError(f"harmony '{self.harmony}': a first and a second theme are all")


CONTROL_NAMES = tuple(field.name for field in fields(Controls))


def controls_for(profile: EmotionProfile, *, seed: int = 0, **overrides: Any) -> Controls:
    """The controls that a profile asks for, with what the user says put over them.

    Args:
        profile: what is felt.
        seed: the seed of the piece; it also chooses the tonic and the metre where none is given,
            each from a stream of its own.
        **overrides: any field of `Controls`; None means "as the emotion asks".  `key` and
            `time_signature` may be text, numbers of any numeric type.  `chords` without a `key`
            bring the key that they suggest.

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
    if isinstance(given.get("chords"), str):
        given["chords"] = " ".join(given["chords"].split())
        if given["chords"] and "key" not in given:
            given["key"] = key_of_symbols(given["chords"])
    seed = _plain(seed)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ControlError(f"seed must be a whole number, not {seed!r}")
    palette = blend(profile)
    key = given.get("key")
    if not isinstance(key, Key):
        mode = "major" if palette.majorness >= 0.5 else "minor"
        key = choose_key(mode, stream(seed, "key"))
    wished = given.get("bars")
    bars = wished if _is_length(wished) else DEFAULT_BARS
    tempo = own_tempo(palette)
    defaults = Controls(
        key=key,
        tempo=tempo,
        time_signature=METRES[choose_metre(profile, stream(seed, "metre"))].time_signature,
        bars=bars,
        density=within_limits("density", palette.notes_per_second * 60 / tempo),
        register=within_limits("register", palette.register + key.shift_from_c),
        brightness=palette.majorness,
        **{name: within_limits(name, getattr(palette, name)) for name in _FROM_PALETTE},
        form=default_form(bars, profile.emotion),
        harmony=choose_harmony(profile),
        chords=NO_CHORDS,
        style=DEFAULT_STYLE,
        temperature=DEFAULT_TEMPERATURE,
        seed=seed,
    )
    return replace(defaults, **given)


_FROM_PALETTE = tuple(
    field.name
    for field in fields(Palette)
    if field.name in LIMITS and field.name not in ("tempo", "register")
)


def _is_length(bars: object) -> TypeGuard[int]:
    low, high = LIMITS["bars"]
    return isinstance(bars, int) and low <= bars <= high


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


def own_tempo(palette: Palette) -> float:
    """The tempo that an emotion asks for, quarter notes a minute."""
    return within_limits("tempo", round(palette.tempo))


def within_limits(name: str, value: float) -> float:
    """The nearest value that a control of `LIMITS` may have."""
    low, high = LIMITS[name]
    return min(max(value, low), high)
