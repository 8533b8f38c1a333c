"""What the form asks of the tune, bar by bar: what it says, says again, answers and closes with.

A theme's first phrase states an idea and carries it on; its second begins alike and turns
elsewhere (the period of Caplin 1998, "Classical Form", chs. 3-4, beside the sentence and freer
shapes); a theme that returns is the same tune on the same chords.  One bar of a section is its
high point.  Phrases ask (2, 5 or 7 of the key) or close (1 or 3), breathe, and some begin with an
upbeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType

from melodymuse.music.grid import GRID_PER_QUARTER, GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.form import CODA, SectionPlan, phrases_of
from melodymuse.planning.levels import ANY_HANDS, Bounds
from melodymuse.planning.tune_manner import TuneManner, vary

# Classes of likeness to another bar by Jaccard index; UNKNOWN where nothing is told.
UNKNOWN, NOTHING, FAINT, LOOSE, CLOSE, SAME = range(6)

# What a bar does.
STATEMENT, CONTRAST, FREE, RHYTHM, AGAIN, SEQUENCE, FRAGMENT, RETURN, TURN = (
    "statement",
    "contrast",
    "free",
    "rhythm",
    "again",
    "sequence",
    "fragment",
    "return",
    "turn",
)
# The subdivision that stands for triplets.
TRIPLETS = 4
# How a phrase ends: not in this bar, on a question, an answer, the last note of all, or else.
NO_CADENCE, HALF, FULL, FINAL, OPEN = "", "half", "full", "final", "open"

# The random numbers of a place within the plan.
Streams = Callable[..., Random]


@dataclass(frozen=True, slots=True)
class TunePlan:
    """One bar of a tune to be.

    Attributes:
        device: what the bar does, for example "sequence".
        source: the earlier bar that it recalls; None for none.
        degrees: scale degrees by which that bar is moved.
        pitches, rhythm: classes of likeness to the bar, so moved.
        locked: whether it is that bar, note by note, moved only where its chord is another one.
        since, to_end: bars since its phrase began, and until it ends.
        notes: how many it should have; None leaves it to the network.
        register: mean pitch as if the tonic were C; None likewise.
        motion: mean step in semitones; None likewise.
        off_beat: share 0..1 of onsets between beats; None likewise.
        lowest, highest: the bounds of its pitches.
        widest: the widest step in semitones.
        climax: whether the section's high point lies here.
        cadence: how a phrase ends here.
        cadence_at: grid step of the phrase's last note.
        upbeat: grid steps at its end that belong to the next phrase; 0 for none.
        upbeat_source: the earlier bar whose upbeat is taken; None for a new one.
        silence: grid steps (from, to) in which no note begins or sounds; None for none.
        finest: grid steps of the finest subdivision; 4 stands for triplets.
        style: whose tunes it takes after, one of the network's styles.
    """

    device: str = FREE
    source: int | None = None
    degrees: int = 0
    pitches: int = NOTHING
    rhythm: int = NOTHING
    locked: bool = False
    since: int = 0
    to_end: int = 0
    notes: float | None = None
    register: float | None = None
    motion: float | None = None
    off_beat: float | None = None
    lowest: int = 60
    highest: int = 79
    widest: int = 9
    climax: bool = False
    cadence: str = NO_CADENCE
    cadence_at: int | None = None
    upbeat: int = 0
    upbeat_source: int | None = None
    silence: tuple[int, int] | None = None
    finest: int = 6
    style: str = "pop"


@dataclass(frozen=True, slots=True)
class _Memory:
    """What a bar does with which bar of its phrase, or of the phrase that it answers."""

    device: str
    bar: int | None = None
    pitches: int = NOTHING
    rhythm: int = NOTHING
    degrees: tuple[int, ...] = (0,)
    answers: bool = False
    locked: bool = False


_NEW = _Memory(FREE)
_SEQUENCE_STEPS = (-2, -1, -1, 1, 1, 2)


def _rhythm(bar: int, rhythm: int = CLOSE) -> _Memory:
    return _Memory(RHYTHM, bar, FAINT, rhythm)


def _again(bar: int, pitches: int = CLOSE) -> _Memory:
    return _Memory(AGAIN, bar, pitches, SAME)


def _recalled(bar: int, pitches: int) -> _Memory:
    return _Memory(AGAIN, bar, pitches, SAME, answers=True)


def _moved(bar: int, pitches: int = SAME) -> _Memory:
    return _Memory(SEQUENCE, bar, pitches, SAME, _SEQUENCE_STEPS)


def _back(bar: int) -> _Memory:
    return _Memory(RETURN, bar, SAME, SAME, answers=True, locked=True)


def _turn(bar: int, pitches: int, rhythm: int) -> _Memory:
    return _Memory(TURN, bar, pitches, rhythm, answers=True)


_FRAGMENT = _Memory(FRAGMENT, 0, FAINT, LOOSE)
_STATEMENT = _Memory(STATEMENT)

# Shapes of a phrase that states an idea, by place (more bars: the last but one again), and how
# often each is taken.  A design choice, after how POP909's and the Lieder's bars resemble each
# other: the third bar recalls the first oftener than the second does.
_STATING: tuple[tuple[float, tuple[_Memory, ...]], ...] = (
    (3.0, (_STATEMENT, _NEW, _again(0, LOOSE), _NEW)),
    (1.5, (_STATEMENT, _rhythm(0), _NEW, _NEW)),
    (1.5, (_STATEMENT, _rhythm(0, LOOSE), _NEW, _rhythm(1, LOOSE))),
    (2.0, (_STATEMENT, _NEW, _rhythm(0), _NEW)),
    (1.2, (_STATEMENT, _moved(0), _FRAGMENT, _NEW)),
    (2.0, (_STATEMENT, _NEW, _rhythm(1, LOOSE), _NEW)),
    (1.2, (_STATEMENT, _NEW, _moved(0, CLOSE), _rhythm(1, LOOSE))),
    (1.0, (_STATEMENT, _again(0, LOOSE), _moved(0), _NEW)),
)
# Shapes of a phrase that answers: it begins alike, most often, and turns elsewhere.
_ANSWERING: tuple[tuple[float, tuple[_Memory, ...]], ...] = (
    (1.8, (_back(0), _back(1), _turn(2, FAINT, LOOSE), _NEW)),
    (3.0, (_back(0), _turn(1, LOOSE, LOOSE), _NEW, _NEW)),
    (1.5, (_back(0), _NEW, _moved(1), _NEW)),
    (
        1.5,
        (
            _Memory(SEQUENCE, 0, SAME, SAME, (-1, 1, 2), answers=True),
            _turn(1, FAINT, CLOSE),
            _NEW,
            _NEW,
        ),
    ),
    (1.0, (_Memory(RHYTHM, 0, FAINT, CLOSE, answers=True), _NEW, _rhythm(1, LOOSE), _NEW)),
)
# Shapes of a phrase that goes elsewhere before the first idea returns.
_LEAVING: tuple[tuple[float, tuple[_Memory, ...]], ...] = (
    (2.0, (_Memory(CONTRAST), _moved(0), _FRAGMENT, _NEW)),
    (2.0, (_Memory(CONTRAST), _NEW, _again(0, LOOSE), _NEW)),
    (2.0, (_Memory(CONTRAST), _rhythm(0), _NEW, _NEW)),
)
# How themes differ from the first: semitones, share of the notes.
_CONTRASTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"A": (0.0, 1.0), "B": (3.0, 1.15), "C": (-2.0, 0.85), "D": (2.0, 1.1)}
)
_FRAMING = (0.0, 0.55)
# Where a phrase's last note may stand, by metre, and how often.
_LAST_NOTES: Mapping[str, tuple[tuple[int, float], ...]] = MappingProxyType(
    {
        "4/4": ((0, 4.0), (12, 2.0), (24, 3.0), (36, 1.5)),
        "3/4": ((0, 6.0), (12, 2.0), (24, 1.0)),
        "6/8": ((0, 5.0), (18, 4.0)),
        "2/4": ((0, 6.0), (12, 3.0)),
    }
)
# Lengths of upbeats, by metre.
_UPBEATS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"4/4": (6, 12, 12, 18, 24), "3/4": (6, 12, 12), "6/8": (6, 6, 12), "2/4": (6, 6)}
)
# How often a returning bar is varied rather than the same: the second and third of a phrase, and
# one that ends it; a first one never is.
_VARIED, _VARIED_END = 0.4, 0.3
# How far ordinary bars lie below the high point, and the range of a phrase around its middle.
_BELOW_CLIMAX = 3
# Bars of a period, two phrases, over which a first section's line rises; and of the phrase that a
# piece begins with, which no upbeat to the second ends, since that depends on the piece's length.
_PERIOD, _OPENING_BARS = 8, 4
# How often a phrase without an upbeat comes in after the beat.
_AFTER_THE_BEAT = 0.2
# Bars of so many grid steps have room for it.
_ROOMY = 36


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
    for number, section in enumerate(sections):
        model = first.setdefault(section.theme, section)
        random = streams("section", number)
        if model is section or section.bars > model.bars:
            own = vary(manner, streams("theme", section.theme))
            planned = _new_section(section, sections, metre, own, streams, number)
        else:
            planned = _returning(section, model, plans, chords, random)
        plans += _with_cadences(planned, section, chords, metre, mode, random)
    plans = _with_upbeats(plans, sections, metre, manner, streams)
    return tuple(_ending(plans, metre))


def _new_section(
    section: SectionPlan,
    sections: Sequence[SectionPlan],
    metre: Metre,
    manner: TuneManner,
    streams: Streams,
    number: int,
) -> list[TunePlan]:
    higher, fuller = _CONTRASTS.get(section.theme, _FRAMING if not section.melodic else (1.0, 1.0))
    phrases = phrases_of(section)
    high = _high_point(section, phrases, streams("climax", number))
    plans: list[TunePlan] = []
    for place, (start, length) in enumerate(phrases):
        random = streams("phrase", number, place)
        shape, answered = _shape(section, sections, place, phrases, random)
        for offset in range(length):
            # The last place of a shape is its cadence; a longer phrase lingers before it.
            left = length - 1 - offset
            memory = shape[-1] if left == 0 else shape[min(offset, len(shape) - 2)]
            source = None
            if memory.bar is not None:
                source = (answered or 0 if memory.answers else start) + memory.bar
                source = source if source < start + offset else None
            climax = start + offset == high
            quarters = metre.bar_steps / 12
            notes = manner.notes * fuller * quarters * (0.85 + 0.3 * random.random())
            centre = manner.centre + higher
            # A piece begins as a period does, however long its section.
            arch = section.bars if start else _PERIOD
            lift = _lift(start + offset - section.start, arch)
            ceiling = round(centre + manner.span * 0.5)
            plans.append(
                TunePlan(
                    device=memory.device if source is not None or memory.bar is None else FREE,
                    source=source,
                    degrees=random.choice(memory.degrees) if source is not None else 0,
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
                    climax=climax,
                    silence=_silence(memory, left, manner, metre, random),
                    finest=manner.finest,
                    style=manner.style,
                )
            )
    return plans


def _shape(
    section: SectionPlan,
    sections: Sequence[SectionPlan],
    place: int,
    phrases: Sequence[tuple[int, int]],
    random: Random,
) -> tuple[tuple[_Memory, ...], int | None]:
    """The shape of a phrase, and the first bar of the phrase that it answers, if it does."""
    if section.theme == CODA and sections[0] is not section:
        # A coda dwells on how the first theme began.
        return (_recalled(0, CLOSE), _recalled(1, LOOSE), _NEW, _NEW), _opening(sections)
    if not section.melodic:
        return (_NEW, _NEW, _rhythm(0), _NEW), None
    if place == 0 or phrases[place - 1][1] < 2:
        return _drawn(_STATING, random), None
    if len(phrases) > 2 and place == len(phrases) - 2:
        return _drawn(_LEAVING, random), None
    answered = phrases[0][0] if len(phrases) > 2 and place == len(phrases) - 1 else None
    return _drawn(_ANSWERING, random), answered or phrases[place - 1][0]


def _opening(sections: Sequence[SectionPlan]) -> int:
    return next((s.start for s in sections if s.melodic), 0)


def _drawn(
    shapes: Sequence[tuple[float, tuple[_Memory, ...]]], random: Random
) -> tuple[_Memory, ...]:
    return random.choices([shape for _, shape in shapes], [weight for weight, _ in shapes])[0]


def _high_point(
    section: SectionPlan, phrases: Sequence[tuple[int, int]], random: Random
) -> int | None:
    """The bar of a section's high point: the second or third of its last phrase, where that has
    room; nothing that only frames has one, and no first phrase of a piece, however long its
    section: what a piece begins with does not depend on its length."""
    if not section.melodic or (section.start == 0 and len(phrases) == 1):
        return None
    start, length = phrases[-1]
    return start + min(random.choice((1, 2)), max(length - 2, 0))


def _lift(offset: int, bars: int) -> float:
    """Semitones by which a section's line lies above its middle: an arch over the whole."""
    place = offset / max(bars - 1, 1)
    return 3.0 * (1 - (2 * place - 1.2) ** 2) - 1.0


def _silence(
    memory: _Memory, left: int, manner: TuneManner, metre: Metre, random: Random
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
    chords: Sequence[Sequence[GridChord]],
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
        varied = random.random() < chance
        returned.append(
            replace(
                known,
                device=AGAIN if varied else RETURN,
                source=source,
                degrees=0,
                pitches=random.choice((LOOSE, CLOSE)) if varied else SAME,
                rhythm=CLOSE if varied else SAME,
                locked=not varied,
                upbeat=0,
                upbeat_source=None,
            )
        )
    return returned


def _with_cadences(
    planned: Sequence[TunePlan],
    section: SectionPlan,
    chords: Sequence[Sequence[GridChord]],
    metre: Metre,
    mode: str,
    random: Random,
) -> list[TunePlan]:
    """The same bars, phrase ends closing as their chords do, anew where they close otherwise than
    the bar that they return to."""
    found = []
    for offset, plan in enumerate(planned):
        if plan.to_end:
            found.append(plan)
            continue
        bar = section.start + offset
        last = bar == len(chords) - 1
        kind = FINAL if last else cadence_of(chords, bar, mode)
        if plan.device == RETURN and plan.locked and plan.cadence == kind:
            found.append(plan)
            continue
        at = 0 if last else _last_note(chords[bar], metre, random)
        fresh = replace(
            plan,
            cadence=kind,
            cadence_at=at,
            notes=1 if at == 0 else 1 + max(1.0, (plan.notes or 3) * at / metre.bar_steps),
            locked=False,
            silence=None,
            climax=False,
        )
        if plan.device == RETURN:
            fresh = replace(fresh, device=TURN, pitches=LOOSE, rhythm=LOOSE)
        found.append(fresh)
    return found


def cadence_of(chords: Sequence[Sequence[GridChord]], bar: int, mode: str) -> str:
    """How a phrase that ends in a bar ends, by the chord that the bar ends on."""
    chord = next((c[-1] for c in reversed(chords[: bar + 1]) if c), None)
    if chord is None:
        return OPEN
    tones = QUALITIES[chord.quality]
    if chord.root == 0 and tones[:3] == QUALITIES[mode][:3]:
        return FULL
    return HALF if chord.root == 7 and 4 in tones else OPEN


def _last_note(chords: Sequence[GridChord], metre: Metre, random: Random) -> int:
    """Where a phrase's last note stands: not before the bar's last chord."""
    earliest = chords[-1].position if chords else 0
    places = [(at, weight) for at, weight in _LAST_NOTES[metre.name] if at >= earliest]
    if not places:
        return earliest
    return random.choices([at for at, _ in places], [weight for _, weight in places])[0]


def _with_upbeats(
    plans: Sequence[TunePlan],
    sections: Sequence[SectionPlan],
    metre: Metre,
    manner: TuneManner,
    streams: Streams,
) -> list[TunePlan]:
    """The same bars, with the upbeats of the phrases that follow them.

    What begins as an earlier phrase begins with its upbeat, too; of a phrase without an upbeat,
    some come in after the beat.
    """
    found = list(plans)
    # For each phrase the phrase that it begins as; for those their upbeats, and the bars that had
    # room for one first.
    root: dict[int, int] = {}
    wanted: dict[int, int] = {}
    sung_in: dict[int, int] = {}
    for number, section in enumerate(sections):
        for place, (start, _) in enumerate(phrases_of(section)):
            plan = plans[start]
            own = start
            if plan.locked and plan.source is not None:
                own = root.get(plan.source, start)
            root[start] = own
            random = streams("upbeat", number, place)
            if own == start:
                sings = section.melodic and random.random() < manner.upbeats
                wanted[own] = random.choice(_UPBEATS[metre.name]) if sings else 0
                late = not sings and random.random() < _AFTER_THE_BEAT
                if late and section.melodic and metre.bar_steps >= _ROOMY:
                    found[start] = replace(found[start], silence=(0, metre.beat_steps // 2))
            before = found[start - 1]
            at = before.cadence_at or 0
            if start <= _OPENING_BARS:
                continue
            if not start or not 0 < wanted[own] <= metre.bar_steps - at - metre.beat_steps:
                continue
            found[start - 1] = replace(
                before,
                upbeat=wanted[own],
                upbeat_source=sung_in.get(own),
                notes=None if before.notes is None else before.notes + wanted[own] / 6,
            )
            sung_in.setdefault(own, start - 1)
    return found


def _ending(plans: Sequence[TunePlan], metre: Metre) -> list[TunePlan]:
    """The same bars, the last one with one long note."""
    return [
        *plans[:-1],
        replace(plans[-1], cadence=FINAL, cadence_at=0, notes=1, upbeat=0, silence=None),
    ]


def simplified(plans: Sequence[TunePlan], bounds: Bounds) -> Sequence[TunePlan]:
    """The same tune to be, with no finer divisions and no wider steps than hands have bounds."""
    if bounds == ANY_HANDS:
        return plans
    return tuple(
        replace(plan, widest=min(plan.widest, bounds.leap), finest=_divided(plan.finest, bounds))
        for plan in plans
    )


def _divided(finest: int, bounds: Bounds) -> int:
    if finest == TRIPLETS:
        return TRIPLETS if bounds.triplets else max(GRID_PER_QUARTER // 2, bounds.finest)
    return max(finest, bounds.finest)
