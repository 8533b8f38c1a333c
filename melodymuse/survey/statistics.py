"""Shares, means and agreement, with intervals that hold for few listeners.

Conventions: every interval covers 95 %; None stands for what too few values leave open.  Answers of
one listener are not independent of each other, so means are taken within listeners first, and the
listeners' means are what varies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, the interval that it is known within (None: not known), and from how many values."""

    value: float
    low: float | None
    high: float | None
    count: int


def wilson(successes: int, count: int) -> Estimate:
    """A share with its `wilson_interval`."""
    low, high = wilson_interval(successes, count)
    return Estimate(successes / count, low, high, count)


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """Wilson's score interval of a share, which never leaves 0..1 and holds for few answers.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference",
    J. American Statistical Association 22:209-212.

    Raises:
        ValueError: no answers, or more successes than answers.
    """
    if not 0 <= successes <= count or count == 0:
        raise ValueError(f"{successes} of {count} is no share")
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share = successes / count
    shrink = 1 + z * z / count
    middle = (share + z * z / (2 * count)) / shrink
    reach = z / shrink * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # Exact at the ends, where rounding would leave 1e-17.
    low = 0.0 if successes == 0 else middle - reach
    high = 1.0 if successes == count else middle + reach
    return low, high


def mean_interval(values: Sequence[float], low: float, high: float) -> Estimate:
    """The mean of independent values with Student's t interval, cut to the range they can have.

    The interval is None for fewer than two values.

    Args:
        values: one for each listener, not empty.
        low: the least that a value can be.
        high: the most.
    """
    from scipy.special import stdtrit

    count, mean = len(values), math.fsum(values) / len(values)
    if count < 2:
        return Estimate(mean, None, None, count)
    error = float(np.std(values, ddof=1)) / math.sqrt(count)
    reach = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * error
    return Estimate(mean, max(mean - reach, low), min(mean + reach, high), count)


class Scale(Enum):
    """What kind of values raters gave, which says how far two of them lie apart."""

    NOMINAL = "nominal"
    INTERVAL = "interval"


def krippendorff_alpha(ratings: ArrayLike, scale: Scale) -> float | None:
    """Krippendorff's alpha: 1 for perfect agreement, 0 for what chance gives, below for less.

    Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability", University of
    Pennsylvania, departmental papers 43.

    Args:
        ratings: shape (raters, units), numbers; NaN where a rater did not rate.  Names are given as
            any numbers that tell them apart.
        scale: how the numbers are to be read.

    Returns:
        Alpha, or None where it is not defined: no unit has two ratings, or all are the same.
    """
    table = np.asarray(ratings, np.float64)
    values = np.unique(table[~np.isnan(table)])
    counts = (table == values[:, None, None]).sum(axis=1).astype(np.float64)
    counts = counts[:, counts.sum(axis=0) >= 2]
    raters = counts.sum(axis=0)
    # How often each two values meet in a unit, each unit weighing as much as it has ratings.
    met = (counts / (raters - 1)) @ counts.T - np.diag((counts / (raters - 1)).sum(axis=1))
    totals = met.sum(axis=1)
    apart = _distances(values, scale)
    expected = float(totals @ apart @ totals)
    if expected == 0:
        return None
    return 1 - float((met * apart).sum()) * (float(totals.sum()) - 1) / expected


def _distances(values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    difference = values[:, None] - values[None, :]
    squares: NDArray[np.float64] = difference**2
    return squares if scale is Scale.INTERVAL else (squares > 0).astype(np.float64)
