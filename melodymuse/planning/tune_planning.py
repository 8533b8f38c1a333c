"""What the form asks of the tune, bar by bar: what it says, says again, answers and closes with.

A theme that returns is the same tune on the same chords.  One bar of a section is its high point.
Phrases ask or close, breathe, and some begin with an upbeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType

from melodymuse.music.grid import GridChord, Metre
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.form import INTRODUCTION, SectionPlan, phrases_of
from melodymuse.planning.hook_rhythms import broken, hook_rhythm
from melodymuse.planning.phrase_shapes import Memory, shape_of
from melodymuse.planning.tune_cadences import ending, with_cadences
from melodymuse.planning.tune_manner import TuneManner, vary
from melodymuse.planning.tune_plan import (
    AGAIN,
    CLOSE,
    FRAGMENT,
    FREE,
    LOOSE,
    NOTHING,
    RETURN,
    SAME,
    STATEMENT,
    TunePlan,
)
from melodymuse.planning.upbeats import Streams, with_upbeats

# How themes differ from the first: semitones, share of the notes.
_CONTRASTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"A": (0.0, 1.0), "B": (3.0, 1.15), "C": (-2.0, 0.85), "D": (2.0, 1.1)}
)
_FRAMING = (0.0, 0.55)
# How often a returning bar is varied rather than the same: the second and third of a phrase, and
# one that ends it; a first one never is.
_VARIED, _VARIED_END = 0.4, 0.3
# How far ordinary bars lie below the high point, and the range of a phrase around its middle.
_BELOW_CLIMAX = 3
# How far the phrases before the one that has the high point stay below the others' bounds.
_BEFORE_CLIMAX = 2
# In which bar of its phrase a high point lies, as often as here, and where a theme drives there.
_HIGH_BARS = (0, 1, 1, 1, 2)
_DRIVEN_TO = (1, 1, 2, 2, 2)
# Semitones of a manner's span that one phrase leaves to the others.
_UNSPENT = 1.5
# Bars of a period, two phrases, over which a first section's line rises.
_PERIOD = 8
# How a phrase lies, bar by bar, in semitones about its middle: arches most often, as in folk songs
# (Huron 1996, "The melodic arch in Western folksongs"), then falling, rising, dipping ones; and how
# much higher a section's end lies than its beginning.
_CONTOURS = (
    (-1.5, 1.0, 1.5, -1.0),
    (-1.0, 1.5, 0.5, -1.0),
    (2.0, 1.0, -1.0, -2.0),
    (1.5, 0.0, 0.5, -2.0),
    (-2.0, -0.5, 1.0, 1.5),
    (1.0, -1.5, -1.0, 1.0),
)
_SLOPE = 3.0
# From how many semitones a phrase on a feeling's lines fall, or rise, in sequences, too.
_STEEP = 1.5
# How much fuller a hook is, and thinner what it runs out into, than bars are on the average.
_HOOK = 1.12


def plan_tune(
    sections: Sequence[SectionPlan],
    chords: Sequence[Sequence[GridChord]],
    metre: Metre,
    mode: str,
    manner: TuneManner,
    streams: Streams,
) -> tuple[TunePlan, ...]:
    """One plan a bar.

    Args:
        sections: the form.
        chords: of every bar, as if the tonic were C; a bar without goes on with the one before.
        metre: of the piece.
        mode: "major" or "minor".
        manner: how the feeling sings.
        streams: gives the random numbers of a place, called with a section and a phrase.
    """
    first: dict[str, SectionPlan] = {}
    plans: list[TunePlan] = []
    literal = streams("literal").gauss(0.0, 1.0)
    for number, section in enumerate(sections):
        model = first.setdefault(section.theme, section)
        random = streams("section", number)
        if model is section or section.bars > model.bars:
            own = vary(manner, streams("theme", section.theme))
            planned = _new_section(section, sections, metre, own, literal, streams, number)
        else:
            planned = _returning(section, model, plans, literal, random)
        plans += with_cadences(planned, section, chords, metre, mode, random)
    plans = with_upbeats(plans, sections, metre, manner, streams)
    return tuple(ending(plans, metre))


def _new_section(
    section: SectionPlan,
    sections: Sequence[SectionPlan],
    metre: Metre,
    manner: TuneManner,
    literal: float,
    streams: Streams,
    number: int,
) -> list[TunePlan]:
    higher, fuller = _CONTRASTS.get(section.theme, _FRAMING if not section.melodic else (1.0, 1.0))
    phrases = phrases_of(section)
    drives, quarters = section.melodic and manner.drive > 0, metre.bar_steps / 12
    high = _high_point(section, phrases, drives, streams("climax", number))
    contour = streams("contour", number).choice(_CONTOURS)
    plans: list[TunePlan] = []
    hook: tuple[int, ...] = ()
    if drives:
        wanted, draws = manner.notes * quarters, streams("hook", section.theme)
        hook = hook_rhythm(wanted, manner.off_beat, manner.finest, metre, draws)
    for place, (start, length) in enumerate(phrases):
        random = streams("phrase", number, place)
        shape, answered = shape_of(section, sections, place, phrases, literal, random, drives)
        for offset in range(length):
            # The last place of a shape is its cadence; a longer phrase lingers before it.
            left = length - 1 - offset
            memory = shape[-1] if left == 0 else shape[min(offset, len(shape) - 2)]
            source = None
            if memory.bar is not None:
                source = (answered or 0 if memory.answers else start) + memory.bar
                source = source if source < start + offset else None
            climax = start + offset == high
            # What an introduction begins with becomes the theme.
            full = 1.0 if section.theme == INTRODUCTION and not offset else fuller
            notes = manner.notes * full * quarters * (0.85 + 0.3 * random.random())
            notes *= _HOOK if offset % 2 == 0 else 1 / _HOOK
            onsets: tuple[int, ...] = ()
            if hook and left:
                onsets = _driven(memory, hook, metre, source, section.start, plans)
            notes = len(onsets) or notes
            centre = manner.centre + higher
            # A piece begins as a period does, however long its section.
            arch = section.bars if start else _PERIOD
            lift = _lift(start + offset - section.start, arch, contour, manner.falls)
            ceiling = round(centre + manner.span * 0.5)
            if start == 0 or (high is not None and start + length <= high):
                ceiling -= _BEFORE_CLIMAX
            plans.append(
                TunePlan(
                    device=memory.device if source is not None or memory.bar is None else FREE,
                    source=source,
                    degrees=_moved(memory, manner, random) if source is not None else 0,
                    pitches=memory.pitches if source is not None else NOTHING,
                    rhythm=memory.rhythm if source is not None else NOTHING,
                    locked=memory.locked and source is not None,
                    since=offset,
                    to_end=left,
                    notes=None if source is not None and memory.rhythm >= CLOSE else notes,
                    register=centre + lift,
                    motion=manner.motion if random.random() < 0.7 else None,
                    off_beat=manner.off_beat if random.random() < 0.6 else None,
                    lowest=round(centre - manner.span * 0.55),
                    highest=ceiling + (_BELOW_CLIMAX if climax else 0),
                    widest=manner.widest,
                    span=manner.span - _UNSPENT,
                    repeats=manner.repeats,
                    leaps=manner.leaps,
                    tense=manner.tense,
                    sighs=streams("sigh", start + offset).random() < manner.sighs,
                    climax=climax,
                    silence=_silence(memory, left, manner, metre, random),
                    finest=manner.finest,
                    onsets=onsets,
                    drives=drives,
                    held=round(manner.held * metre.beat_steps),
                    style=manner.style,
                )
            )
    return plans


def _driven(
    memory: Memory,
    hook: tuple[int, ...],
    metre: Metre,
    source: int | None,
    begin: int,
    plans: Sequence[TunePlan],
) -> tuple[int, ...]:
    """Where the notes of a bar of a theme that drives begin: as in its hook, in the broken hook or
    in the bar whose rhythm it has; none where it is free."""
    if memory.device == STATEMENT:
        return hook
    if memory.device == FRAGMENT:
        return broken(hook, metre)
    if source is None or memory.rhythm < SAME:
        return ()
    return plans[source - begin].onsets


def _high_point(
    section: SectionPlan, phrases: Sequence[tuple[int, int]], drives: bool, random: Random
) -> int | None:
    """The bar of a section's high point: the first, second or third of its last phrase, where that
    has room, and no first one where the theme drives there; nothing that only frames has one, nor
    has the first phrase of a piece, however long its section: what a piece begins with does not
    depend on its length."""
    if not section.melodic or (section.start == 0 and len(phrases) == 1):
        return None
    start, length = phrases[-1]
    return start + min(random.choice(_DRIVEN_TO if drives else _HIGH_BARS), max(length - 2, 0))


def _lift(offset: int, bars: int, contour: Sequence[float], falls: float) -> float:
    """Semitones by which a section's line lies above its middle: the contour of its phrases, each
    falling by so many, upon a slope that leads to the last one."""
    place = offset / max(bars - 1, 1)
    within = min(offset % PHRASE_BARS, len(contour) - 1)
    fallen = falls * (within / (len(contour) - 1) - 0.5)
    return contour[within] - fallen + _SLOPE * (place - 0.5)


def _moved(memory: Memory, manner: TuneManner, random: Random) -> int:
    """Scale degrees by which a bar is moved: down, or up, where the feeling's lines go there, but
    for what rises to a high point."""
    degrees = random.choice(memory.degrees)
    if memory.answers or abs(manner.falls) < _STEEP:
        return degrees
    return -abs(degrees) if manner.falls > 0 else abs(degrees)


def _silence(
    memory: Memory, left: int, manner: TuneManner, metre: Metre, random: Random
) -> tuple[int, int] | None:
    """A pause in a bar of its own idea, where the feeling has them."""
    pause = random.random() < manner.pauses
    if not pause or left == 0 or memory.locked:
        return None
    if random.random() < 0.5:
        return metre.bar_steps - metre.beat_steps, metre.bar_steps
    return 0, metre.beat_steps


def _returning(
    section: SectionPlan,
    model: SectionPlan,
    plans: Sequence[TunePlan],
    literal: float,
    random: Random,
) -> list[TunePlan]:
    """A theme again: every bar is its model, but some are varied when it comes a third time."""
    returned = []
    # Where the last phrase is cut short, the cadence is the model's own.
    offsets = [*range(section.bars - 1), model.bars - 1]
    for offset in offsets:
        source = model.start + offset
        known = plans[source]
        chance = 0.0 if known.since == 0 else _VARIED if known.to_end else _VARIED_END
        varied = random.random() < chance * 2**-literal
        returned.append(
            replace(
                known,
                device=AGAIN if varied else RETURN,
                source=source,
                degrees=0,
                pitches=random.choice((LOOSE, CLOSE)) if varied else SAME,
                rhythm=CLOSE if varied else SAME,
                locked=not varied,
                onsets=() if varied else known.onsets,
                upbeat=0,
                upbeat_source=None,
            )
        )
    return returned
