"""Dynamics from velocities: a sign where the loudness of the bars really changes, and a hairpin
where it gets there step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean
from types import MappingProxyType

from melodymuse.music.score import Score

# The velocity that each sign stands for (Apple, Logic Pro user manual, "Step input recording": the
# same steps of 16 as in MuseScore and Sibelius).
VELOCITIES: Mapping[str, int] = MappingProxyType(
    {"ppp": 16, "pp": 32, "p": 48, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 127}
)
# What a new sign costs the reader, in velocity of one bar: a change of one step must last two bars.
_CHANGE = 20.0
# A hairpin leads into a new sign when the bar's second half is so far on the way there, and its
# first half is not.
_ON_THE_WAY = 1 / 3


class Swell(StrEnum):
    """Louder or softer."""

    CRESCENDO = "crescendo"
    DIMINUENDO = "diminuendo"


@dataclass(frozen=True, slots=True)
class DynamicSign:
    """A sign of `VELOCITIES` from a bar on (counted from 0)."""

    bar: int
    sign: str


@dataclass(frozen=True, slots=True)
class Hairpin:
    """A swell through one bar (counted from 0)."""

    bar: int
    swell: Swell


def dynamic_signs(score: Score) -> tuple[DynamicSign, ...]:
    """The signs under the upper staff, the first in the first bar that has notes.

    The cheapest reading of the bars' mean velocities: each bar costs its distance from the sign
    that holds there, each new sign `_CHANGE`.
    """
    loudness = _by_bar(score)
    costs = dict.fromkeys(VELOCITIES, 0.0)
    came_from: list[dict[str, str]] = []
    for mean in loudness:
        cheapest = min(VELOCITIES, key=lambda sign: costs[sign])
        origin = {
            sign: sign if costs[sign] <= costs[cheapest] + _CHANGE else cheapest
            for sign in VELOCITIES
        }
        costs = {
            sign: costs[origin[sign]]
            + (0.0 if origin[sign] == sign else _CHANGE)
            + (0.0 if mean is None else abs(mean - velocity))
            for sign, velocity in VELOCITIES.items()
        }
        came_from.append(origin)
    sign = min(VELOCITIES, key=lambda sign: costs[sign])
    holding: list[str] = []
    for origin in reversed(came_from):
        holding.append(sign)
        sign = origin[sign]
    holding.reverse()
    first = next((bar for bar, mean in enumerate(loudness) if mean is not None), None)
    if first is None:
        return ()
    later = [bar for bar in range(first + 1, score.bars) if holding[bar] != holding[bar - 1]]
    return tuple(DynamicSign(bar, holding[bar]) for bar in (first, *later))


def hairpins(score: Score, signs: Sequence[DynamicSign]) -> tuple[Hairpin, ...]:
    """Hairpins through the bars before a new sign, where the bar itself leads there."""
    found = []
    for before, after in pairwise(signs):
        bar = after.bar - 1
        first, second = _halves(score, bar)
        if first is None or second is None:
            continue
        start, goal = VELOCITIES[before.sign], VELOCITIES[after.sign]
        on_the_way = [(half - start) / (goal - start) for half in (first, second)]
        if on_the_way[0] < _ON_THE_WAY <= on_the_way[1]:
            found.append(Hairpin(bar, Swell.CRESCENDO if goal > start else Swell.DIMINUENDO))
    return tuple(found)


def _by_bar(score: Score) -> list[float | None]:
    """The mean velocity of each bar, None where nothing is struck."""
    bars: list[list[int]] = [[] for _ in range(score.bars)]
    for note in score.notes:
        bars[note.onset // score.time_signature.bar_ticks].append(note.velocity)
    return [fmean(bar) if bar else None for bar in bars]


def _halves(score: Score, bar: int) -> tuple[float | None, float | None]:
    """The mean velocity of each half of a bar."""
    length = score.time_signature.bar_ticks
    line, middle = bar * length, bar * length + length // 2
    halves: tuple[list[int], list[int]] = ([], [])
    for note in score.notes:
        if line <= note.onset < line + length:
            halves[note.onset >= middle].append(note.velocity)
    first, second = (fmean(half) if half else None for half in halves)
    return first, second
