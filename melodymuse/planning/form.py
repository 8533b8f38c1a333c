"""Form: sections of four- and eight-bar phrases.

A theme is stated, returns varied, gives way to a contrast and comes back; an introduction and a
coda frame it where there is room.  The last statement of a long piece may be lifted or thinned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.planning.bar_controls import PHRASE_BARS

# Length of a section, and from which length of the piece on.
_SECTION_BARS = ((16, 96), (8, 32), (4, 0))
# From this length on there is an introduction.
FRAMED_BARS = 40
INTRODUCTION, CODA = "Introduction", "Coda"
# The order in which themes come: a piece takes as many as it has room for, and starts over.  Song
# form for most, after it rondo for amusement and disgust, verse and refrain for excitement, more
# new ideas for awe and fear: a design choice of this project.
THEMES: Mapping[str, str] = MappingProxyType(
    {
        "amusement": "AABACA",
        "awe": "AABCABCA",
        "contentment": "AABACABA",
        "excitement": "ABABCBAB",
        "anger": "AABABCAB",
        "disgust": "AABACADA",
        "fear": "AABCACBA",
        "sadness": "AABABCBA",
    }
)
# Whose refrain, not the first theme, may have the last word.
_REFRAIN_LAST = ("excitement",)
# How a theme may be stated: an octave higher and fuller, or thinner and softer.
LIFTED, THINNED = "+", "-"
# Who takes the last statement so, from which length on: the refrain that rises once more, and the
# one that dies away (a design choice of this project).
_LAST_TIME = MappingProxyType(
    {"awe": LIFTED, "excitement": LIFTED, "disgust": THINNED, "sadness": THINNED}
)
_TURNED_BARS = 24
# Who begins at once, without an introduction.
_STRAIGHT_IN = ("excitement", "anger")
_NAMED = MappingProxyType({"i": INTRODUCTION, "o": CODA})


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section: theme letter, which statement of the theme it is (0 the first), bars it spans, and
    whether it is stated `LIFTED`, `THINNED` or as it is."""

    theme: str
    statement: int
    start: int
    bars: int
    turn: str = ""

    @property
    def name(self) -> str:
        """As printed: A, A', A'' ..."""
        return self.theme + "'" * self.statement

    @property
    def melodic(self) -> bool:
        """Whether it sings; introduction and coda do not."""
        return self.theme not in (INTRODUCTION, CODA)


def default_form(bars: int, emotion: str, *, framed: bool = True) -> str:
    """The form of a piece of so many bars, as `plan_sections` reads it; `framed` lets it have an
    introduction, a coda and a last statement of its own where there is room."""
    turns = framed and bars >= _TURNED_BARS
    framed = framed and bars >= FRAMED_BARS
    introduction = framed and emotion not in _STRAIGHT_IN
    unit = next(size for size, least in _SECTION_BARS if bars >= least)
    inner = bars - PHRASE_BARS * introduction
    count = max(inner // unit, 1)
    # What is left over of a section is the coda's; a long piece keeps half a section for it.
    coda = framed and inner - count * unit >= 2
    themes = THEMES[emotion]
    order = "ABA" if count == 3 else "".join(islice(cycle(themes), count))
    if emotion not in _REFRAIN_LAST:
        order = _closing_on_a(order)
    if turns and order[-1] in order[:-1]:
        order += _LAST_TIME.get(emotion, "")
    return "i" * introduction + order + "o" * coda


def _closing_on_a(order: str) -> str:
    """The same order, but the first theme has the last word, after another one."""
    if len(order) < 3 or order[-1] == "A":
        return order
    contrast = "C" if order[-3] == "B" else "B"
    return (order[:-1] if order[-2] != "A" else order[:-2] + contrast) + "A"


def check_form(form: str, bars: int) -> None:
    """See that a form is one and fits.

    Raises:
        ControlError: other signs than section letters, or fewer bars than sections.
    """
    if not re.fullmatch(r"i?(?:[A-Z][+-]?)+o?", form):
        raise ControlError(
            f"unknown form '{form}': write sections as in AABA, with i before for an introduction, "
            "o after for a coda, + or - behind a letter to lift or thin that statement"
        )
    if bars < section_count(form):
        raise ControlError(f"form {form} needs at least {section_count(form)} bars, not {bars}")


def section_count(form: str) -> int:
    """How many sections a form has."""
    return sum(sign not in (LIFTED, THINNED) for sign in form)


def plan_sections(form: str, bars: int) -> tuple[SectionPlan, ...]:
    """Sections of a form over so many bars: equal ones of whole phrases, as far as they fit.

    Args:
        form: capital letters, one a section, each with `LIFTED` or `THINNED` behind it if it is
            stated so; `i` before them is an introduction, `o` after them a coda, each half a
            section, or what is left.
        bars: length of the piece.
    """
    check_form(form, bars)
    words = re.findall(r"\w\W?", form)
    letters = [word[0] for word in words]
    lengths = _lengths(letters, bars)
    sections: list[SectionPlan] = []
    start = 0
    for word, letter, length in zip(words, letters, lengths, strict=True):
        theme = _NAMED.get(letter, letter)
        statement = sum(section.theme == theme for section in sections)
        sections.append(SectionPlan(theme, statement, start, length, word[1:]))
        start += length
    return tuple(sections)


def _lengths(form: Sequence[str], bars: int) -> list[int]:
    """Bars of each section; what does not divide goes to the last ones, phrase by phrase."""
    sung = [index for index, letter in enumerate(form) if letter.isupper()]
    framing = [index for index, letter in enumerate(form) if not letter.isupper()]
    unit = next(
        size
        for size in (16, 8, PHRASE_BARS, 2, 1)
        if size * len(sung) + min(size, 2) * len(framing) <= bars
    )
    lengths = [unit if letter.isupper() else min(unit, 2) for letter in form]
    left = bars - sum(lengths)
    for index in framing:
        share = min(PHRASE_BARS - lengths[index], left)
        lengths[index] += share
        left -= share
    for index in cycle(reversed(sung)):
        if left == 0:
            break
        share = min(PHRASE_BARS, left)
        lengths[index] += share
        left -= share
    return lengths


def with_return(sections: Sequence[SectionPlan]) -> tuple[SectionPlan, ...]:
    """The sections of a loop, and the first one again behind them: what the last one leads to."""
    first, last = sections[0], sections[-1]
    again = sum(section.theme == first.theme for section in sections)
    return (*sections, SectionPlan(first.theme, again, last.start + last.bars, first.bars))


def phrase_lengths(bars: int) -> tuple[int, ...]:
    """A section's phrases: fours, the last one longer or shorter by what does not divide."""
    whole, rest = divmod(bars, PHRASE_BARS)
    if whole == 0:
        return (bars,)
    if rest == 0:
        return (PHRASE_BARS,) * whole
    if rest == 1:
        return (*(PHRASE_BARS,) * (whole - 1), PHRASE_BARS + 1)
    return (*(PHRASE_BARS,) * whole, rest)


def phrases_of(section: SectionPlan) -> Sequence[tuple[int, int]]:
    """(first bar, bars) of each phrase of a section."""
    found = []
    start = section.start
    for length in phrase_lengths(section.bars):
        found.append((start, length))
        start += length
    return found
