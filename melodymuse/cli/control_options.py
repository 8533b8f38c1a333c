"""The options of `melodymuse compose` that set `Controls`, one for each field."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.grid import METRES
from melodymuse.planning.bar_controls import STYLES
from melodymuse.planning.controls import ANY_STYLE, FREE, LIMITS

_SOUND = "How it sounds"
_TEXTURE = "Texture"
_FORM = "Form and harmony"


def limits(name: str) -> str:
    """The limits of a numeric control, as in "30 to 240"."""
    low, high = LIMITS[name]
    return f"{low:g} to {high:g}"


def _number(name: str, help_text: str, panel: str) -> Any:
    option = f"--{name.replace('_', '-')}"
    return typer.Option(
        option, help=f"{help_text}, {limits(name)}.", rich_help_panel=panel, metavar="NUMBER"
    )


def _text(*names: str, metavar: str, help_text: str, panel: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help_text, rich_help_panel=panel)


Key = Annotated[
    str | None,
    _text("--key", metavar="KEY", help_text="Such as 'D minor' or 'F# major'.", panel=_SOUND),
]
Tempo = Annotated[float | None, _number("tempo", "Quarter notes a minute", _SOUND)]
Metre = Annotated[
    str | None,
    _text(
        "--time-signature",
        "--metre",
        metavar="METRE",
        help_text=f"The metre: {', '.join(METRES)}.",
        panel=_SOUND,
    ),
]
Loudness = Annotated[float | None, _number("loudness", "Mean MIDI velocity", _SOUND)]
Dynamics = Annotated[
    float | None,
    _number("dynamics", "How far soft and loud notes lie apart, in MIDI velocity", _SOUND),
]
Growth = Annotated[
    float | None,
    _number("growth", "Crescendo over the piece in MIDI velocity; below 0 it fades", _SOUND),
]
Articulation = Annotated[
    float | None,
    _number(
        "articulation",
        "Sounding length of a note over the time to the next one: below 1 detached, above 1 held",
        _SOUND,
    ),
]
Dissonance = Annotated[
    float | None,
    _number("dissonance", "Share of seconds, sevenths and tritones", _SOUND),
]
Chromaticism = Annotated[
    float | None, _number("chromaticism", "Share of notes outside the scale", _SOUND)
]
Brightness = Annotated[
    float | None, _number("brightness", "From borrowed dark chords to bright ones", _SOUND)
]
Style = Annotated[
    str | None,
    _text(
        "--style",
        metavar="NAME",
        help_text=f"Whose manner: {', '.join(STYLES)}, or {ANY_STYLE}.",
        panel=_SOUND,
    ),
]
Temperature = Annotated[
    float | None, _number("temperature", "From tame to wild, 1 as learned", _SOUND)
]
Seed = Annotated[
    int | None,
    _text(
        "--seed",
        metavar="NUMBER",
        help_text="Same seed, same piece: a whole number from 0; drawn and told when not given.",
        panel=_SOUND,
    ),
]

Density = Annotated[float | None, _number("density", "Notes a quarter note", _TEXTURE)]
Polyphony = Annotated[float | None, _number("polyphony", "Notes struck together", _TEXTURE)]
Register = Annotated[
    float | None, _number("register", "Mean MIDI pitch of both hands, 60 is middle C", _TEXTURE)
]
Spread = Annotated[
    float | None,
    _number("spread", "How far high and low notes lie apart, in semitones", _TEXTURE),
]
Balance = Annotated[
    float | None, _number("balance", "Share of the notes that the right hand plays", _TEXTURE)
]
OffBeat = Annotated[
    float | None, _number("off_beat", "Share of the onsets between the beats", _TEXTURE)
]
Triplets = Annotated[
    float | None, _number("triplets", "Share of the onsets on thirds of a beat", _TEXTURE)
]
Blocks = Annotated[
    float | None,
    _number("blocks", "Left hand: from broken chords and single notes to block chords", _TEXTURE),
]
Octaves = Annotated[
    float | None, _number("octaves", "Share of the strokes of a hand that are octaves", _TEXTURE)
]
Leaps = Annotated[float | None, _number("leaps", "Mean step of the melody in semitones", _TEXTURE)]
Contour = Annotated[
    float | None,
    _number("contour", "Semitones by which the melody rises in a bar; below 0 it falls", _TEXTURE),
]

Bars = Annotated[int | None, _number("bars", "Length in bars", _FORM)]
Form = Annotated[
    str | None,
    _text(
        "--form",
        metavar="LETTERS",
        help_text="Sections, as in AABA or iABAo: a letter that comes again brings its theme back, "
        "i is an introduction, o a coda.",
        panel=_FORM,
    ),
]
Harmony = Annotated[
    str | None,
    _text(
        "--harmony",
        metavar="NAME",
        help_text=f"Whose chord progressions: {', '.join(EMOTIONS)}; two of them, as in awe+fear, "
        f"for first and second theme; or {FREE}.",
        panel=_FORM,
    ),
]
Chords = Annotated[
    str | None,
    _text(
        "--chords",
        metavar="CHORDS",
        help_text="Your own chords, bar by bar, as in 'C | Am | F G | C', round and round; they "
        "also suggest the key. The last bar is the key's tonic.",
        panel=_FORM,
    ),
]
Ritardando = Annotated[
    float | None,
    _number("ritardando", "Share of the tempo that the last two bars lose", _FORM),
]
