"""What clients may ask, field by field."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.score import Hand, Note
from melodymuse.planning.controls import CONTROLS, LIMITS
from melodymuse.retouching import HIGHEST, LOWEST
from melodymuse.studio.control_fields import ControlFields
from melodymuse.writing.rewriting import KEEPS

_LONGEST_TITLE = 200
_MOST_NOTES = 5000
_MOST_TAKES = 8
_LATEST_TICK = 10**8
_SLOWEST, _FASTEST = 4, 1000
# What MusicGen hears at once; longer ones take minutes of everybody's time.
_LONGEST_WAVEFORM = 30

Axis = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Seed = Annotated[
    int, Field(description=CONTROLS["seed"].help, ge=LIMITS["seed"][0], le=LIMITS["seed"][1])
]
Temperature = Annotated[
    float,
    Field(
        description=CONTROLS["temperature"].help,
        ge=LIMITS["temperature"][0],
        le=LIMITS["temperature"][1],
        allow_inf_nan=False,
    ),
]
KeyName = Annotated[str, Field(max_length=40, description="Such as 'D minor'.")]
Bar = Annotated[int, Field(ge=0, le=10_000, description="The number of a bar; 0 is a pickup.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Asked(ControlFields):  # type: ignore[misc, valid-type]
    """What a piece is composed from, and what is said of it."""

    picture: Annotated[
        str | None, Field(pattern="^[0-9a-f]{32}$", description="The id that analyze gave it.")
    ] = None
    emotion: Literal[EMOTIONS] | None = None  # type: ignore[valid-type]
    valence: Axis | None = None
    arousal: Axis | None = None
    title: Annotated[str | None, Field(max_length=_LONGEST_TITLE)] = None

    def wishes(self) -> dict[str, Any]:
        """What the engine is asked, beside the picture; only what was said."""
        said: dict[str, Any] = self.model_dump(
            exclude={"picture"}, exclude_none=True, by_alias=True
        )
        return said


class Takes(BaseModel):
    """Several pieces for the same wishes, with seeds in a row."""

    model_config = ConfigDict(extra="forbid")
    asked: Asked
    count: Annotated[int, Field(ge=1, le=_MOST_TAKES)] = 3


class NoteFields(_Request):
    """A note: onset and duration in ticks of 1/480 quarter note, pitch, velocity, hand."""

    onset: Annotated[int, Field(ge=0, le=_LATEST_TICK)]
    duration: Annotated[int, Field(ge=1, le=_LATEST_TICK)]
    pitch: Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
    velocity: Annotated[int, Field(ge=1, le=127)]
    hand: Literal["right", "left"]

    def note(self) -> Note:
        """As scores have it."""
        return Note(self.onset, self.duration, self.pitch, self.velocity, Hand(self.hand))


class Edit(_Request):
    """Changes of a piece that compose nothing: single notes first, then the whole piano."""

    removed: Annotated[list[NoteFields], Field(max_length=_MOST_NOTES)] = []
    added: Annotated[list[NoteFields], Field(max_length=_MOST_NOTES)] = []
    transpose: Annotated[int | None, Field(ge=-48, le=48, description="Semitones.")] = None
    tempo: Annotated[
        float | None,
        Field(ge=_SLOWEST, le=_FASTEST, description="At the first note, bpm."),
    ] = None
    velocity: Annotated[float | None, Field(ge=1, le=127, description="The mean.")] = None
    pedal: Literal["auto", "none"] | None = None
    feel: Literal["human"] | None = None


class More(_Request):
    """Further bars."""

    bars: Annotated[int, Field(ge=2, le=LIMITS["bars"][1])] = 8
    seed: Seed | None = None
    temperature: Temperature = 1.0
    key: KeyName | None = None
    closes: bool = True


class Anew(_Request):
    """Bars to write anew."""

    first: Bar
    last: Bar
    hand: Literal["right", "left"] | None = None
    keep: Literal[KEEPS] | None = None  # type: ignore[valid-type]
    seed: Seed | None = None
    temperature: Temperature = 1.0
    key: KeyName | None = None


class WaveformAsked(_Request):
    """A waveform beside a piece; all else is as the piece was asked for."""

    seconds: Annotated[int, Field(ge=1, le=_LONGEST_WAVEFORM)] = 10
