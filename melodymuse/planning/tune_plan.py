"""What is asked of one bar of a tune, and how a player's level bounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from melodymuse.music.grid import GRID_PER_QUARTER
from melodymuse.planning.levels import ANY_HANDS, Bounds

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
        span: semitones that its phrase should span.
        repeats, leaps: shares 0..1 of neighbours of one pitch, and a fourth or more apart.
        tense: nats against pitches outside the key's pentatonic scale.
        sighs: whether its strong beats may be leant on from a step beside their chord.
        climax: whether the section's high point lies here.
        cadence: how a phrase ends here.
        cadence_at: grid step of the phrase's last note.
        upbeat: grid steps at its end that belong to the next phrase; 0 for none.
        upbeat_source: the earlier bar whose upbeat is taken; None for a new one.
        silence: grid steps (from, to) in which no note begins or sounds; None for none.
        finest: grid steps of the finest subdivision; 4 stands for triplets.
        onsets: grid steps at which its notes begin; none leave that to the network.
        drives: whether its theme hammers one rhythm (`melodymuse.planning.hook_rhythms`).
        held: grid steps that a note before a rest is held for at most.
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
    span: float = 12.0
    repeats: float = 0.22
    leaps: float = 0.15
    tense: float = 1.0
    sighs: bool = False
    climax: bool = False
    cadence: str = NO_CADENCE
    cadence_at: int | None = None
    upbeat: int = 0
    upbeat_source: int | None = None
    silence: tuple[int, int] | None = None
    finest: int = 6
    onsets: tuple[int, ...] = ()
    drives: bool = False
    held: int = 12
    style: str = "pop"


def simplified(plans: Sequence[TunePlan], bounds: Bounds) -> Sequence[TunePlan]:
    """The same tune to be, with no finer divisions and no wider steps than hands have bounds."""
    if bounds == ANY_HANDS:
        return plans
    return tuple(
        replace(
            plan,
            widest=min(plan.widest, bounds.leap),
            finest=finest,
            onsets=tuple(at for at in plan.onsets if at % finest == 0),
        )
        for plan in plans
        for finest in (_divided(plan.finest, bounds),)
    )


def _divided(finest: int, bounds: Bounds) -> int:
    if finest == TRIPLETS:
        return TRIPLETS if bounds.triplets else max(GRID_PER_QUARTER // 2, bounds.finest)
    return max(finest, bounds.finest)
