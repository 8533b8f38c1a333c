"""What a bar recalls: an earlier bar, and how closely."""

from __future__ import annotations

from dataclasses import dataclass

# Likeness classes by Jaccard index of the two bars' (position, item) sets.
NOTHING, FAINT, LOOSE, CLOSE, SAME = range(5)
UNKNOWN = 5
LIKENESSES = 6
LIKENESS_BOUNDS = (0.0, 0.12, 0.25, 0.5)

# How closely the left hand keeps the figure of an earlier bar: nothing is said, it is another one,
# half of the strokes at least, all of them, and as many keys each time that move the same ways.
FREE, OTHER, NEAR, STROKES, SHAPE = range(5)
FIGURES = 5


@dataclass(frozen=True, slots=True)
class Recall:
    """For one bar: the index of the bar it recalls (None: nothing or unknown) and the likeness."""

    bar: int | None
    likeness: int


def likeness_of(similarity: float) -> int:
    """The class of a Jaccard index: NOTHING at 0, then FAINT, LOOSE, CLOSE, SAME."""
    return sum(similarity > bound for bound in LIKENESS_BOUNDS)
