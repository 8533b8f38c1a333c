"""Numbers between pieces: how alike their feelings are, how far apart they sound, and whether the
one goes with the other.

Source: V. Prarusudamkerng, "ImAudible" (Imperial College London): similarity exp(-d / sigma) of
valence and arousal, min-max normalised, sigma the mean distance; matrices clipped at three standard
deviations and min-max normalised.  Entries of one matrix share pieces and are not independent:
their correlation is tried by moving pieces (N. Mantel, "The detection of disease clustering and a
generalized regression approach", Cancer Research 27:209-220, 1967).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import linregress, pearsonr

Array = npt.NDArray[np.float64]

CLIP_DEVIATIONS = 3.0
FEWEST_POINTS = 4
_ROUNDS = 999


def similarities(one: Array, other: Array) -> Array:
    """How alike feelings are, exp(-d / sigma): shape (n, m), 0..1.

    Args:
        one, other: valence and arousal, shape (n, 2) and (m, 2), on one scale.
    """
    both = np.concatenate([one, other])
    low, way = both.min(axis=0), np.ptp(both, axis=0)
    first, second = ((places - low) / np.where(way > 0, way, 1.0) for places in (one, other))
    distances = np.linalg.norm(first[:, None] - second[None], axis=2)
    sigma = distances.mean()
    alike: Array = np.exp(-distances / sigma) if sigma > 0 else np.ones_like(distances)
    return alike


def normalised(matrix: Array) -> Array:
    """A symmetric matrix of pieces, clipped at three deviations from the mean of its pairs, then
    0 at the least pair and 1 at the most; its diagonal is clipped with it."""
    pairs = upper(matrix)
    reach = CLIP_DEVIATIONS * pairs.std()
    low, high = max(pairs.mean() - reach, pairs.min()), min(pairs.mean() + reach, pairs.max())
    way = high - low
    scaled: Array = (np.clip(matrix, low, high) - low) / (way if way > 0 else 1.0)
    return scaled


def upper(matrix: Array) -> Array:
    """The pairs of a symmetric matrix, each once."""
    pairs: Array = matrix[np.triu_indices(len(matrix), 1)]
    return pairs


def line(x: Array, y: Array) -> dict[str, Any]:
    """The line of least squares through independent points.

    Returns:
        "points", "slope", "intercept", "r" and its "interval" of 95 % (Fisher's z); None for what
        does not vary.
    """
    figures: dict[str, Any] = {"points": len(x), "slope": None, "intercept": None, "r": None}
    if len(x) < FEWEST_POINTS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return figures | {"interval": None}
    fitted, correlation = linregress(x, y), pearsonr(x, y)
    low, high = correlation.confidence_interval()
    return figures | {
        "slope": float(fitted.slope),
        "intercept": float(fitted.intercept),
        "r": float(correlation.statistic),
        "interval": [float(low), float(high)],
    }


def line_of_pairs(x: Array, y: Array, seed: int = 0) -> dict[str, Any]:
    """The line through the pairs of two symmetric matrices of the same pieces.

    Returns:
        As `line`, but "p" in place of the interval: the share of rounds in which pieces dealt anew
        correlate as much.
    """
    figures = line(upper(x), upper(y))
    del figures["interval"]
    if figures["r"] is None:
        return figures | {"p": None}
    chance = np.random.default_rng(seed)
    orders = (chance.permutation(len(x)) for _ in range(_ROUNDS))
    drawn = np.array([np.corrcoef(upper(x[np.ix_(o, o)]), upper(y))[0, 1] for o in orders])
    beyond = int((np.abs(drawn) >= abs(figures["r"])).sum())
    return figures | {"p": (beyond + 1) / (_ROUNDS + 1)}


def components(rows: Array) -> tuple[Array, list[float]]:
    """The two principal components of pieces: their places, shape (n, 2), and the share of the
    variance that each holds."""
    centred = rows - rows.mean(axis=0)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    power = values**2
    places = np.zeros((len(rows), 2))
    kept = min(2, len(values))
    places[:, :kept] = (left * values)[:, :kept]
    total = float(power.sum()) or 1.0
    return places, [float(share) for share in power[:kept] / total]


def nearest_alike(rows: Array, labels: Sequence[str]) -> dict[str, float]:
    """ "share" of pieces whose nearest neighbour has their label, and what "chance" would give."""
    distances = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    found = np.array(labels)
    counts = np.unique(found, return_counts=True)[1]
    n = len(found)
    return {
        "share": float((found[distances.argmin(axis=1)] == found).mean()),
        "chance": float((counts * (counts - 1)).sum() / (n * (n - 1))),
    }
