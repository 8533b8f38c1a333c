"""A plan: what a piece shall be, before a note of it is written.

Plans are values: cheap to make (`melodymuse.planning.planner.plan_for`), changed with
`dataclasses.replace`, printed as JSON and read back, composed as often as one likes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.score import TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.accompaniment import Pattern
from melodymuse.planning.bar_controls import BarControls
from melodymuse.planning.controls import Controls
from melodymuse.planning.form import SectionPlan
from melodymuse.planning.levels import ANY_HANDS, Bounds
from melodymuse.planning.recall import Recall


@dataclass(frozen=True, slots=True)
class BarPlan:
    """One bar to be.

    Attributes:
        controls: how it should be, as the network is told it.
        recall: which earlier bar it recalls, and how closely.
        harmony: its chord symbols, exactly these, each with its root or third struck lowest in
            the left hand (the root where a phrase begins or ends); None leaves them to the network.
        closes: whether it is the final bar: the tonic chord on its first beat with the tonic in the
            bass, nothing but chord notes, nothing after the middle of the bar.
        figure: the earlier bar whose left-hand rhythm the accompaniment of a tune keeps; None for
            one of its own.
        accompaniment: what its left hand does; None leaves it to the network.
        bounds: what its hands may be asked for.
        breaks_off: whether both hands rest in its second half, before a shock.
        sings_again: whether its tune is, note by note, that of the bar it recalls.
        take: which of the ways to write it; another number is written from other random numbers.
    """

    controls: BarControls
    recall: Recall
    harmony: tuple[GridChord, ...] | None = None
    closes: bool = False
    breaks_off: bool = False
    sings_again: bool = False
    figure: int | None = None
    accompaniment: Pattern | None = None
    bounds: Bounds = ANY_HANDS
    take: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """What the expressed emotion itself asks for where the user's wish acts after the network, on
    tempo marks and velocities, so that it leaves the notes as they are.

    Attributes:
        tempo: quarter notes a minute.
        loudness: mean MIDI velocity.
        dynamics: standard deviation of the velocities of a bar.
    """

    tempo: float
    loudness: float
    dynamics: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a piece that says something of its own.

    Attributes:
        start: its first bar; it lasts until the next one's.
        name: what it is called, an emotion or a picture.
        expressed: what the music says there.
        controls: of the piece as it would be if it said this throughout.
        own: likewise.
    """

    start: int
    name: str
    expressed: EmotionProfile
    controls: Controls
    own: Own


@dataclass(frozen=True, slots=True)
class Plan:
    """A piece to be: composing is a function of its plan.

    Attributes:
        profile: the emotion that was seen or asked for.
        expressed: what the music shall say of it.
        controls: everything that was wished or follows from the emotion, the seed among it.
        own: what the network is told in place of some of these.
        sections: the form.
        bars: what each bar shall be.
        title: the piece's title.
        source: what it is made from (a picture's name), or empty.
        eye: what looked at the picture, where it was not the eye that ships.
        arc: what is said from bar to bar, where a piece goes from feeling to feeling; profile,
            expressed and controls are then those of the whole, on average.
        like: the name of the piece that it is planned like, or empty.
        sings: fields of `TuneManner` by name that its tune has, whatever the feeling.
        motif: a seed of its own for how the tune goes and for its first phrase; None for the
            piece's.

    Raises:
        ControlError: bars and controls that do not belong together.
    """

    profile: EmotionProfile
    expressed: EmotionProfile
    controls: Controls
    own: Own
    sections: tuple[SectionPlan, ...]
    bars: tuple[BarPlan, ...]
    title: str = ""
    source: str = ""
    eye: str = ""
    arc: tuple[Stretch, ...] = ()
    like: str = ""
    sings: tuple[tuple[str, float], ...] = ()
    motif: int | None = None

    def __post_init__(self) -> None:
        if len(self.bars) != self.controls.bars:
            raise ControlError(f"a plan of {len(self.bars)} bars for {self.controls.bars}")
        for index, bar in enumerate(self.bars):
            if bar.recall.bar is not None and not 0 <= bar.recall.bar < index:
                raise ControlError(f"bar {index + 1} can recall only an earlier bar")
            if bar.controls.metre != self.metre.name:
                raise ControlError(
                    f"bar {index + 1} is in {bar.controls.metre}, not {self.metre.name}"
                )

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """What is said from bar to bar, in order: one stretch where there is no arc."""
        return self.arc or (Stretch(0, "", self.expressed, self.controls, self.own),)

    @property
    def metre(self) -> Metre:
        """The metre of all bars."""
        return METRES[str(self.controls.time_signature)]

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON holds it; the inverse of `from_dict`."""
        found = asdict(self)
        for part, controls in (
            (found, self.controls),
            *(
                (part, stretch.controls)
                for part, stretch in zip(found["arc"], self.arc, strict=True)
            ),
        ):
            part["controls"]["key"] = str(controls.key)
            part["controls"]["time_signature"] = str(controls.time_signature)
        return found

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Plan:
        """Read what `as_dict` wrote, also after a journey through JSON.

        Raises:
            ControlError: it is no plan, or an impossible one.
        """
        try:
            return cls(
                profile=_profile(given["profile"]),
                expressed=_profile(given["expressed"]),
                controls=_controls(given["controls"]),
                own=Own(**given["own"]),
                sections=tuple(SectionPlan(**section) for section in given["sections"]),
                bars=tuple(_bar(bar) for bar in given["bars"]),
                title=given["title"],
                source=given["source"],
                eye=given.get("eye", ""),
                arc=tuple(map(_stretch, given.get("arc", ()))),
                like=given.get("like", ""),
                sings=tuple((name, value) for name, value in given.get("sings", ())),
                motif=given.get("motif"),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ControlError(f"no plan: {error}") from error


def _profile(given: Mapping[str, Any]) -> EmotionProfile:
    return EmotionProfile(**{**given, "probabilities": tuple(given["probabilities"])})


def _controls(given: Mapping[str, Any]) -> Controls:
    numerator, denominator = map(int, given["time_signature"].split("/"))
    read = {
        "key": Key.parse(given["key"]),
        "time_signature": TimeSignature(numerator, denominator),
    }
    return Controls(**{**given, **read})


def _stretch(given: Mapping[str, Any]) -> Stretch:
    nested = {
        "expressed": _profile(given["expressed"]),
        "controls": _controls(given["controls"]),
        "own": Own(**given["own"]),
    }
    return Stretch(**{**given, **nested})


def _bar(given: Mapping[str, Any]) -> BarPlan:
    harmony, pattern = given["harmony"], given.get("accompaniment")
    nested = {
        "controls": BarControls(**given["controls"]),
        "recall": Recall(**given["recall"]),
        "harmony": None if harmony is None else tuple(GridChord(**chord) for chord in harmony),
        "accompaniment": None if pattern is None else Pattern(**pattern),
        "bounds": Bounds(**given["bounds"]) if "bounds" in given else ANY_HANDS,
    }
    return BarPlan(**{**given, **nested})
