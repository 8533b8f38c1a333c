"""The bar lines of a MIDI file: its metre map laid out, bar by bar.

A change of metre begins a bar where it stands; a bar that it cuts short is as long as it is.  A
first bar that is shorter than its neighbour is a pickup: bar 0, as musicians count.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import NamedTuple

from melodymuse.errors import MidiError
from melodymuse.limits import BARS
from melodymuse.midi.document import Document
from melodymuse.music.score import TimeSignature

_METRE = b"\xff\x58"
_LARGEST_POWER = 6  # a sixty-fourth


class Bar(NamedTuple):
    """A bar: its first tick, the tick of the next bar line, and the metre that is in force."""

    start: int
    end: int
    metre: TimeSignature


@dataclass(frozen=True, slots=True)
class BarMap:
    """All bars of a file, in ticks of the file.

    Attributes:
        bars: in order, without a gap.
        pickup: whether the first one is an upbeat, and so has no number.
    """

    bars: tuple[Bar, ...]
    pickup: bool

    @property
    def end(self) -> int:
        """The tick of the final bar line."""
        return self.bars[-1].end

    @property
    def count(self) -> int:
        """Bars as musicians count them: without the pickup."""
        return len(self.bars) - self.pickup

    @property
    def metre(self) -> TimeSignature:
        """The metre at the end, in which the piece would go on."""
        return self.bars[-1].metre

    def index_at(self, tick: int) -> int:
        """The index in `bars` of the bar that holds a tick; the last one for ticks beyond."""
        return max(bisect_right(self.bars, tick, key=lambda bar: bar.start) - 1, 0)

    def number_at(self, tick: int) -> float:
        """Where a tick lies in bars counted from 1 (0 in a pickup): 3.5 is the middle of the
        third."""
        index = self.index_at(tick)
        bar = self.bars[index]
        return index + 1 - self.pickup + (tick - bar.start) / max(bar.end - bar.start, 1)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Ticks from the first to the last of some bars, by their numbers, both included.

        Raises:
            MidiError: bars that are not there.
        """
        lowest = 1 - self.pickup
        if not lowest <= first <= last <= self.count:
            raise MidiError(
                f"there are no bars {first} to {last}: the piece has bars {lowest} to {self.count}"
            )
        return self.bars[first - lowest].start, self.bars[last - lowest].end


def metre_changes(document: Document) -> tuple[tuple[int, TimeSignature], ...]:
    """(tick, metre) of every metre event that makes sense, by tick; the last of one tick counts."""
    found: dict[int, TimeSignature] = {}
    for track in document.tracks:
        for tick, data in track.events:
            if data.startswith(_METRE) and len(data) == 6 and data[2] and data[3] <= _LARGEST_POWER:
                found[tick] = TimeSignature(data[2], 2 ** data[3])
    return tuple(sorted(found.items()))


def bar_map(document: Document, end: int, pickup: Fraction | None = None) -> BarMap:
    """The bars of a file, up to the one that holds the last tick before `end`.

    A metre of one beat that lasts longer than a bar says where the beats are and nothing of bars:
    4/4 is taken.

    Args:
        document: the file; without a metre it is in 4/4.
        end: tick at which the music ends.
        pickup: length of an upbeat in quarter notes, for files that do not say; None takes a first
            bar that the metre map cuts short.

    Raises:
        MidiError: more bars than `limits.BARS`, or a pickup as long as a bar.
    """
    quarter = document.quarter
    changes = list(metre_changes(document))
    if not changes or changes[0][0] > 0:
        changes.insert(0, (0, changes[0][1] if changes else TimeSignature()))
    if pickup is not None:
        changes = _with_pickup(changes, pickup, quarter)
    bars: list[Bar] = []
    stops = [tick for tick, _ in changes[1:]]
    for (start, metre), stop in zip_longest(changes, stops):
        until = max(end, 1) if stop is None else min(max(end, 1), stop)
        if metre.numerator == 1 and until - start > _length(metre, quarter):
            metre = TimeSignature()
        length = _length(metre, quarter)
        count = -(-(until - start) // length)
        if len(bars) + count > BARS.most:
            raise MidiError(f"the piece has more than {BARS.most} bars: cut it")
        for index in range(count):
            first, line = (round(start + (index + place) * length) for place in (0, 1))
            bars.append(Bar(first, line if stop is None else min(line, stop), metre))
        if stop is None or stop >= end:
            break
    return BarMap(tuple(bars), pickup is not None or _has_pickup(bars))


def _length(metre: TimeSignature, quarter: Fraction) -> Fraction:
    """Ticks of a bar."""
    return quarter * 4 * metre.numerator / metre.denominator


def _with_pickup(
    changes: Sequence[tuple[int, TimeSignature]], pickup: Fraction, quarter: Fraction
) -> list[tuple[int, TimeSignature]]:
    (_, metre), *later = changes
    length = Fraction(4 * metre.numerator, metre.denominator)
    if not 0 < pickup < length:
        raise MidiError(
            f"a pickup of {float(pickup):g} quarters is no part of a bar of {metre}: "
            f"it is shorter than {float(length):g}"
        )
    first_line = round(pickup * quarter)
    return [(0, metre), (first_line, metre), *(change for change in later if change[0] > 0)]


def _has_pickup(bars: Sequence[Bar]) -> bool:
    """Whether the first bar alone is short, and the metre map says so."""
    if len(bars) < 2:
        return False
    first, second = bars[:2]
    return first.end - first.start < second.end - second.start and first.metre != second.metre
