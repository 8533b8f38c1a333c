"""Which figure accompanies which theme: as the user says, or as the emotion likes and the density
wants it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log2

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import GRID_PER_QUARTER, Metre
from melodymuse.planning.accompaniment import (
    DOUBLED,
    FIGURES,
    FREE_FIGURE,
    PREFERENCES,
    Pattern,
    notes_of,
)
from melodymuse.planning.bar_controls import PHRASE_BARS
from melodymuse.planning.controls import Controls, within_limits
from melodymuse.planning.expression import contrast_of
from melodymuse.planning.form import SectionPlan
from melodymuse.planning.levels import LEVELS
from melodymuse.planning.palette import blend
from melodymuse.streams import stream

# What the left hand does, in numbers; a figure has its own.
_IN_NUMBERS = ("blocks", "octaves", "off_beat", "triplets", "spread", "polyphony")

# A figure: its name, and whether it goes at twice its speed.
_Choice = tuple[str, bool]

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
# Where the left hand is at home: with a register of D4, and how much it goes with it.
_HOME, _MIDDLE, _GOES_WITH = 50, 62.0, 0.7
_LOWEST_HOME, _HIGHEST_HOME = 45, 55
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
    if controls.accompaniment == FREE_FIGURE and _is_wished(controls, expressed):
        return (None,) * controls.bars
    home = home_of(controls.register - controls.key.shift_from_c)
    choices = _choose(controls, expressed, tempo, sections, metre)
    stays = controls.level in LEVELS and LEVELS[controls.level].in_position
    planned: list[Pattern | None] = []
    for section in sections:
        name, doubled = choices[section.theme]
        figure, closing = FIGURES[name][metre.name]
        if doubled:
            figure, closing = 2 * figure, figure + closing
        if stays:
            figure, closing = figure.translate(_IN_POSITION), closing.translate(_IN_POSITION)
        elif section.statement >= _BROADER:
            figure, closing = figure.translate(_IN_OCTAVES), closing.translate(_IN_OCTAVES)
        end = section.start + section.bars
        for bar in range(section.start, end):
            closes = bar + 1 in shocks or (bar + 1 == end and end > PHRASE_BARS)
            planned.append(Pattern(closing if closes else figure, home))
    return tuple(planned)


def _is_wished(controls: Controls, expressed: EmotionProfile) -> bool:
    """Whether the user wishes of the left hand something else than the emotion asks for."""
    palette = blend(expressed)
    return any(
        getattr(controls, name) != within_limits(name, getattr(palette, name))
        for name in _IN_NUMBERS
    )


def home_of(register: float) -> int:
    """The pitch near which the left hand's close chords lie, for a mean pitch of both hands."""
    home = round(_HOME + _GOES_WITH * (register - _MIDDLE))
    return min(max(home, _LOWEST_HOME), _HIGHEST_HOME)


def _choose(
    controls: Controls,
    expressed: EmotionProfile,
    tempo: float,
    sections: Sequence[SectionPlan],
    metre: Metre,
) -> Mapping[str, _Choice]:
    """A figure for each theme, no two alike as long as there are others; what frames the piece has
    the first theme's."""
    likings = _likings(controls.accompaniment, expressed)
    quarters = metre.bar_steps / GRID_PER_QUARTER
    left = controls.density * max(_LEFT_AND_MORE - controls.balance, 0.1)
    doubles = tempo <= _SLOW and controls.density * tempo / 60 >= _BUSY
    chosen: dict[str, _Choice] = {}
    themes = sorted({section.theme for section in sections if section.melodic})
    for theme in themes:
        wanted = left * contrast_of(theme).fuller
        taken = {name for name, _ in chosen.values()}
        weights: dict[_Choice, float] = {}
        for name, liking in likings.items():
            if name in taken and taken < set(likings):
                continue
            for doubled in (False, True) if doubles and name in DOUBLED else (False,):
                notes = notes_of(FIGURES[name][metre.name][0]) * (1 + doubled) / quarters
                weights[name, doubled] = liking * 2 ** (-_FIT * abs(log2(notes / wanted)))
        random = stream(controls.seed, "accompaniment", theme)
        chosen[theme] = random.choices(list(weights), list(weights.values()))[0]
    first = sections[0].theme if sections[0].melodic else themes[0]
    return {section.theme: chosen.get(section.theme, chosen[first]) for section in sections}


def _likings(name: str, expressed: EmotionProfile) -> Mapping[str, float]:
    if name != FREE_FIGURE:
        return {name: 1.0}
    likings: dict[str, float] = {}
    for emotion, share in zip(EMOTIONS, expressed.probabilities, strict=True):
        for figure, liking in PREFERENCES[emotion].items():
            likings[figure] = likings.get(figure, 0.0) + share * liking
    return {figure: liking for figure, liking in likings.items() if liking > 0}
