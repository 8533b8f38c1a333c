"""What is asked of a piece, and how it becomes a plan with what was seen: pure but for a seed that
nobody says."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Score
from melodymuse.planning.arc import Station, plan_arc
from melodymuse.planning.controls import BY_FEELING, Wishes, controls_for
from melodymuse.planning.length import of_length
from melodymuse.planning.literal import as_shown, motif_of
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.sayings import Said, moved, preset_named, said_in_numbers

if TYPE_CHECKING:
    from melodymuse.midi.document import Document
    from melodymuse.vision import Analysis
    from melodymuse.writing.modelling import Model

# As `plan_for` and what plans over a given tune.
Planner = Callable[..., Plan]
# Short enough to be read out and typed again.
SEEDS = 10**9


class Asked(Said, total=False):
    """What a user says of a piece: the feeling, the seed, the title, and any control."""

    emotion: str | None
    valence: float | None
    arousal: float | None
    arc: str | Sequence[Any] | None
    like: str | PathLike[str] | bytes | Document | Score | None
    seconds: float | None
    seed: int | None
    title: str | None


class TuneWishes(Asked, total=False):
    """What a user says of a piece over a given tune: as of any piece, and where the tune is.

    `tracks`: those that sing it.  `hands`: of a piano, the tracks of the right and the left hand.
    `pickup`: its upbeat in quarter notes, where the file's metres do not tell.
    """

    tracks: Collection[int]
    hands: tuple[int, int] | None
    pickup: Fraction | None


class Seen(NamedTuple):
    """What a piece starts from: a feeling, the analysis of the picture that it was seen in, and the
    picture's name."""

    profile: EmotionProfile | None = None
    analysis: Analysis | None = None
    source: str = ""


def parted(wishes: TuneWishes) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said of the tune's place, and of the piece."""
    said: dict[str, Any] = dict(wishes)
    place = {name: value for name, value in said.items() if name in ("tracks", "hands", "pickup")}
    return place, {name: value for name, value in said.items() if name not in place}


def leave_to_the_tune(asked: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if asked.get(name) is not None:
            raise ControlError(f"{name.replace('_', ' ')} is the tune's own: leave it out")


def is_felt(asked: Mapping[str, Any]) -> bool:
    return any(asked.get(name) is not None for name in ("emotion", "valence", "arousal"))


def plan_asked(
    seen: Seen,
    stations: Sequence[Station] = (),
    model: Model | None = None,
    *,
    over: Planner = plan_for,
    arc: object = None,
    like: object = None,
    emotion: str | None = None,
    valence: float | None = None,
    arousal: float | None = None,
    moods: Sequence[str] | None = None,
    preset: str | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    title: str | None = None,
    **controls: Unpack[Wishes],
) -> Plan:
    """The one place where what was seen and what was asked for become a plan, by `plan_for` or by
    what plans `over` a tune."""
    if title is not None and not isinstance(title, str):
        raise ControlError(f"title must be text, not {title!r}")
    if like is not None and model is None:
        raise ControlError("only what is composed can be like a piece: leave out like")
    chosen = draw_seed() if seed is None else seed
    kind = preset_named(preset)
    if kind is not None and model is not None:
        raise ControlError("a piece like another has its metre, tempo and manner: leave out preset")
    if arc is not None:
        if seen.profile is not None or not all(x is None for x in (emotion, valence, arousal)):
            raise ControlError(
                "an arc says all that is felt: leave out picture, emotion, valence and arousal, or "
                "make them places of the arc"
            )
        if model is not None:
            raise ControlError("a piece goes along an arc or is like another: leave out one")
        if title is None:
            title = ", ".join(Path(station.name).stem for station in stations).capitalize()
        return plan_arc(
            [station.moved(moods or ()) for station in stations],
            seed=chosen,
            title=title,
            seconds=seconds,
            preset=kind,
            **controls,
        )
    if kind and seen.profile is None and all(x is None for x in (emotion, valence, arousal)):
        emotion = kind.emotion

    def wished(base: EmotionProfile | None) -> EmotionProfile:
        return moved(felt(base, emotion=emotion, valence=valence, arousal=arousal), moods or ())

    if model is not None and seen.profile is None:
        from melodymuse.writing.plan_like import feeling_of

        seen = seen._replace(profile=feeling_of(model))
    profile = wished(seen.profile)
    # Photographs lie close together: what they stir is heightened before it becomes music.
    expressed = profile if seen.analysis is None else wished(seen.analysis.profile.heightened())
    if title is None:
        title = Path(seen.source).stem or profile.emotion.capitalize()
    if model is not None:
        from melodymuse.writing.plan_like import plan_like

        plan = plan_like(
            model,
            profile,
            expressed,
            seed=chosen,
            title=title,
            source=seen.source,
            seconds=seconds,
            **controls,
        )
        plan = replace(plan, like=name_of(like))
    else:
        controls = said_in_numbers(controls, partial(controls_for, expressed, seed=chosen), kind)
        if seconds is not None:
            controls = of_length(expressed, seconds, seed=chosen, **controls)
        asked = controls_for(expressed, seed=chosen, **controls)
        if seen.analysis is not None and asked.literal > BY_FEELING:
            asked = as_shown(seen.analysis.deviations, expressed, asked, controls)
        plan = over(profile, expressed, asked, title=title, source=seen.source)
        if seen.analysis is not None:
            plan = replace(plan, motif=motif_of(seen.analysis.deviations, asked.literal))
    return plan if seen.analysis is None else replace(plan, eye=seen.analysis.eye)


def name_of(file: Any) -> str:
    """The name of a file, or the title of a score; empty where there is none."""
    if isinstance(file, Score):
        return file.title
    return Path(file).name if isinstance(file, str | PathLike) else ""


def station_of(seen: Seen) -> Station:
    assert seen.profile is not None
    if seen.analysis is None:
        return Station(seen.profile.emotion, seen.profile, seen.profile)
    return Station(seen.source, seen.profile, seen.profile.heightened())


def draw_seed() -> int:
    """A seed for a piece that shall be a surprise: the one place where chance comes in."""
    return secrets.randbelow(SEEDS)


def felt(
    base: EmotionProfile | None,
    *,
    emotion: str | None = None,
    valence: float | None = None,
    arousal: float | None = None,
) -> EmotionProfile:
    """What the piece shall express: what was seen, with what the user says put over it.

    A named emotion replaces the profile; a valence or an arousal then moves it along that axis.
    Without a named emotion they move the place on the plane, and the emotions follow the place.

    Raises:
        ControlError: an unknown emotion, a value outside -1..1, or too little to go on.
    """
    if emotion is not None:
        if valence is not None and arousal is not None:
            raise ControlError(
                f"emotion '{emotion}' beside both valence and arousal: give the name, or the place"
            )
        named = EmotionProfile.of(emotion)
        return replace(
            named,
            valence=named.valence if valence is None else valence,
            arousal=named.arousal if arousal is None else arousal,
        )
    if base is None:
        if valence is None or arousal is None:
            raise ControlError(
                "nothing to compose from: give a picture, an emotion, or both valence and arousal"
            )
        return EmotionProfile.at(valence, arousal)
    if valence is None and arousal is None:
        return base
    return EmotionProfile.at(
        base.valence if valence is None else valence,
        base.arousal if arousal is None else arousal,
    )
