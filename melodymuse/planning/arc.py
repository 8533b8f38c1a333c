"""An arc: one piece that goes from feeling to feeling, bar by bar.

Each place of the arc has whole sections of the form where it has as many, and is planned as the
piece would be if that feeling held throughout: its texture, its harmony, its tempo, in its own mode
on one tonic.  At a seam the dominant, which major and minor share, leads over (the pivot of
Schoenberg 1954, "Structural Functions of Harmony", ch. 6, on interchangeable tonics); the bars on
both sides of it lie between the feelings, and the tempo glides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import fsum
from statistics import fmean
from string import ascii_uppercase
from typing import Any, Unpack

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import TICKS_PER_GRID, Metre
from melodymuse.music.score import TempoMark
from melodymuse.music.theory import Key
from melodymuse.planning.bar_controls import PHRASE_BARS, STEERED, BarControls
from melodymuse.planning.controls import (
    FREE,
    LIMITS,
    NO_CHORDS,
    Controls,
    Wishes,
    controls_for,
    within_limits,
)
from melodymuse.planning.ending import slow_down
from melodymuse.planning.form import SectionPlan, plan_sections
from melodymuse.planning.harmony import lead_over
from melodymuse.planning.length import of_length, seconds_of
from melodymuse.planning.plan import BarPlan, Plan, Stretch
from melodymuse.planning.planner import plan_for
from melodymuse.planning.recall import FAINT, SAME, Recall
from melodymuse.planning.remembering import plan_recalls
from melodymuse.planning.sayings import Preset, is_share, moved, said_in_numbers, share_of
from melodymuse.streams import stream

# What separates the places of an arc that is written as text.
THEN = ">"
# Bars that a place has where nobody says how long the piece is; the least that it may have.
_PLACE_BARS, _LEAST_BARS = 8, PHRASE_BARS
# How much of the feeling beyond a seam the bars on both sides of it have.
_BEYOND = 1 / 3
_ROUNDS = 3
# What of a bar can lie between two feelings.
_MIXED = tuple(
    name for name in STEERED if name not in ("mode", "phrase_begins", "phrase_ends", "melodic")
)


@dataclass(frozen=True, slots=True)
class Station:
    """A place of an arc.

    Attributes:
        name: the emotion's, or the picture's.
        profile: what was seen or asked for.
        expressed: what the music shall say of it.
    """

    name: str
    profile: EmotionProfile
    expressed: EmotionProfile

    def moved(self, moods: Iterable[str]) -> Station:
        """The place with its feeling moved by words of `sayings.MOODS`."""
        words = tuple(moods)
        return replace(
            self, profile=moved(self.profile, words), expressed=moved(self.expressed, words)
        )


def plan_arc(
    stations: Sequence[Station],
    *,
    seed: int,
    title: str = "",
    seconds: float | None = None,
    preset: Preset | None = None,
    **wishes: Unpack[Wishes],
) -> Plan:
    """The plan of a piece that goes through some feelings, each for as long as the others.

    Args:
        stations: in their order, two or more.
        seed: of the piece.
        title: of the piece.
        seconds: how long it lasts, exactly; None as long as its bars do.
        preset: the kind of piece, whose controls hold throughout where wishes do not say others.
        **wishes: as `controls_for` takes them; what is said holds throughout, a share (as in
            ``tempo="+20%"``) of what each feeling asks for.  Of a key the tonic counts, on which
            each feeling has its own mode; of a form, each has whole sections.

    Raises:
        ControlError: fewer than two places, too few bars or sections, or as `controls_for`.
    """
    if len(stations) < 2:
        raise ControlError("an arc goes from one feeling to another: name two or more")
    mean = _mean([station.expressed for station in stations])
    usual = min(_PLACE_BARS * len(stations), round(LIMITS["bars"][1]))
    if is_share(wishes.get("bars")):
        wishes["bars"] = round(share_of("bars", usual, str(wishes["bars"])))
    if seconds is not None:
        fitted = of_length(mean, seconds, seed=seed, **_numbers(mean, wishes, seed, preset))
        wishes["bars"] = fitted["bars"]
        if wishes.get("tempo") is not None:
            wishes["ritardando"] = fitted["ritardando"]
    bars = wishes.get("bars")
    if bars is None:
        bars = usual
    if isinstance(bars, int) and bars < _LEAST_BARS * len(stations):
        raise ControlError(
            f"an arc of {len(stations)} feelings needs at least {_LEAST_BARS * len(stations)} "
            f"bars, not {bars}"
        )
    said: Wishes = {**wishes, "bars": bars}
    if said.get("form") is None and isinstance(bars, int):
        said["form"] = _form([station.expressed.emotion for station in stations], bars)
    whole = controls_for(mean, seed=seed, **_numbers(mean, said, seed, preset))
    sections = plan_sections(whole.form, whole.bars)
    starts = _starts(sections, len(stations), whole)
    said["time_signature"] = whole.time_signature
    plans = [
        _throughout(station, whole, _numbers(station.expressed, said, seed, preset))
        for station in stations
    ]
    stretches = tuple(
        Stretch(start, station.name, plan.expressed, plan.controls, plan.own)
        for start, station, plan in zip(starts, stations, plans, strict=True)
    )
    metre = plans[0].metre
    if seconds is not None:
        stretches = _lasting(stretches, seconds, metre, whole.bars)
    profile = _mean([station.profile for station in stations])
    own = plan_for(profile, mean, whole).own
    joined = _joined(plans, starts, sections)
    return Plan(profile, mean, whole, own, sections, joined, title, arc=stretches)


def _numbers(expressed: EmotionProfile, wishes: Wishes, seed: int, preset: Preset | None) -> Wishes:
    return said_in_numbers(wishes, partial(controls_for, expressed, seed=seed), preset)


def _lasting(
    stretches: tuple[Stretch, ...], seconds: float, metre: Metre, bars: int
) -> tuple[Stretch, ...]:
    """The same stretches, all tempos hurried or held back alike so that they last so long.

    Raises:
        ControlError: a tempo beyond its limits.
    """
    for _ in range(_ROUNDS):
        faster = seconds_of(arc_tempos(stretches, metre, bars), bars, metre) / seconds
        stretches = tuple(
            replace(s, controls=replace(s.controls, tempo=round(s.controls.tempo * faster, 4)))
            for s in stretches
        )
    return stretches


def arc_tempos(stretches: Sequence[Stretch], metre: Metre, bars: int) -> tuple[TempoMark, ...]:
    """The tempo map: each stretch in its own tempo, into which the bar before it glides, beat by
    beat; slower at the end, as `slow_down` has it."""
    marks = [TempoMark(0, stretches[0].controls.tempo)]
    beats = metre.bar_steps // metre.beat_steps
    for before, stretch in pairwise(stretches):
        old, new = before.controls.tempo, stretch.controls.tempo
        for beat in range(beats + 1):
            step = (stretch.start - 1) * metre.bar_steps + beat * metre.beat_steps
            share = min((beat + 1) / (beats + 1), 1.0)
            bpm = new if beat == beats else round(old * (new / old) ** share, 2)
            if bpm != marks[-1].bpm:
                marks.append(TempoMark(step * TICKS_PER_GRID, bpm))
    last = stretches[-1].controls
    _, *slower = slow_down(last.tempo, last.ritardando, bars, metre)
    return (*marks, *slower)


def _form(emotions: Sequence[str], bars: int) -> str:
    """A theme for each feeling, twice or oftener where there is room; a feeling that comes again
    brings its theme back."""
    letters = {emotion: ascii_uppercase[n] for n, emotion in enumerate(dict.fromkeys(emotions))}
    each = max(bars // len(emotions) // _PLACE_BARS, 1)
    return "".join(letters[emotion] * each for emotion in emotions)


def _mean(profiles: Sequence[EmotionProfile]) -> EmotionProfile:
    count = len(profiles)
    shares = [
        fsum(profile.probabilities[n] for profile in profiles) / count for n in range(len(EMOTIONS))
    ]
    return EmotionProfile(
        tuple(shares),
        fsum(profile.valence for profile in profiles) / count,
        fsum(profile.arousal for profile in profiles) / count,
    )


def _starts(sections: Sequence[SectionPlan], count: int, whole: Controls) -> list[int]:
    """The first bar of each of so many places: where that section begins which is nearest to an
    equal share, each after the one before it and leaving one for each that follows.

    Raises:
        ControlError: fewer sections than places.
    """
    if len(sections) < count:
        raise ControlError(
            f"form {whole.form} has {len(sections)} sections for {count} feelings: give at least "
            "one each"
        )
    chosen = [0]
    for place in range(1, count):
        wanted = place * whole.bars / count
        free = range(chosen[-1] + 1, len(sections) - (count - place) + 1)
        chosen.append(min(free, key=lambda index: abs(sections[index].start - wanted)))
    return [sections[index].start for index in chosen]


def _throughout(station: Station, whole: Controls, said: Wishes) -> Plan:
    """The piece as it would be if one feeling held throughout, on the tonic of the whole."""
    free: Wishes = {**said, "key": None}
    own = controls_for(station.expressed, seed=whole.seed, **free)
    mode = own.key.mode if whole.chords == NO_CHORDS else whole.key.mode
    key = whole.key if mode == whole.key.mode else Key.of(whole.key.pitch_class, mode)
    home: Wishes = {**said, "key": key}
    controls = controls_for(station.expressed, seed=whole.seed, **home)
    return plan_for(station.profile, station.expressed, controls)


def _joined(
    plans: Sequence[Plan], starts: Sequence[int], sections: Sequence[SectionPlan]
) -> tuple[BarPlan, ...]:
    """Each bar from the plan of its place, led over at the seams."""
    last = plans[-1]
    bars = [
        bar
        for plan, (start, end) in zip(plans, pairwise([*starts, len(last.bars)]), strict=True)
        for bar in _as_loud_as_asked(plan.bars[start:end], plan.own.loudness)
    ]
    for place, start in enumerate(starts[1:], start=1):
        before, after = plans[place - 1], plans[place]
        bars[start - 1], bars[start] = (
            replace(bars[bar], controls=_between(mine.bars[bar], other.bars[bar]))
            for bar, mine, other in ((start - 1, before, after), (start, after, before))
        )
        if before.controls.harmony != FREE and before.controls.chords == NO_CHORDS:
            random = stream(last.controls.seed, "pivot", start)
            pivot = lead_over(before.controls.key.mode, last.metre, random)
            for bar, harmony in enumerate(pivot, start - len(pivot)):
                bars[bar] = replace(bars[bar], harmony=harmony)
    recalls = plan_recalls(sections, [bar.harmony for bar in bars], last.controls.seed)
    return tuple(_recalling(bars, bar, recall) for bar, recall in enumerate(recalls))


def _as_loud_as_asked(bars: Sequence[BarPlan], loudness: float) -> list[BarPlan]:
    """Bars that are on average as loud as their feeling asks: they contrast with other feelings,
    not with a theme that is not heard in it."""
    planned = [bar.controls.loudness or loudness for bar in bars]
    louder = loudness - fmean(planned)
    return [
        replace(
            bar,
            controls=replace(bar.controls, loudness=within_limits("loudness", velocity + louder)),
        )
        for bar, velocity in zip(bars, planned, strict=True)
    ]


def _between(bar: BarPlan, other: BarPlan) -> BarControls:
    """The controls of a bar, in part those that another feeling asks of it."""
    mixed: dict[str, Any] = {}
    for name in _MIXED:
        mine, theirs = getattr(bar.controls, name), getattr(other.controls, name)
        mixed[name] = mine + _BEYOND * (theirs - mine)
    return replace(bar.controls, **mixed)


def _recalling(bars: Sequence[BarPlan], bar: int, recall: Recall) -> BarPlan:
    """A bar with what it recalls: closely only in one mode."""
    plan = bars[bar]
    if recall.bar is not None and bars[recall.bar].controls.mode != plan.controls.mode:
        recall = Recall(recall.bar, min(recall.likeness, FAINT))
    same = recall.likeness == SAME and plan.harmony is not None
    return replace(plan, recall=recall, sings_again=same)
