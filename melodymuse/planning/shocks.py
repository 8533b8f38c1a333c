"""Shocks: a bar that breaks off and goes quiet, and one that strikes in.

Fear is told by sudden changes of loudness and by pauses (Juslin & Laukka 2003, Psychological
Bulletin 129:770-814: sound level very variable, many microstructural irregularities, pauses); a
sudden accent after quiet is what startles (Huron 2006, "Sweet Anticipation", ch. 2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from melodymuse.planning.bar_controls import BarControls
from melodymuse.planning.controls import within_limits
from melodymuse.planning.form import SectionPlan, phrases_of
from melodymuse.streams import stream

# From how many bars on a phrase has room for one, which neither begins it nor ends it.
_LEAST_BARS = 4
# Velocity added to the bar that strikes in, and taken from the one before it; shares of the
# density and of the keys at once: a design choice of this project.
_STRIKES, _HUSHED = 26.0, 14.0
_FULLER, _THICKER, _THINNER = 1.2, 1.3, 0.5


def plan_shocks(sections: Sequence[SectionPlan], share: float, seed: int) -> frozenset[int]:
    """The bars that strike in.

    Args:
        sections: the form.
        share: 0..1, of the phrases that have one.
        seed: of the piece; each phrase draws its own, by its place in the statement of its theme.
    """
    found = set()
    for section in sections:
        for place, (start, length) in enumerate(phrases_of(section)):
            random = stream(seed, "shock", section.name, place)
            if random.random() < share and length >= _LEAST_BARS:
                found.add(start + random.randrange(1, length - 1))
    return frozenset(found)


def with_shocks(bars: Sequence[BarControls], shocks: Collection[int]) -> tuple[BarControls, ...]:
    """The same bars, those that strike in louder and fuller, those before them hushed."""
    return tuple(
        _struck(bar) if place in shocks else _hushed(bar) if place + 1 in shocks else bar
        for place, bar in enumerate(bars)
    )


def _struck(bar: BarControls) -> BarControls:
    return _changed(bar, _STRIKES, _FULLER, _THICKER)


def _hushed(bar: BarControls) -> BarControls:
    return _changed(bar, -_HUSHED, _THINNER, 1.0)


def _changed(bar: BarControls, louder: float, fuller: float, thicker: float) -> BarControls:
    return replace(
        bar,
        loudness=within_limits("loudness", (bar.loudness or 0.0) + louder),
        density=within_limits("density", (bar.density or 0.0) * fuller),
        polyphony=within_limits("polyphony", (bar.polyphony or 0.0) * thicker),
    )
