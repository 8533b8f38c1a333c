"""Form: sections of four- and eight-bar phrases, and what each bar recalls of the bars before it.

A theme is stated, returns varied, gives way to a contrast and comes back.  Bar by bar this becomes
a plan of memory: a bar of A' recalls the bar of A in its place, closely at the opening and loosely
towards the cadence; within a theme the second half leans on the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from melodymuse.composition.recall import CLOSE, FAINT, LOOSE, NOTHING, SAME, Recall

PHRASE_BARS = 4
LONG_PHRASE_BARS = 8
# From this length on sections last eight bars.
LONG_FORM_BARS = 32
# The order in which themes come; a piece takes as many as it has room for, and starts over.
THEMES = "AABACABA"

# How closely a bar of a returning theme recalls its place in the first statement: first bar, first
# half, second half, last bar; each a choice of likeness classes.
_RETURN_FIRST = (SAME,)
_RETURN_OPENING = (SAME, SAME, SAME, CLOSE)
_RETURN_MIDDLE = (SAME, CLOSE, CLOSE, LOOSE)
_RETURN_LAST = (CLOSE, LOOSE)
# How a new theme leans on itself: (bars back, likeness) for each bar of a four-bar phrase.
_THEME_WITHIN = ((0, NOTHING), (1, LOOSE), (2, CLOSE), (2, LOOSE))
# A second four-bar phrase of a theme recalls the first one.
_SECOND_PHRASE = ((4, SAME), (4, CLOSE), (4, LOOSE), (4, FAINT))


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section: theme letter, which statement of the theme it is (0 the first), bars it spans."""

    theme: str
    statement: int
    start: int
    bars: int

    @property
    def name(self) -> str:
        """As printed: A, A', A'' ..."""
        return self.theme + "'" * self.statement


def plan_sections(bars: int) -> tuple[SectionPlan, ...]:
    """The sections of a piece of so many bars; a remainder of up to half a phrase is a coda."""
    length = LONG_PHRASE_BARS if bars >= LONG_FORM_BARS else PHRASE_BARS
    sections: list[SectionPlan] = []
    start = 0
    while bars - start >= max(length // 2, 1) or not sections:
        theme = THEMES[len(sections) % len(THEMES)]
        statement = sum(section.theme == theme for section in sections)
        sections.append(SectionPlan(theme, statement, start, min(length, bars - start)))
        start += sections[-1].bars
    if start < bars:
        sections.append(SectionPlan("Coda", 0, start, bars - start))
    return tuple(sections)


def plan_recalls(sections: Sequence[SectionPlan], random: Random) -> tuple[Recall, ...]:
    """What each bar of the piece recalls."""
    first_statements: dict[str, SectionPlan] = {}
    recalls: list[Recall] = []
    for section in sections:
        model = first_statements.setdefault(section.theme, section)
        for offset in range(section.bars):
            bar = section.start + offset
            if section.theme == "Coda":
                recalls.append(Recall(max(0, bar - 2), CLOSE) if bar > 1 else _nothing(bar))
            elif model is not section and offset < model.bars:
                likeness = random.choice(_return_choices(offset, section.bars))
                recalls.append(Recall(model.start + offset, likeness))
            else:
                recalls.append(_within_theme(bar, offset))
    return tuple(recalls)


def _return_choices(offset: int, bars: int) -> tuple[int, ...]:
    if offset == 0:
        return _RETURN_FIRST
    if offset == bars - 1:
        return _RETURN_LAST
    return _RETURN_OPENING if offset < bars // 2 else _RETURN_MIDDLE


def _within_theme(bar: int, offset: int) -> Recall:
    phrase, place = divmod(offset, PHRASE_BARS)
    back, likeness = (_SECOND_PHRASE if phrase else _THEME_WITHIN)[place]
    return Recall(bar - back, likeness) if back else _nothing(bar)


def _nothing(bar: int) -> Recall:
    """A new idea: nothing before it, or nothing like what came before."""
    return Recall(bar - 1, FAINT) if bar else Recall(None, NOTHING)
