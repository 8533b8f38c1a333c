"""How a bar of a tune resembles an earlier one: in its pitches, perhaps moved, and in its rhythm.

In training this is read off the music; in composing the plan makes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from melodymuse.planning.tune_plan import NOTHING, SAME
from melodymuse.writing.tune.notes import (
    NOTHING_LEFT,
    Bar,
    Classes,
    classes_of,
    degree,
    move_bar,
)

LIKENESSES = SAME + 1
# Upper bounds of the classes from NOTHING on.
_BOUNDS = (0.0, 0.34, 0.67, 0.999)

FURTHEST_BACK = 40
# What a recalled rhythm counts beside recalled pitches, a moved bar beside one that stays, and a
# bar four (eight ...) bars back beside its neighbours.
_RHYTHM, _MOVED, _PERIOD = 0.6, 0.9, 0.05
# Bars of the same rhythm to this degree may be the same figure, moved.
_MOVABLE = 0.6
_NEAR = 2


@dataclass(frozen=True, slots=True)
class Recall:
    """What a bar recalls.

    Attributes:
        bar: the earlier bar; None for nothing.
        degrees: scale degrees by which that bar is moved.
        pitches, rhythm: classes of likeness to the bar, moved.
    """

    bar: int | None
    degrees: int = 0
    pitches: int = NOTHING
    rhythm: int = NOTHING


NO_MEMORY = Recall(None)


def likeness_class(index: float) -> int:
    """The class of a Jaccard index 0..1."""
    return NOTHING + sum(index > bound for bound in _BOUNDS)


def jaccard(ours: frozenset[object], theirs: frozenset[object]) -> float:
    """Shared elements over all elements of two sets; 0 for two empty ones."""
    union = len(ours | theirs)
    return len(ours & theirs) / union if union else 0.0


def pitches_at(bar: Bar) -> frozenset[object]:
    """(position, pitch) pairs of a bar."""
    return frozenset((note.position, note.pitch) for note in bar)


def onsets(bar: Bar) -> frozenset[object]:
    """Positions of a bar's notes."""
    return frozenset(note.position for note in bar)


def read_recalls(bars: Sequence[Bar], modes: Sequence[str]) -> list[tuple[Recall, Recall]]:
    """For each bar of a tune what it resembles most, and what it does of the two bars before it."""
    rhythms = [onsets(bar) for bar in bars]
    found = []
    for index, bar in enumerate(bars):
        best: list[tuple[float, Recall]] = [(0.0, NO_MEMORY), (0.0, NO_MEMORY)]
        for earlier in range(index - 1, max(-1, index - 1 - FURTHEST_BACK), -1):
            rhythm = jaccard(rhythms[index], rhythms[earlier])
            if not rhythm:
                continue
            degrees, pitches = _best_move(bar, bars[earlier], rhythm, modes[index])
            moved = _MOVED if degrees else 1.0
            worth = pitches * moved + _RHYTHM * rhythm
            worth += _PERIOD if (index - earlier) % 4 == 0 else 0.0
            recall = Recall(earlier, degrees, likeness_class(pitches), likeness_class(rhythm))
            for place, allowed in enumerate((True, index - earlier <= _NEAR)):
                if allowed and worth > best[place][0]:
                    best[place] = (worth, recall)
        found.append((best[0][1], best[1][1]))
    return found


def _best_move(bar: Bar, earlier: Bar, rhythm: float, mode: str) -> tuple[int, float]:
    """Scale degrees that bring an earlier bar nearest, and the pitches' Jaccard index then."""
    ours = pitches_at(bar)
    as_it_is = jaccard(ours, pitches_at(earlier))
    if rhythm < _MOVABLE or as_it_is == 1.0:
        return 0, as_it_is
    at = {note.position: note.pitch for note in earlier}
    steps = Counter(
        degree(note.pitch, mode)[0] - degree(at[note.position], mode)[0]
        for note in bar
        if note.position in at
    )
    degrees = min(steps, key=lambda step: (-steps[step], abs(step), step))
    if not degrees or abs(degrees) > 7:
        return 0, as_it_is
    moved = jaccard(ours, pitches_at(move_bar(earlier, degrees, mode)))
    return (degrees, moved) if moved * _MOVED > as_it_is else (0, as_it_is)


def next_recalled(recalled: Sequence[Classes], position: int) -> Classes:
    """The recalled bar's first note after a position; -1 stands before the bar."""
    index = bisect_right(recalled, position, key=lambda note: note.position)
    return recalled[index] if index < len(recalled) else NOTHING_LEFT


def recalled_at(recalled: Sequence[Classes], position: int) -> tuple[int, int]:
    """Duration and pitch class of the recalled bar's note at a position; zeros for none."""
    for note in recalled:
        if note.position == position:
            return note.duration, note.pitch
    return 0, 0


def as_classes(bar: Bar) -> tuple[Classes, ...]:
    """A bar's notes as classes."""
    return tuple(map(classes_of, bar))
