"""Controls: what a musician would say about a piece.  Emotion sets them, the user overrides.

`Controls` is the one table of them: each field has its row beside it.
"""

# Without `annotations` from __future__: the rows of the table stand in the annotations.
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from numbers import Integral, Real
from types import MappingProxyType
from typing import Annotated, Any, TypedDict, TypeGuard, Unpack, get_args

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.music.score import TimeSignature
from melodymuse.music.theory import Key
from melodymuse.plain_text import shortened
from melodymuse.planning.accompaniment import FIGURES, FREE_FIGURE
from melodymuse.planning.bar_controls import STYLES
from melodymuse.planning.control_table import Control, Keeps, Kind, Panel
from melodymuse.planning.form import check_form, default_form
from melodymuse.planning.levels import AS_IS, LEVELS
from melodymuse.planning.numerals import (
    check_key,
    has_numerals,
    key_of_symbols,
    mode_of_numerals,
)
from melodymuse.planning.palette import Palette, blend
from melodymuse.planning.preferences import choose_harmony, choose_key, choose_metre
from melodymuse.streams import stream
from melodymuse.suggesting import unknown

DEFAULT_BARS = 16
DEFAULT_TEMPERATURE = 1.0
DEFAULT_STYLE = "pop"
_METRE_DIGITS = 3

# Harmony that the network makes up itself; a style left to it; chords that nobody asked for.
FREE, ANY_STYLE, NO_CHORDS = "free", "any", ""
# The pedal as the articulation asks for it, or none.
AUTO, NO_PEDAL = "auto", "none"
# A picture says no more than its feeling.
BY_FEELING = 0.0
# As many notes in a row from the training music as it comes; the fewest that are looked for.
ANY_COPY, LEAST_COPY = 0, 6

# What no feeling decides: how it is when nobody says it.
FIXED: Mapping[str, Any] = MappingProxyType(
    {
        "bars": DEFAULT_BARS,
        "chords": NO_CHORDS,
        "accompaniment": FREE_FIGURE,
        "level": AS_IS,
        "style": DEFAULT_STYLE,
        "temperature": DEFAULT_TEMPERATURE,
        "pedal": AUTO,
        "literal": BY_FEELING,
        "max_copy": ANY_COPY,
        "loop": False,
    }
)

_sound, _texture, _form = (partial(Control, panel) for panel in Panel)
_TOUCH = Keeps.ONSETS_AND_PITCHES


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything that decides a piece, beside the version of the model.

    Each field is annotated with its row of the table: what it means, its limits, and what stays of
    a piece when it is changed (`melodymuse.planning.control_table.Control`).  The density that an
    emotion asks for is said for its own tempo: another tempo leaves the notes as they are; the
    register is said for the tonic C and goes with the tonic, so that another key transposes them.
    """

    key: Annotated[Key, _sound("Such as 'D minor' or 'F# major'", None, Keeps.TRANSPOSED, Kind.KEY)]
    tempo: Annotated[float, _sound("Quarter notes a minute", (30, 240), Keeps.NOTES)]
    time_signature: Annotated[
        TimeSignature, _sound("The metre", None, Keeps.NOTHING, Kind.METRE, tuple(METRES), "metre")
    ]
    bars: Annotated[int, _form("Length in bars", (1, 256), Keeps.OPENING, Kind.WHOLE)]
    density: Annotated[float, _texture("Notes of both hands a quarter note", (0.25, 16))]
    polyphony: Annotated[float, _texture("Notes struck together, on average", (1, 6))]
    loudness: Annotated[float, _sound("Mean MIDI velocity", (16, 120), _TOUCH)]
    register: Annotated[float, _texture("Mean MIDI pitch of both hands, 60 is middle C", (40, 84))]
    articulation: Annotated[
        float, _sound("Length of a note over the time to the next (above 1: held)", (0.1, 4))
    ]
    dissonance: Annotated[float, _sound("Share of seconds, sevenths and tritones", (0, 1))]
    chromaticism: Annotated[float, _sound("Share of notes outside the scale", (0, 1))]
    brightness: Annotated[
        float, _sound("From borrowed dark chords to bright ones", (0, 1), Keeps.NOTHING)
    ]
    spread: Annotated[
        float, _texture("Standard deviation of the pitches of a bar, in semitones", (3, 24))
    ]
    dynamics: Annotated[
        float, _sound("Standard deviation of the MIDI velocities of a bar", (0, 40), _TOUCH)
    ]
    balance: Annotated[float, _texture("Share of the notes that the right hand plays", (0, 1))]
    off_beat: Annotated[float, _texture("Share of the onsets between the beats", (0, 1))]
    triplets: Annotated[float, _texture("Share of the onsets on thirds of a beat", (0, 1))]
    blocks: Annotated[
        float, _texture("Left hand: from broken chords and single notes to block chords", (0, 1))
    ]
    accompaniment: Annotated[
        str,
        _texture(
            "What the left hand plays; auto as the emotion likes it, or as wishes in numbers say",
            None,
            Keeps.TUNE,
            Kind.CHOICE,
            (FREE_FIGURE, *FIGURES),
        ),
    ]
    level: Annotated[
        str,
        _texture(
            "Who shall play it, which bounds spans, speed, keys at once, leaps, and accidentals "
            "where no key is given",
            None,
            Keeps.NOTHING,
            Kind.CHOICE,
            (AS_IS, *LEVELS),
        ),
    ]
    octaves: Annotated[float, _texture("Share of the strokes of a hand that are octaves", (0, 1))]
    leaps: Annotated[float, _texture("Mean step of the melody in semitones", (0, 16))]
    contour: Annotated[
        float, _texture("Semitones by which the melody rises in a bar; below 0 it falls", (-12, 12))
    ]
    growth: Annotated[
        float, _sound("Crescendo in MIDI velocity; below 0 the piece fades", (-60, 60), _TOUCH)
    ]
    ritardando: Annotated[
        float, _form("Share of the tempo that the last two bars lose", (0, 0.7), Keeps.NOTES)
    ]
    form: Annotated[
        str,
        _form(
            "Sections, as in AABA or iABAo: a letter that comes again brings its theme back, "
            "i is an introduction, o a coda; A+ is lifted, its tune an octave higher, A- thinned",
            None,
            Keeps.NOTHING,
            Kind.WORDS,
        ),
    ]
    harmony: Annotated[
        str,
        _form(
            f"Whose chord progressions: {', '.join(EMOTIONS)}; two of them, as in awe+fear, for "
            f"first and second theme; or {FREE}",
            None,
            Keeps.NOTHING,
            Kind.WORDS,
        ),
    ]
    chords: Annotated[
        str,
        _form(
            "Your own chords, bar by bar, as in 'C | Am | F G | C', which also suggest the key, or "
            "'I | vi | IV V', round and round; % is a bar again. The last bar is the key's tonic",
            None,
            Keeps.NOTHING,
            Kind.WORDS,
        ),
    ]
    style: Annotated[
        str, _sound("Whose manner", None, Keeps.PLAN, Kind.CHOICE, (*STYLES, ANY_STYLE))
    ]
    temperature: Annotated[float, _sound("From tame to wild, 1 as learned", (0.1, 2))]
    pedal: Annotated[
        str,
        _sound(
            "The sustain pedal: auto presses it where notes are to ring on (articulation from 1)",
            None,
            Keeps.NOTES,
            Kind.CHOICE,
            (AUTO, NO_PEDAL),
        ),
    ]
    literal: Annotated[
        float,
        _sound(
            "How far light, colours and detail of a picture, beside its feeling, decide on key, "
            "register, figure, form and motif, alike for every seed",
            (0, 1),
            Keeps.NOTHING,
        ),
    ]
    max_copy: Annotated[
        int,
        _form(
            "Most notes in a row that the melody may share with the training music, from "
            f"{LEAST_COPY} on; bars that share more are written anew; {ANY_COPY} is no limit",
            (0, 256),
            Keeps.NOTHING,
            Kind.WHOLE,
        ),
    ]
    loop: Annotated[
        bool,
        _form(
            "Round and round: no ritardando and no close, the last bars lead back to the first",
            None,
            Keeps.NOTHING,
            Kind.FLAG,
        ),
    ]
    seed: Annotated[
        int,
        _sound(
            "Same seed, same piece: a whole number from 0, drawn and told when not given",
            (0, 2**63 - 1),
            Keeps.NOTHING,
            Kind.WHOLE,
        ),
    ]

    def __post_init__(self) -> None:
        for name, control in CONTROLS.items():
            control.check(name, getattr(self, name))
        check_form(self.form, self.bars)
        self._check_harmony()
        check_copy(self.max_copy)
        if self.chords != NO_CHORDS:
            check_key(self.chords, self.key)
        if self.loop and self.ritardando:
            raise ControlError("a loop goes on in its tempo: leave out the ritardando")

    def _check_harmony(self) -> None:
        if self.harmony == FREE:
            return
        words = self.harmony.split("+")
        if FREE in words:
            raise ControlError(f"harmony '{self.harmony}': {FREE} stands alone")
        for word in words:
            if word not in EMOTIONS:
                raise ControlError(unknown("harmony", word, (FREE, *EMOTIONS)))
        if len(words) > 2:
            raise ControlError(f"harmony '{self.harmony}': a first and a second theme are all")


class Wishes(TypedDict, total=False):
    """Controls as a user may say them, all but the seed; None means "as the emotion asks".

    Of pieces that are composed, numbers may be shares of what there would be without them, as in
    ``"+20%"`` (`melodymuse.planning.sayings`); `controls_for` takes plain ones.
    """

    key: Key | str | None
    tempo: float | str | None
    time_signature: TimeSignature | str | None
    bars: int | str | None
    density: float | str | None
    polyphony: float | str | None
    loudness: float | str | None
    register: float | str | None
    articulation: float | str | None
    dissonance: float | str | None
    chromaticism: float | str | None
    brightness: float | str | None
    spread: float | str | None
    dynamics: float | str | None
    balance: float | str | None
    off_beat: float | str | None
    triplets: float | str | None
    blocks: float | str | None
    accompaniment: str | None
    level: str | None
    octaves: float | str | None
    leaps: float | str | None
    contour: float | str | None
    growth: float | str | None
    ritardando: float | str | None
    form: str | None
    harmony: str | None
    chords: str | None
    style: str | None
    temperature: float | str | None
    pedal: str | None
    literal: float | str | None
    max_copy: int | str | None
    loop: bool | None


# The table by name, and what is often asked of it: inclusive limits of each numeric control.
CONTROLS: Mapping[str, Control] = MappingProxyType(
    {field.name: get_args(field.type)[1] for field in fields(Controls)}
)
CONTROL_NAMES = tuple(CONTROLS)
LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {name: row.limits for name, row in CONTROLS.items() if row.limits is not None}
)


def check_copy(most: int) -> None:
    """See that a limit of shared notes can be kept.

    Raises:
        ControlError: all music shares more.
    """
    if most != ANY_COPY and most < LEAST_COPY:
        raise ControlError(
            f"max_copy must be at least {LEAST_COPY}, not {most}: all music shares so few notes"
        )


def controls_for(
    profile: EmotionProfile, *, seed: int = 0, **overrides: Unpack[Wishes]
) -> Controls:
    """The controls that a profile asks for, with what the user says put over them.

    Args:
        profile: what is felt.
        seed: the seed of the piece; it also chooses the tonic and the metre where none is given,
            each from a stream of its own.
        **overrides: any field of `Controls`; None means "as the emotion asks".  `key` and
            `time_signature` may be text, numbers of any numeric type.  `chords` without a `key`
            bring the key that they suggest, Roman numerals the mode.

    Raises:
        ControlError: an unknown control or an impossible value.
    """
    strange = sorted(set(overrides) - set(CONTROL_NAMES))
    if strange:
        raise ControlError(unknown("control", strange[0], CONTROL_NAMES))
    given: dict[str, Any] = {
        name: _plain(value) for name, value in overrides.items() if value is not None
    }
    if isinstance(given.get("key"), str):
        given["key"] = Key.parse(given["key"])
    if isinstance(given.get("time_signature"), str):
        given["time_signature"] = _metre_named(given["time_signature"])
    if isinstance(given.get("chords"), str):
        given["chords"] = " ".join(given["chords"].split())
        if given["chords"] and "key" not in given and not has_numerals(given["chords"]):
            given["key"] = key_of_symbols(given["chords"])
    seed = _plain(seed)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ControlError(f"seed must be a whole number, not {seed!r}")
    CONTROLS["seed"].check("seed", seed)
    palette = blend(profile)
    level = LEVELS.get(given.get("level", AS_IS))
    key = given.get("key")
    if not isinstance(key, Key):
        chords = given.get("chords") or NO_CHORDS
        said = (
            mode_of_numerals(chords) if isinstance(chords, str) and has_numerals(chords) else None
        )
        mode = said or ("major" if palette.majorness >= 0.5 else "minor")
        key = choose_key(mode, stream(seed, "key"), *([level.accidentals] if level else []))
    wished = given.get("bars")
    bars = wished if _is_length(wished) else DEFAULT_BARS
    tempo = own_tempo(palette)
    speed = palette.notes_per_second
    if level is not None:
        tempo, speed = min(tempo, level.tempo), min(speed, level.speed)
    others: dict[str, Any] = {**FIXED, "bars": bars}
    others |= {name: within_limits(name, getattr(palette, name)) for name in _FROM_PALETTE}
    defaults = Controls(
        key=key,
        tempo=tempo,
        time_signature=METRES[choose_metre(profile, stream(seed, "metre"))].time_signature,
        density=within_limits("density", speed * 60 / tempo),
        register=within_limits("register", palette.register + key.shift_from_c),
        brightness=palette.majorness,
        form=default_form(bars, profile.emotion),
        harmony=choose_harmony(profile),
        seed=seed,
        **others,
    )
    if given.get("loop") is True:
        defaults = replace(
            defaults,
            ritardando=LIMITS["ritardando"][0],
            growth=0.0,
            form=default_form(bars, profile.emotion, framed=False),
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
    numbers = numerator.strip(), denominator.strip()
    if not slash or not all(n.isdecimal() and len(n) <= _METRE_DIGITS for n in numbers):
        raise ControlError(f"unknown time signature '{shortened(text)}': write it as in '4/4'")
    return TimeSignature(int(numerator), int(denominator))


def own_tempo(palette: Palette) -> float:
    """The tempo that an emotion asks for, quarter notes a minute."""
    return within_limits("tempo", round(palette.tempo))


def within_limits(name: str, value: float) -> float:
    """The nearest value that a control of `LIMITS` may have."""
    low, high = LIMITS[name]
    return min(max(value, low), high)
