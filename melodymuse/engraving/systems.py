"""Where lines of a printed page begin: with the sections, and with as much as a reader takes in;
where its first bar does."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from melodymuse.engraving.note_values import snap
from melodymuse.music.score import TICKS_PER_QUARTER, Score

# A line holds a phrase of so many bars, short ones (2/4) twice as many, if they have no more onsets
# than fit on paper.
_BARS = 4
_SHORT_BAR = 2 * TICKS_PER_QUARTER
_ONSETS = 40
# What clef, signature and metre take away from the first line.
_HEAD = 6
# A section shorter than this goes on in the line before it.
_LEAST_BARS = 3


def begin_of(bar: int, score: Score) -> int:
    """The ticks of a bar that are not printed: of the first one those before an upbeat, which is a
    bar before the first section."""
    length = score.time_signature.bar_ticks
    if bar or not score.sections or score.sections[0].onset != length or not score.notes:
        return 0
    first = score.notes[0].onset
    return snap(first) % length if first < length else 0


def line_starts(score: Score) -> frozenset[int]:
    """The bars, counted from 0, that begin a line, beside the first."""
    first = int(begin_of(0, score) > 0)
    starts = [first]
    length = score.time_signature.bar_ticks
    for bar in sorted({-(-section.onset // length) for section in score.sections}):
        if bar - starts[-1] >= _LEAST_BARS and score.bars - bar >= _LEAST_BARS:
            starts.append(bar)
    onsets = _onsets_by_bar(score)
    onsets[first] += _HEAD
    most = _BARS * 2 if length <= _SHORT_BAR else _BARS
    lines: set[int] = set()
    for start, end in pairwise([*starts, score.bars]):
        lines.update(_balanced(start, end, onsets, most))
    return frozenset(lines - {first})


def _balanced(start: int, end: int, onsets: list[int], most: int) -> list[int]:
    """Lines of nearly equal numbers of bars, at most so many, as few as hold all onsets."""
    bars = end - start
    for count in range(-(-bars // most), bars + 1):
        edges = [start + bars * line // count for line in range(count + 1)]
        if all(sum(onsets[a:b]) <= _ONSETS for a, b in pairwise(edges)):
            return edges[:-1]
    return list(range(start, end))


def _onsets_by_bar(score: Score) -> list[int]:
    """How many instants of each bar have a note struck, at least one."""
    length = score.time_signature.bar_ticks
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for note in score.notes:
        seen[note.onset // length].add(note.onset)
    return [max(1, len(seen[bar])) for bar in range(score.bars)]
