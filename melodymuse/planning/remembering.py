"""What each bar of a piece recalls of the bars before it, as its form wants it.

A bar of A' recalls the bar of A in its place, all but note by note where the chords are the same;
within a section the second phrase answers the first, and within a phrase the third bar the first.
Under other chords a bar's notes cannot come again: there it recalls it faintly.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from melodymuse.music.grid import GridChord
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.form import CODA, SectionPlan, phrases_of
from melodymuse.planning.recall import CLOSE, FAINT, LOOSE, NOTHING, SAME, Recall
from melodymuse.streams import stream

# How closely a bar of a returning theme recalls its place in the first statement: first bar, first
# half, second half, the last bar of a phrase, that of the section; each a choice of likeness
# classes, near to what POP909's melodies keep.
_RETURN_FIRST = (SAME,)
_RETURN_OPENING = (SAME,)
_RETURN_MIDDLE = (SAME, SAME, CLOSE)
_RETURN_BREATH = (SAME, CLOSE)
_RETURN_LAST = (CLOSE, LOOSE)
# The second half of a third statement, and of all after it.
_RETURN_LATE = (SAME, CLOSE)
# How a new phrase leans on itself, by place within four bars: bars back, and how closely.
_PHRASE_WITHIN = ((0, (NOTHING,)), (1, (LOOSE, CLOSE)), (2, (SAME, CLOSE)), (2, (CLOSE, LOOSE)))
# How a second phrase answers the first, by place within four bars.
_ANSWER = ((SAME,), (SAME, CLOSE), (CLOSE, LOOSE), (LOOSE, FAINT))

Harmonies = Sequence[tuple[GridChord, ...] | None]


def plan_recalls(
    sections: Sequence[SectionPlan], harmonies: Harmonies, seed: int
) -> tuple[Recall, ...]:
    """What each bar of the piece recalls, drawn by its place in its theme's statement.

    Args:
        sections: the form.
        harmonies: the chords of every bar, None where they are not planned.
        seed: of the piece.
    """
    first_statements: dict[str, SectionPlan] = {}
    recalls: list[Recall] = []
    for section in sections:
        model = first_statements.setdefault(section.theme, section)
        for offset in range(section.bars):
            bar = section.start + offset
            random = stream(seed, "recall", section.name, offset)
            if section.theme == CODA and sections[0] is not section:
                recalls.append(_coda(bar, offset, sections))
            elif model is not section and offset < model.bars:
                likeness = random.choice(_return_choices(section, offset))
                recalls.append(Recall(model.start + offset, likeness))
            else:
                recalls.append(_within(section, bar, random))
    return tuple(_as_chords_allow(bar, recall, harmonies) for bar, recall in enumerate(recalls))


def _as_chords_allow(bar: int, recall: Recall, harmonies: Harmonies) -> Recall:
    if recall.bar is None or recall.likeness <= FAINT:
        return recall
    same = _places(harmonies[bar]) == _places(harmonies[recall.bar])
    return recall if same else Recall(recall.bar, FAINT)


def _places(harmony: Sequence[GridChord] | None) -> list[tuple[int, int]]:
    """Where a bar's chords stand, and their roots."""
    return [(chord.position, chord.root) for chord in harmony or ()]


def plan_figures(sections: Sequence[SectionPlan]) -> tuple[int | None, ...]:
    """For each bar the one whose accompanying figure it keeps: the first bar of its theme; one that
    ends a phrase, or the section, varies it as the theme's first such bar does.  These are free."""
    models: dict[tuple[str, int], int] = {}
    figures: list[int | None] = []
    for section in sections:
        end = section.start + section.bars - 1
        for start, length in phrases_of(section):
            for bar in range(start, start + length):
                closes = (bar == start + length - 1) + (bar == end)
                model = models.setdefault((section.theme, closes), bar)
                figures.append(model if model < bar else None)
    return tuple(figures)


def _return_choices(section: SectionPlan, offset: int) -> tuple[int, ...]:
    if offset == 0:
        return _RETURN_FIRST
    if offset == section.bars - 1:
        return _RETURN_LAST
    if offset % PHRASE_BARS == PHRASE_BARS - 1:
        return _RETURN_BREATH
    if offset < section.bars // 2:
        return _RETURN_OPENING
    return _RETURN_MIDDLE if section.statement < 2 else _RETURN_LATE


def _coda(bar: int, offset: int, sections: Sequence[SectionPlan]) -> Recall:
    """A coda dwells on how the piece began, then on itself."""
    opening = sections[0]
    if offset < opening.bars:
        return Recall(opening.start + offset, CLOSE)
    return Recall(bar - 2, CLOSE) if bar > 1 else Recall(None, NOTHING)


def _within(section: SectionPlan, bar: int, random: Random) -> Recall:
    phrases = phrases_of(section)
    index = max(i for i, (start, _) in enumerate(phrases) if start <= bar)
    start, _ = phrases[index]
    place = bar - start
    if index % 2 and place < phrases[index - 1][1]:
        likeness = random.choice(_ANSWER[min(place, len(_ANSWER) - 1)])
        return Recall(phrases[index - 1][0] + place, likeness)
    back, choices = _PHRASE_WITHIN[min(place, len(_PHRASE_WITHIN) - 1)]
    if back:
        return Recall(bar - back, random.choice(choices))
    # A new idea: nothing before it, or nothing like what came before.
    return Recall(bar - 1, FAINT) if bar else Recall(None, NOTHING)
