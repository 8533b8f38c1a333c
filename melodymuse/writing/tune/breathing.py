"""The phrases of a tune that nobody has marked: it breathes where one ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from melodymuse.music.grid import Metre
from melodymuse.writing.tune.notes import Bar

# At least so much of a bar between an onset and the next, or two quarters, is a breath.
_BREATH, _TWO_QUARTERS = 2 / 3, 24
_SHORTEST_PHRASE, _LONGEST_PHRASE = 2, 9


def breaths(bars: Sequence[Bar], metre: Metre) -> tuple[tuple[int, int] | None, ...]:
    """For each bar how many bars lie between it and its phrase's first and last one, by where the
    tune breathes; None where no phrase is found."""
    onsets = [(i * metre.bar_steps + n.position, i) for i, bar in enumerate(bars) for n in bar]
    least = min(_BREATH * metre.bar_steps, _TWO_QUARTERS)
    ends = [bar for (onset, bar), (after, _) in pairwise(onsets) if after - onset >= least]
    if onsets:
        ends.append(onsets[-1][1])
    phrases: list[tuple[int, int] | None] = [None] * len(bars)
    begin = onsets[0][1] if onsets else 0
    for end in ends:
        length = end - begin + 1
        if length < _SHORTEST_PHRASE:
            continue
        if length <= _LONGEST_PHRASE:
            for bar in range(begin, end + 1):
                phrases[bar] = (bar - begin, end - bar)
        begin = end + 1
    return tuple(phrases)
