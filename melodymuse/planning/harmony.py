"""The harmony of a piece: a progression for each theme, cadences where phrases end, the close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from melodymuse.music.grid import GridChord, Metre
from melodymuse.planning.brightness import brightness as brightness_of
from melodymuse.planning.brightness import draw_by_brightness
from melodymuse.planning.form import CODA, INTRODUCTION, SectionPlan, phrases_of
from melodymuse.planning.numerals import Chord, Progression, place_chords, read_progression
from melodymuse.planning.palette import PALETTES
from melodymuse.planning.progressions import (
    COMMON,
    FULL_CADENCES,
    HALF_CADENCES,
    MIXTURE,
    OWN_CADENCES,
    PROGRESSIONS,
)
from melodymuse.streams import stream

# How readily a theme takes a progression that is not its emotion's own, when its brightness suits.
_NOT_ITS_OWN = 0.15
_TONIC: Mapping[str, Chord] = {"major": (0, "major"), "minor": (0, "minor")}
# From how many bars on a phrase has room for a progression before its cadence.
_FULL_PHRASE = 4
# How many phrases hasten towards their cadence (harmonic acceleration: Caplin 1998, "Classical
# Form", ch. 3); chosen so that chords change about as often as in POP909.
_HASTENING = 0.8
# How many themes that are said again at once close before they are, as a period does (Caplin 1998,
# ch. 4); the others ask, and close the second time.
_CLOSING = 0.95


@dataclass(frozen=True, slots=True)
class Colour:
    """What harmony an emotion wants in a mode.

    Attributes:
        progressions: what its themes may have, each with how readily it is taken.
        half, full: its cadences.
        own_brightness: mean brightness of its own progressions.
    """

    progressions: tuple[tuple[Progression, float], ...]
    half: tuple[Progression, ...]
    full: tuple[Progression, ...]
    own_brightness: float


def colour_of(emotion: str, mode: str) -> Colour:
    """The harmonic colour of an emotion in a mode; what it has none of its own for is common."""
    half, full = OWN_CADENCES.get((emotion, mode), (HALF_CADENCES[mode], FULL_CADENCES[mode]))
    own = PROGRESSIONS[emotion].get(mode, COMMON[mode])
    others = [text for text in (*COMMON[mode], *MIXTURE[mode]) if text not in own]
    return Colour(
        (
            *((read_progression(text), 1.0) for text in own),
            *((read_progression(text), _NOT_ITS_OWN) for text in others),
        ),
        tuple(map(read_progression, half)),
        tuple(map(read_progression, full)),
        fmean(brightness_of(read_progression(text)) for text in own),
    )


def tonic(mode: str) -> GridChord:
    """The tonic chord on the first beat."""
    return GridChord(0, *_TONIC[mode])


def cadence(mode: str, metre: Metre, random: Random) -> tuple[GridChord, ...]:
    """The bar before last: a predominant on its first beat, the dominant in its second half."""
    preparing, _ = read_progression(random.choice(FULL_CADENCES[mode]))
    return place_chords(preparing, metre)


def lead_over(mode: str, metre: Metre, random: Random) -> tuple[tuple[GridChord, ...], ...]:
    """Two bars that lead on to whatever begins on the tonic: a half cadence, on the dominant that
    major and minor share."""
    close = read_progression(random.choice(HALF_CADENCES[mode]))
    return tuple(place_chords(chords, metre) for chords in close)


def plan_harmony(
    sections: Sequence[SectionPlan],
    emotions: Sequence[str],
    mode: str,
    brightness: float,
    metre: Metre,
    seed: int,
) -> tuple[tuple[GridChord, ...], ...]:
    """The chords of every bar.

    Each theme has a progression of its own and keeps it when it returns, and its cadences with it;
    only half and full ones may change places.  A phrase that another one
    of its section answers stops on a half cadence, a section's last phrase on a full one, unless
    it leads back to the first theme; the first phrase of all stays open in any case, so that it is
    the same however long the piece is.  The last bar of the piece is the tonic.

    Args:
        sections: the form.
        emotions: whose harmony the themes take in turn: the first theme, framing and all themes
            after the second follow the first emotion, the second theme the last.
        mode: "major" or "minor".
        brightness: 0..1; how far it differs from what the palette gives an emotion moves the
            harmony towards borrowed chords or away from them.
        metre: of the piece.
        seed: of the piece; themes draw their progressions in the order of the alphabet, cadences by
            their place in the statement of a theme.
    """
    colours = {emotion: colour_of(emotion, mode) for emotion in emotions}
    whose = {s.theme: emotions[-1] if s.theme == "B" else emotions[0] for s in sections}
    chosen: dict[str, list[Progression]] = {}
    for theme in sorted(whose, key=lambda name: (len(name), name)):
        colour = colours[whose[theme]]
        used = {progression for pair in chosen.values() for progression in pair}
        target = colour.own_brightness + brightness - PALETTES[whose[theme]].majorness
        pool = [(p, ready) for p, ready in colour.progressions if p not in used]
        chosen[theme] = draw_by_brightness(
            pool or colour.progressions, target, 2, stream(seed, "harmony", theme)
        )
    bars: list[tuple[Chord, ...]] = []
    for index, section in enumerate(sections):
        colour = colours[whose[section.theme]]
        following = sections[index + 1].theme if index + 1 < len(sections) else None
        phrases = phrases_of(section)
        for place, (_, length) in enumerate(phrases):
            last = place == len(phrases) - 1
            own = chosen[section.theme]
            progression = own[place // 2 % len(own)]
            closes = stream(seed, "close", section.theme).random() < _CLOSING
            cadences = _cadences(colour, section, last, following, closes)
            if not bars and not (last and following is None):
                cadences = colour.half
            kind = "half" if cadences is colour.half else "full"
            close = stream(seed, "cadence", section.theme, place, kind).choice(cadences)
            hastens = stream(seed, "haste", section.theme, place).random() < _HASTENING
            bars += _phrase(progression, length, close, hastens)
    bars[-1] = (_TONIC[mode],)
    return tuple(place_chords(chords, metre) for chords in bars)


def _cadences(
    colour: Colour, section: SectionPlan, last: bool, following: str | None, closes: bool
) -> Sequence[Progression]:
    if section.theme == INTRODUCTION:
        return colour.half
    if section.theme == CODA or following is None:
        return colour.full if last else colour.half
    leads_back = following == "A" and section.theme != "A"
    repeats = following == section.theme and section.statement == 0 and not closes
    return colour.half if not last or leads_back or repeats else colour.full


def _phrase(
    progression: Progression, bars: int, close: Progression, hastens: bool
) -> list[tuple[Chord, ...]]:
    """A phrase of so many bars: the progression round and round, then a cadence of two bars; where
    it hastens, the bar before the cadence also has the chord for which the cadence leaves no room.
    """
    filled = [progression[index % len(progression)] for index in range(bars)]
    if bars >= _FULL_PHRASE:
        before, displaced = filled[-3], filled[-2][0]
        if hastens and len(before) == 1 and displaced not in (before[0], close[0][0]):
            filled[-3] = (*before, displaced)
        filled[-2:] = close
    elif bars >= 2:
        filled[-1] = close[-1]
    return filled


def follow_chords(
    progression: Progression, bars: int, mode: str, metre: Metre, *, closes: bool = True
) -> tuple[tuple[GridChord, ...], ...]:
    """The user's own chords round and round, closing on the tonic if it closes at all."""
    filled = [progression[index % len(progression)] for index in range(bars)]
    if closes:
        filled[-1] = (_TONIC[mode],)
    return tuple(place_chords(chords, metre) for chords in filled)
