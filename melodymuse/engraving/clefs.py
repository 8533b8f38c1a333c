"""Which clef a bar is written in: the hand's own, unless another spares the reader many ledger
lines for some bars on end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from melodymuse.music.score import Hand
from melodymuse.music.spelling import SpelledPitch

_STEPS = "CDEFGAB"


class Clef(StrEnum):
    """A clef of piano music."""

    TREBLE = "treble"
    BASS = "bass"


HOME: Mapping[Hand, Clef] = MappingProxyType({Hand.RIGHT: Clef.TREBLE, Hand.LEFT: Clef.BASS})
# The note on the middle line of the staff: B4, D3.
_MIDDLE: Mapping[Clef, int] = MappingProxyType({Clef.TREBLE: 4 * 7 + 6, Clef.BASS: 3 * 7 + 1})
# Ledger lines that pianists read without counting, and what a change of clef costs the reader, in
# ledger lines beyond those.
_EASY_LINES = 2
_CHANGE = 12
# What a bar in another clef than the hand's own costs besides, for the reader expects that.
_AWAY = 2


def height(pitch: SpelledPitch, clef: Clef) -> int:
    """Steps of the staff above its middle line (negative: below)."""
    return pitch.octave * 7 + _STEPS.index(pitch.step) - _MIDDLE[clef]


def choose_clefs(bars: Sequence[Iterable[SpelledPitch]], hand: Hand) -> tuple[Clef, ...]:
    """The clef of each bar of a staff, given the notes of each: the cheapest for the reader.

    Found by the shortest path through the bars, each of which costs its ledger lines beyond the
    easy ones, each change of clef `_CHANGE`; the hand's own clef stands before the first bar.
    """
    costs = {clef: 0 if clef is HOME[hand] else _CHANGE for clef in Clef}
    ways: dict[Clef, tuple[Clef, ...]] = {clef: () for clef in Clef}
    for bar in bars:
        pitches = list(bar)
        best = {clef: _cheapest(costs, clef) for clef in Clef}
        costs, ways = (
            {
                clef: costs[best[clef]]
                + _changed(best[clef], clef)
                + _hardship(pitches, clef)
                + (0 if clef is HOME[hand] else _AWAY)
                for clef in Clef
            },
            {c: (*ways[best[c]], c) for c in Clef},
        )
    return ways[min(Clef, key=lambda clef: (costs[clef], clef is not HOME[hand]))]


def _cheapest(costs: Mapping[Clef, int], now: Clef) -> Clef:
    """The clef before from which this one is reached with the least trouble."""
    return min(Clef, key=lambda before: costs[before] + _changed(before, now))


def _changed(before: Clef, now: Clef) -> int:
    return 0 if before is now else _CHANGE


def _hardship(pitches: Iterable[SpelledPitch], clef: Clef) -> int:
    lines = ((abs(height(pitch, clef)) - 4) // 2 for pitch in pitches)
    return sum(max(0, count - _EASY_LINES) for count in lines)
