"""Shapes of phrases: what each bar makes of an earlier one, and how often each shape is taken.

A theme's first phrase states an idea and carries it on; its second begins alike and turns
elsewhere (the period of Caplin 1998, "Classical Form", chs. 3-4, beside the sentence and freer
shapes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.form import CODA, INTRODUCTION, SectionPlan
from melodymuse.planning.tune_plan import (
    AGAIN,
    CLOSE,
    CONTRAST,
    FAINT,
    FRAGMENT,
    FREE,
    LOOSE,
    NOTHING,
    RETURN,
    RHYTHM,
    SAME,
    SEQUENCE,
    STATEMENT,
    TURN,
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a bar does with which bar of its phrase, or of the phrase that it answers."""

    device: str
    bar: int | None = None
    pitches: int = NOTHING
    rhythm: int = NOTHING
    degrees: tuple[int, ...] = (0,)
    answers: bool = False
    locked: bool = False


_NEW = Memory(FREE)
_SEQUENCE_STEPS = (-2, -1, -1, 1, 1, 2)
_RISING_STEPS = (1, 1, 2, 2, 2, -1)
_RAISING_STEPS = (1, 1, 2, 2)


def _rhythm(bar: int, rhythm: int = CLOSE) -> Memory:
    return Memory(RHYTHM, bar, FAINT, rhythm)


def _rhyme(bar: int) -> Memory:
    """A cadence that comes to rest where an earlier bar does."""
    return Memory(RHYTHM, bar, FAINT, SAME, answers=bar == PHRASE_BARS - 1)


def _again(bar: int, pitches: int = CLOSE) -> Memory:
    return Memory(AGAIN, bar, pitches, SAME)


def _recalled(bar: int, pitches: int) -> Memory:
    return Memory(AGAIN, bar, pitches, SAME, answers=True)


def _moved(bar: int, pitches: int = CLOSE) -> Memory:
    return Memory(SEQUENCE, bar, pitches, SAME, _SEQUENCE_STEPS)


def _risen(bar: int, pitches: int) -> Memory:
    return Memory(SEQUENCE, bar, pitches, SAME, _RISING_STEPS, answers=True)


def _back(bar: int) -> Memory:
    return Memory(RETURN, bar, SAME, SAME, answers=True, locked=True)


def _beat(bar: int) -> Memory:
    """An earlier bar's rhythm on other pitches."""
    return Memory(RHYTHM, bar, FAINT, SAME, answers=True)


def _turn(bar: int, pitches: int, rhythm: int) -> Memory:
    return Memory(TURN, bar, pitches, rhythm, answers=True)


def _raised(bar: int, rhythm: int) -> Memory:
    pitches = CLOSE if rhythm == SAME else LOOSE
    return Memory(SEQUENCE, bar, pitches, rhythm, _RAISING_STEPS)


_FRAGMENT = Memory(FRAGMENT, 0, FAINT, LOOSE)
_STATEMENT = Memory(STATEMENT)

# Shapes of a phrase that states an idea, by place (more bars: the last but one again), and how
# often each is taken.  A design choice, after how POP909's and the Lieder's bars resemble each
# other: two bars, a hook and what it runs out into, and then, most often, both again.
STATING: tuple[tuple[float, tuple[Memory, ...]], ...] = (
    (3.0, (_STATEMENT, _NEW, _again(0, LOOSE), _rhyme(1))),
    (1.5, (_STATEMENT, _NEW, _moved(0), _rhyme(1))),
    (1.5, (_STATEMENT, _NEW, _rhythm(0), _rhyme(1))),
    (1.5, (_STATEMENT, _NEW, _again(0, LOOSE), _NEW)),
    (1.0, (_STATEMENT, _rhythm(0), _NEW, _rhyme(1))),
    (1.2, (_STATEMENT, _moved(0), _FRAGMENT, _NEW)),
    (1.0, (_STATEMENT, _NEW, _rhythm(1, LOOSE), _NEW)),
    (0.7, (_STATEMENT, _rhythm(0, SAME), _again(0, LOOSE), _rhyme(1))),
    (1.0, (_STATEMENT, _again(0, LOOSE), _moved(0), _NEW)),
)
# Shapes of a phrase that answers: it begins alike, most often on other pitches or with another end,
# raises what it has said, its hook or what followed it, to the high point, and comes home.
ANSWERING: tuple[tuple[float, tuple[Memory, ...]], ...] = (
    (0.9, (_back(0), _back(1), _risen(2, CLOSE), _NEW)),
    (0.9, (_back(0), _risen(1, CLOSE), _turn(2, FAINT, LOOSE), _rhyme(3))),
    (0.9, (_back(0), _risen(0, CLOSE), _turn(2, FAINT, LOOSE), _rhyme(3))),
    (2.0, (_risen(0, SAME), _risen(1, CLOSE), _turn(2, FAINT, LOOSE), _rhyme(3))),
    (1.5, (_risen(0, CLOSE), _turn(1, FAINT, CLOSE), _turn(2, FAINT, CLOSE), _NEW)),
    (1.5, (_recalled(0, CLOSE), _risen(0, CLOSE), _turn(2, FAINT, LOOSE), _NEW)),
    (1.5, (_recalled(0, LOOSE), _risen(1, CLOSE), _turn(2, FAINT, CLOSE), _rhyme(3))),
    (1.0, (_recalled(0, CLOSE), _turn(1, LOOSE, CLOSE), _risen(2, CLOSE), _NEW)),
    (1.0, (_beat(0), _moved(0), _turn(2, FAINT, LOOSE), _NEW)),
)
# Shapes of a phrase that goes elsewhere before the first idea returns.
LEAVING: tuple[tuple[float, tuple[Memory, ...]], ...] = (
    (2.0, (Memory(CONTRAST), _moved(0), _FRAGMENT, _NEW)),
    (2.0, (Memory(CONTRAST), _NEW, _again(0, LOOSE), _NEW)),
    (2.0, (Memory(CONTRAST), _rhythm(0), _NEW, _NEW)),
)
# The same of themes that drive, stating and answering: a bar's rhythm, said, raised and broken open
# to the cadence, as in a sentence (Schoenberg 1967, "Fundamentals of Musical Composition", chs. 5
# and 8).
DRIVING: tuple[tuple[float, tuple[Memory, ...]], ...] = (
    (2.0, (_STATEMENT, _raised(0, SAME), _raised(0, CLOSE), _NEW)),
    (1.5, (_STATEMENT, _rhythm(0, SAME), _again(0), _NEW)),
    (2.0, (_STATEMENT, _raised(0, SAME), _FRAGMENT, _NEW)),
    (1.5, (_STATEMENT, _NEW, _raised(0, SAME), _rhyme(1))),
    (1.0, (_STATEMENT, _NEW, _again(0), _rhyme(1))),
)
BREAKING: tuple[tuple[float, tuple[Memory, ...]], ...] = (
    (2.0, (_risen(0, SAME), _raised(0, SAME), _FRAGMENT, _NEW)),
    (1.5, (_recalled(0, CLOSE), _raised(0, CLOSE), _FRAGMENT, _NEW)),
    (1.0, (_recalled(0, CLOSE), _raised(0, CLOSE), _raised(0, SAME), _NEW)),
    (1.0, (_beat(0), _raised(0, SAME), _FRAGMENT, _NEW)),
    (0.7, (_back(0), _raised(0, CLOSE), _FRAGMENT, _NEW)),
)
# How many bars of a phrase say again what an earlier one said, in a piece that is neither literal
# nor free.
_USUALLY_AGAIN = 1.5


def shape_of(
    section: SectionPlan,
    sections: Sequence[SectionPlan],
    place: int,
    phrases: Sequence[tuple[int, int]],
    literal: float,
    random: Random,
    drives: bool = False,
) -> tuple[tuple[Memory, ...], int | None]:
    """The shape of a phrase, and the first bar of the phrase that it answers, if it does."""
    if section.theme == CODA and sections[0] is not section:
        # A coda dwells on how the first theme began.
        return (_recalled(0, CLOSE), _recalled(1, LOOSE), _NEW, _NEW), _opening(sections)
    if not section.melodic:
        return (_NEW, _NEW, _rhythm(0), _NEW), None
    if place == 0 or phrases[place - 1][1] < 2:
        stated = _drawn(DRIVING if drives else STATING, literal, random)
        grown = place == 0 and sections[0].theme == INTRODUCTION and section == sections[1]
        if grown and not drives:
            # The theme grows out of what the introduction began with.
            return (_recalled(0, CLOSE), *stated[1:]), sections[0].start
        return stated, None
    if len(phrases) > 2 and place == len(phrases) - 2:
        return _drawn(LEAVING, literal, random), None
    answered = 0 if len(phrases) > 2 and place == len(phrases) - 1 else place - 1
    shapes = BREAKING if drives else ANSWERING
    return _drawn(shapes, literal, random), phrases[answered][0]


def _opening(sections: Sequence[SectionPlan]) -> int:
    return next((s.start for s in sections if s.melodic), 0)


def _drawn(
    shapes: Sequence[tuple[float, tuple[Memory, ...]]], literal: float, random: Random
) -> tuple[Memory, ...]:
    """One of them; a literal piece's say again more, and more closely."""
    weights = [
        weight * 2 ** (literal * (sum(m.rhythm >= CLOSE for m in shape) - _USUALLY_AGAIN))
        for weight, shape in shapes
    ]
    return random.choices([shape for _, shape in shapes], weights)[0]
