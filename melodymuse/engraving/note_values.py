"""Written note values: how a stretch of a bar is cut into values that a pianist reads at sight.

All times are ticks from the bar line.  A value is a whole note to a sixty-fourth, plain or with
one dot; inside a triplet window (a beat, or two beats struck in three) it is one of three in the
time of two.  Where a value would hide the beat it is cut and tied: it may stand where it begins or
ends with a beat of its own size, or where it straddles one such beat in the middle (after Gould
2011, "Behind Bars", on the grouping of note values).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from melodymuse.music.score import TICKS_PER_QUARTER, TimeSignature

_TYPES = ("whole", "half", "quarter", "eighth", "16th", "32nd", "64th")
_WHOLE = 4 * TICKS_PER_QUARTER
_PLAIN = {_WHOLE >> power: (name, 0) for power, name in enumerate(_TYPES)}
_DOTTED = {_WHOLE * 3 >> power + 1: (name, 1) for power, name in enumerate(_TYPES[:-1])}
# Length in ticks -> type and dots, for values outside and inside triplets (2/3 as long).
_BINARY = _PLAIN | _DOTTED
_TERNARY = {ticks * 2 // 3: name for ticks, name in _BINARY.items() if ticks < _WHOLE}
_SHORTEST = _WHOLE >> len(_TYPES) - 1


class TripletPlace(StrEnum):
    """Where in a triplet a value stands."""

    START = "start"
    INSIDE = "inside"
    STOP = "stop"


class NoteValue(NamedTuple):
    """A written value: where it begins, how long it sounds (ticks), its type, dots, triplet."""

    start: int
    ticks: int
    kind: str
    dots: int
    tuplet: TripletPlace | None = None

    @property
    def end(self) -> int:
        """The tick, from the bar line, at which it ends."""
        return self.start + self.ticks


class _Ruler(NamedTuple):
    """A metre, the values outside triplets (length in ticks -> type and dots), and whether one of
    them may straddle a beat."""

    metre: TimeSignature
    lengths: Mapping[int, tuple[str, int]]
    may_straddle: bool


class Window(NamedTuple):
    """A stretch of a bar written in triplets."""

    start: int
    end: int


def snap(tick: int) -> int:
    """The nearest tick that can be written: a thirty-second, or one in a triplet of them."""
    candidates = (round(tick / step) * step for step in (60, 40))
    return min(candidates, key=lambda candidate: abs(candidate - tick))


def triplet_windows(boundaries: Iterable[int], metre: TimeSignature) -> tuple[Window, ...]:
    """The windows of a bar that must be triplets, given where a voice begins and ends its notes."""
    beat = _written_beat(metre)
    ticks = sorted(set(boundaries))
    starts = sorted({tick - tick % beat for tick in ticks if tick % _SHORTEST})
    return _doubled([Window(start, start + beat) for start in starts], ticks, metre)


def notes_between(
    start: int, end: int, windows: Iterable[Window], metre: TimeSignature
) -> list[NoteValue]:
    """The values to tie for a note from `start` to `end` of a bar.

    Within `windows` they are triplets, whose first and last values `mark_tuplets` marks.
    """
    return _values(start, end, windows, _Ruler(metre, _BINARY, may_straddle=True))


def rests_between(
    start: int, end: int, windows: Iterable[Window], metre: TimeSignature
) -> list[NoteValue]:
    """The rests from `start` to `end` of a bar: as `notes_between`, but none straddles a beat, and
    only a dotted beat's rest is dotted."""
    group = _group(metre)
    lengths = {ticks: name for ticks, name in _BINARY.items() if not name[1] or ticks == group}
    return _values(start, end, windows, _Ruler(metre, lengths, may_straddle=False))


def _values(start: int, end: int, windows: Iterable[Window], ruler: _Ruler) -> list[NoteValue]:
    if start >= end:
        return []
    values: list[NoteValue] = []
    here = start
    for window in sorted(windows):
        if window.end <= here or window.start >= end:
            continue
        if here <= window.start and window.end <= end:
            continue  # filled from edge to edge: no triplet is heard
        values += _binary(here, window.start, ruler) if here < window.start else []
        here = max(here, window.start)
        until = min(end, window.end)
        values += _ternary(here, until, window)
        here = until
    return values + (_binary(here, end, ruler) if here < end else [])


def mark_tuplets(values: Iterable[NoteValue], windows: Iterable[Window]) -> list[NoteValue]:
    """Mark the first and the last value of each triplet window of one voice."""
    starts = {window.start for window in windows}
    ends = {window.end for window in windows}
    marked = []
    for value in values:
        place = value.tuplet
        if place is not None:
            place = TripletPlace.START if value.start in starts else place
            place = TripletPlace.STOP if value.end in ends else place
        marked.append(value._replace(tuplet=place))
    return marked


def _written_beat(metre: TimeSignature) -> int:
    """The stretch that one triplet fills: a quarter, or the unit of a metre with shorter units."""
    return min(TICKS_PER_QUARTER, _WHOLE // metre.denominator)


def _doubled(
    windows: list[Window], boundaries: list[int], metre: TimeSignature
) -> tuple[Window, ...]:
    """Join pairs of windows in which three even notes fill two beats."""
    joined: list[Window] = []
    for window in windows:
        beat = window.end - window.start
        start = window.start - window.start % (2 * beat)
        pair = Window(start, start + 2 * beat)
        third = 2 * beat // 3
        inside = [tick - start for tick in boundaries if pair.start < tick < pair.end]
        even = set(inside) <= {third, 2 * third} and pair.end <= metre.bar_ticks
        chosen = pair if even else window
        if chosen not in joined:
            joined.append(chosen)
    return tuple(joined)


def _ternary(start: int, end: int, window: Window) -> list[NoteValue]:
    """Triplet values from `start` to `end` of a window, cut at its thirds where need be."""
    ticks = end - start
    if ticks in _TERNARY:
        kind, dots = _TERNARY[ticks]
        return [NoteValue(start, ticks, kind, dots, TripletPlace.INSIDE)]
    third = (window.end - window.start) // 3
    thirds = range(window.start + third, window.end, third)
    cut = next((tick for tick in thirds if start < tick < end), None)
    if cut is None:
        longest = max(length for length in _TERNARY if length < ticks)
        cut = start + longest
    return _ternary(start, cut, window) + _ternary(cut, end, window)


def _binary(start: int, end: int, ruler: _Ruler) -> list[NoteValue]:
    ticks = end - start
    level, cuts = _strongest_cuts(start, end, ruler.metre)
    if ticks in ruler.lengths and _stands(start, end, level, ruler):
        kind, dots = ruler.lengths[ticks]
        return [NoteValue(start, ticks, kind, dots)]
    if not cuts:
        raise ValueError(f"no written value from {start} to {end} of {ruler.metre}")
    # From a strong place go as far as one value reaches; otherwise reach the next strong place.
    cut = cuts[0]
    if start % level == 0:
        cut = next((tick for tick in reversed(cuts) if tick - start in ruler.lengths), cuts[0])
    return _binary(start, cut, ruler) + _binary(cut, end, ruler)


def _stands(start: int, end: int, level: int, ruler: _Ruler) -> bool:
    """Whether one value may stand over the boundaries of `level` between `start` and `end`."""
    if level == 0:
        return True
    ticks, metre = end - start, ruler.metre
    group = _group(metre)
    if group and level >= group and ticks % group:
        return False  # in compound metres the dotted beat stays visible
    size = min((length for length in _levels(metre) if length >= ticks), default=metre.bar_ticks)
    if start % size == 0:
        return True
    centred = ticks >= level and start % level == level - ticks / 2
    return ruler.may_straddle and (end % size == 0 or centred)


def _strongest_cuts(start: int, end: int, metre: TimeSignature) -> tuple[int, list[int]]:
    """The longest metrical unit with a boundary between `start` and `end`, and its boundaries."""
    for level in _levels(metre):
        cuts = list(range(start - start % level + level, end, level))
        if cuts:
            return level, cuts
    return 0, []


def _levels(metre: TimeSignature) -> list[int]:
    """The units of a metre in ticks, long to short: bar, half bar or dotted beat, beat, halves."""
    levels = [metre.bar_ticks]
    unit = _WHOLE // metre.denominator
    group = _group(metre)
    if group:
        if metre.numerator == 12:
            levels.append(2 * group)
        levels.append(group)
    elif metre.numerator == 4:
        levels.append(2 * unit)
    while unit >= _SHORTEST:
        levels.append(unit)
        unit //= 2
    return levels


def _group(metre: TimeSignature) -> int:
    """The dotted beat of a compound metre in ticks, 0 for other metres."""
    return metre.beat_ticks if metre.is_compound else 0
