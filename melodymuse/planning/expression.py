"""Expression: how the controls of a piece rise and fall from bar to bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from types import MappingProxyType

from melodymuse.planning.bar_controls import PLACES_COUNTED, BarControls
from melodymuse.planning.controls import ANY_STYLE, Controls, within_limits
from melodymuse.planning.form import (
    CODA,
    INTRODUCTION,
    LIFTED,
    THINNED,
    SectionPlan,
    phrases_of,
)
from melodymuse.planning.plan import Own
from melodymuse.planning.recall import CLOSE, Recall
from melodymuse.streams import stream

# A phrase swells to its middle and falls back (Todd 1992, "The dynamics of dynamics", JASA 91):
# velocity added at the crest, taken away at the ends.
_PHRASE_SWELL = 5.0
# Its tune rises in the first half and falls in the second (Huron 1996, "The melodic arch in
# Western folksongs", Computing in Musicology 10): semitones a bar.
_PHRASE_ARCH = 2.0
# How a phrase breathes out: share of the density in its last bar.
_BREATH = 0.6


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a theme differs from the first.

    Attributes:
        higher: semitones added to the register.
        fuller: share of the density.
        wider: semitones added to the spread.
        thicker: share of the polyphony.
        chordal: added to the share of the left hand's onsets that are chords.
        smoother: share of the articulation.
        louder: velocity added to what its fuller and higher bars are louder by.
    """

    higher: float = 0.0
    fuller: float = 1.0
    wider: float = 0.0
    thicker: float = 1.0
    chordal: float = 0.0
    smoother: float = 1.0
    louder: float = 0.0


_SAME = Contrast()
# The second theme opens up, the third draws back, the fourth broadens: a design choice of this
# project, as large as the difference of eight bars to eight bars in POP909 and in Lieder.
_CONTRASTS: Mapping[str, Contrast] = MappingProxyType(
    {
        "B": Contrast(4.0, 1.9, 0.6, 1.2, -0.1, 1.1, 8.0),
        "C": Contrast(-3.0, 0.5, -0.6, 0.8, 0.15, 1.15, -8.0),
        "D": Contrast(-2.0, 1.3, 0.6, 1.15, 0.2, 0.9, 4.0),
        INTRODUCTION: Contrast(0.0, 0.75, louder=-6.0),
        CODA: Contrast(-1.0, 0.8, louder=-8.0),
    }
)
# A theme grows from statement to statement.  A lifted or thinned statement differs so instead.
_STATEMENTS = (
    Contrast(fuller=0.75, louder=-8.0),
    Contrast(),
    Contrast(fuller=1.35, louder=8.0),
    Contrast(fuller=1.5, louder=11.0),
)
_TURNS: Mapping[str, Contrast] = MappingProxyType(
    {
        LIFTED: Contrast(5.0, 1.7, 1.0, 1.2, louder=10.0),
        THINNED: Contrast(0.0, 0.45, -0.6, 0.75, louder=-12.0),
    }
)
# The last two bars calm down: share of the density.
_CLOSING = {1: 0.75, 0: 0.45}
# How much louder a bar is that has twice the notes, and one that lies a semitone higher, velocity:
# fitted by `training.loudness` to the dynamics printed in 773 Polish pieces and Chopin editions (CC
# BY 4.0, The Fryderyk Chopin Institute; see NOTICE).  Composers held out, that says a little of how
# loud bars are (r = .13), the place in a phrase nothing (.00): there players swell unasked.
_LOUDER_A_DOUBLING, _LOUDER_A_SEMITONE = 3.5, 0.24
# How far themes differ in loudness otherwise (standard deviation), which the first does not: with
# what contrasts and statements add, after the 16 that lie in those pieces between eight bars and
# others.
_THEMES_APART = 6.0
# Bars are not cut from one cloth: standard deviations of what is drawn for each bar that recalls no
# other closely; about half of what they are within a song of POP909.
_WAVER = {"density": 0.12, "register": 1.2, "off_beat": 0.07, "spread": 0.8, "leaps": 0.5}


def contrast_of(section: SectionPlan) -> Contrast:
    """How a section differs from a first theme that is neither new nor old."""
    own = _CONTRASTS.get(section.theme, _SAME)
    if not section.melodic:
        return own
    grown = _STATEMENTS[min(section.statement, len(_STATEMENTS) - 1)]
    turn = _TURNS.get(section.turn, grown)
    return replace(
        own,
        higher=own.higher + turn.higher,
        fuller=own.fuller * turn.fuller,
        wider=own.wider + turn.wider,
        thicker=own.thicker * turn.thicker,
        louder=own.louder + turn.louder,
    )


def plan_bars(
    controls: Controls, own: Own, sections: Sequence[SectionPlan], recalls: Sequence[Recall]
) -> tuple[BarControls, ...]:
    """The controls of every bar, as the network is told them.

    Args:
        controls: of the whole piece.
        own: what it is told in place of the user's wishes, which act after it.
        sections: its form.
        recalls: what each bar recalls; a bar wavers as the bar that it recalls closely.
    """
    wavers = _draw_wavers(recalls, controls.seed)
    planned = []
    for section in sections:
        contrast = contrast_of(section)
        for start, length in phrases_of(section):
            planned += [
                _plan_bar(controls, own, section, contrast, start, length, bar, wavers[bar])
                for bar in range(start, start + length)
            ]
    return tuple(planned)


def _plan_bar(
    controls: Controls,
    own: Own,
    section: SectionPlan,
    contrast: Contrast,
    phrase_start: int,
    phrase_bars: int,
    bar: int,
    waver: Mapping[str, float],
) -> BarControls:
    # Nothing says how far the end of a loop is: it has none.
    bars = controls.bars + (PLACES_COUNTED if controls.loop else 0)
    left = bars - 1 - bar
    place = (bar - phrase_start) / max(phrase_bars - 1, 1)
    thinner = _CLOSING.get(left, 1.0) if controls.bars > 2 else 1.0
    ends = bar == phrase_start + phrase_bars - 1
    breath = _BREATH if ends and phrase_bars > 2 and section.melodic else 1.0
    fuller = contrast.fuller * thinner * breath * 2 ** waver["density"]
    register = controls.register - controls.key.shift_from_c
    higher = contrast.higher + waver["register"]
    loudness = (
        own.loudness
        + contrast.louder
        + _LOUDER_A_DOUBLING * log2(fuller)
        + _LOUDER_A_SEMITONE * higher
    )
    if section.theme in _CONTRASTS and section.melodic:
        loudness += stream(controls.seed, "loudness", section.theme).gauss(0.0, _THEMES_APART)
    if phrase_bars > 1:
        loudness += _PHRASE_SWELL * (1 - 2 * (2 * place - 1) ** 2)
    return BarControls(
        density=within_limits("density", controls.density * fuller),
        polyphony=within_limits("polyphony", controls.polyphony * contrast.thicker),
        loudness=within_limits("loudness", loudness),
        register=register + higher,
        articulation=within_limits("articulation", controls.articulation * contrast.smoother),
        dissonance=controls.dissonance,
        chromaticism=controls.chromaticism,
        mode=controls.key.mode,
        tempo=own.tempo,
        spread=within_limits("spread", controls.spread + contrast.wider + waver["spread"]),
        dynamics=own.dynamics,
        balance=controls.balance,
        off_beat=within_limits("off_beat", controls.off_beat + waver["off_beat"]),
        triplets=controls.triplets,
        blocks=within_limits("blocks", controls.blocks + contrast.chordal),
        octaves=controls.octaves,
        leaps=within_limits("leaps", controls.leaps + waver["leaps"]),
        contour=controls.contour + _PHRASE_ARCH * (1 - 2 * place),
        phrase_begins=bar == phrase_start,
        phrase_ends=ends,
        melodic=section.melodic,
        metre=str(controls.time_signature),
        style=None if controls.style == ANY_STYLE else controls.style,
        bar=bar,
        bars=bars,
    )


def _draw_wavers(recalls: Sequence[Recall], seed: int) -> list[Mapping[str, float]]:
    wavers: list[Mapping[str, float]] = []
    for bar, recall in enumerate(recalls):
        if recall.bar is not None and recall.likeness >= CLOSE:
            wavers.append(wavers[recall.bar])
        else:
            random = stream(seed, "waver", bar)
            wavers.append({name: random.gauss(0.0, spread) for name, spread in _WAVER.items()})
    return wavers
