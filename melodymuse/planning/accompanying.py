"""Which figure accompanies which theme: as the user says, or as the emotion likes and the density
wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import log2
from types import MappingProxyType

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import GRID_PER_QUARTER, Metre
from melodymuse.planning.accompaniment import (
    CHORDAL,
    FIGURES,
    FREE_FIGURE,
    OCTAVES,
    PREFERENCES,
    REST,
    Pattern,
    is_doubled,
    notes_of,
    share_of,
)
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.controls import Controls, within_limits
from melodymuse.planning.expression import contrast_of
from melodymuse.planning.form import LIFTED, SectionPlan
from melodymuse.planning.levels import LEVELS
from melodymuse.planning.palette import blend
from melodymuse.streams import stream

# What the left hand does, in numbers of which a figure has its own; and numbers that say which
# figure it is: the signs that they count, how readily one is taken then that is not the emotion's
# own, and how much less readily one that is quite otherwise: a power of two.
_IN_NUMBERS = ("off_beat", "triplets", "spread", "polyphony")
_COUNTED = MappingProxyType({"blocks": CHORDAL, "octaves": OCTAVES})
_NOT_ITS_OWN, _OTHERWISE = 0.02, 12.0

# The left hand's share of the notes, beside the right hand's: a figure is fuller than what the
# controls, which count the network's own, say of it.
_LEFT_AND_MORE = 1.1
# How much less readily a figure is taken that has twice or half the notes wanted: a power of two.
_FIT = 2.5
# From which statement of a theme on single basses are struck in octaves: it comes back broader.
_BROADER = 2
_IN_OCTAVES = str.maketrans("b", "o")
# From this tempo down a doubled figure, in sixteenths, can be played; from so many notes a second
# of both hands on it belongs to what is said.
_SLOW, _BUSY = 100.0, 6.0
# Where the left hand is at home: with a register of middle C, and how much it goes with it.
_HOME, _MIDDLE, _GOES_WITH = 50, 60.0, 1.0
_LOWEST_HOME, _HIGHEST_HOME = 44, 56
# The open signs as a hand that stays where it is plays them.
_IN_POSITION = str.maketrans("bvo158xq", "llllmhml")


def plan_accompaniment(
    controls: Controls,
    expressed: EmotionProfile,
    tempo: float,
    sections: Sequence[SectionPlan],
    metre: Metre,
    shocks: Collection[int] = (),
) -> tuple[Pattern | None, ...]:
    """Every bar's pattern; None where it is left to the network, as in pieces of which the user
    wishes in numbers what the left hand does.

    A theme keeps its figure, and sections close with an end of it; the first phrase of all stays
    open, so that it is the same however long the piece is.

    Args:
        controls: of the piece.
        expressed: what the music shall say.
        tempo: quarter notes a minute that this asks for.
        sections: the form.
        metre: of the piece.
        shocks: bars that strike in: the figure breaks off before them.
    """
    if controls.accompaniment == FREE_FIGURE and _differing(_IN_NUMBERS, controls, expressed):
        return (None,) * controls.bars
    register = controls.register - controls.key.shift_from_c
    named = _choose(controls, expressed, sections, metre)
    quick = tempo > _SLOW or controls.density * tempo / 60 < _BUSY
    stays = controls.level in LEVELS and LEVELS[controls.level].in_position
    planned: list[Pattern | None] = []
    for section in sections:
        name = named[section.theme]
        contrast = contrast_of(section)
        wanted = _left(controls) * contrast.fuller
        figure, closing = _stated(name, metre, wanted, doubles=not quick)
        home = home_of(register + contrast.higher)
        if stays:
            figure, closing = figure.translate(_IN_POSITION), closing.translate(_IN_POSITION)
        elif section.statement >= _BROADER or section.turn == LIFTED:
            figure, closing = figure.translate(_IN_OCTAVES), closing.translate(_IN_OCTAVES)
        end = section.start + section.bars
        for bar in range(section.start, end):
            closes = bar + 1 in shocks or (bar + 1 == end and end > PHRASE_BARS)
            planned.append(Pattern(closing if closes else figure, home))
    return tuple(planned)


def _left(controls: Controls) -> float:
    """Notes a quarter that the left hand is to have."""
    return controls.density * max(_LEFT_AND_MORE - controls.balance, 0.1)


def _stated(name: str, metre: Metre, wanted: float, *, doubles: bool) -> tuple[str, str]:
    """A figure as it is, sparse or, if it may be, at twice its speed, whichever comes nearest to so
    many notes a quarter; and how it closes."""
    figure, closing, sparse = FIGURES[name][metre.name]
    half = -(-len(sparse) // 2)
    ways = [(figure, closing), (sparse, sparse[:half] + REST * (len(sparse) - half))]
    if doubles and is_doubled(name, figure):
        ways.append((2 * figure, figure + closing))
    quarters = metre.bar_steps / GRID_PER_QUARTER
    return min(ways, key=lambda way: abs(log2(notes_of(way[0]) / quarters / wanted)))


def _differing(
    names: Iterable[str], controls: Controls, expressed: EmotionProfile
) -> Sequence[str]:
    """Of some controls those of which the user wishes something else than the emotion asks for."""
    palette = blend(expressed)
    return [
        name
        for name in names
        if getattr(controls, name) != within_limits(name, getattr(palette, name))
    ]


def home_of(register: float) -> int:
    """The pitch near which the left hand's close chords lie, for a mean pitch of both hands."""
    home = round(_HOME + _GOES_WITH * (register - _MIDDLE))
    return min(max(home, _LOWEST_HOME), _HIGHEST_HOME)


def _choose(
    controls: Controls, expressed: EmotionProfile, sections: Sequence[SectionPlan], metre: Metre
) -> Mapping[str, str]:
    """A figure for each theme, no two alike as long as there are others; what frames the piece has
    the first theme's."""
    likings = _likings(controls, expressed, metre)
    quarters = metre.bar_steps / GRID_PER_QUARTER
    chosen: dict[str, str] = {}
    themes = {section.theme: section for section in reversed(sections) if section.melodic}
    for theme in sorted(themes):
        wanted = _left(controls) * contrast_of(replace(themes[theme], statement=1, turn="")).fuller
        taken = set(chosen.values())
        free = likings.keys() - taken or likings.keys()
        weights = {
            name: liking
            * 2 ** (-_FIT * abs(log2(notes_of(FIGURES[name][metre.name][0]) / quarters / wanted)))
            for name, liking in likings.items()
            if name in free
        }
        random = stream(controls.seed, "accompaniment", theme)
        chosen[theme] = random.choices(list(weights), list(weights.values()))[0]
    first = sections[0].theme if sections[0].melodic else min(themes)
    return {section.theme: chosen.get(section.theme, chosen[first]) for section in sections}


def _likings(controls: Controls, expressed: EmotionProfile, metre: Metre) -> Mapping[str, float]:
    """How readily each figure is taken: by the user's word, else by the emotion and by what the
    user wishes of its chords."""
    if controls.accompaniment != FREE_FIGURE:
        return {controls.accompaniment: 1.0}
    likings: dict[str, float] = {}
    for emotion, share in zip(EMOTIONS, expressed.probabilities, strict=True):
        for figure, liking in PREFERENCES[emotion].items():
            likings[figure] = likings.get(figure, 0.0) + share * liking
    likings = {figure: liking for figure, liking in likings.items() if liking > 0}
    for wished in _differing(_COUNTED, controls, expressed):
        signs, value = _COUNTED[wished], getattr(controls, wished)
        likings = {
            name: likings.get(name, _NOT_ITS_OWN)
            * 2 ** (-_OTHERWISE * abs(share_of(metres[metre.name][0], signs) - value))
            for name, metres in FIGURES.items()
        }
    return likings
