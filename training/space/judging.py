"""How well a score of pictures and pieces finds what belongs together.

Conventions
    Scores (P, M), higher is nearer; belonging (P, M), True where a picture and a piece match.
    A gallery is 100 pictures and 100 pieces of which each picture and the piece of its row match.
    `recall_K`: share of queries whose partner is among the first K of the other side.
    `auroc`: chance that a matching pair scores above one that does not; ties count half.
    `ap`: average precision over a query's matches, averaged over queries that have any.
    Each in both directions: `music_from_picture`, `picture_from_music`.
    Intervals cover 95 %: whole groups of pictures and whole songs are drawn with replacement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.emotion import PLANE
from training.space.fitting import Side
from training.space.material import Scale

Array = NDArray[Any]
GALLERY = 100
RANKS = (1, 5, 10)
# Quadrants of the plane.
TAGS = 4
DIRECTIONS = ("music_from_picture", "picture_from_music")
_DRAWS = 90
# Of the ridge regression, in units of its standardised features' variance times their count.
_RIDGE = 0.3


def ridge(learned: Side, features: Array) -> Array:
    """Labels (N, 2), 0..1, that a ridge regression on what one side learned from tells."""
    x, middle = learned.features, learned.labels.mean(0)
    square = x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1])
    return np.asarray(features @ np.linalg.solve(square, x.T @ (learned.labels - middle)) + middle)


def baselines(told: Array, seen: Scale, heard: Array, known: Scale) -> dict[str, Array]:
    """Scores (P, M) that need no joint space.

    Args:
        told: labels of pictures (P, 2), 0..1, as a ridge regression tells them.
        seen: the scale of these.
        heard: places (M, 2) where a listener hears the music.
        known: the scale of these.

    Returns:
        "random"; "label": 1 where the nearest emotion is the same, else 0; "distance": of told and
        heard labels on the plane, below 0.
    """
    random = np.random.default_rng(0).random((len(told), len(heard)))
    plane = np.array(list(PLANE.values()))

    def emotion(places: Array) -> Array:
        return np.asarray(np.linalg.norm(places[:, None] - plane[None], axis=-1).argmin(axis=1))

    apart = np.linalg.norm(told[:, None] - known(heard)[None], axis=-1)
    alike = emotion(seen.back(told))[:, None] == emotion(heard)[None]
    return {"random": random, "label": alike.astype(np.float64), "distance": -apart}


def correlation(scores: Array, apart: Array) -> float:
    """Pearson's r of embeddings' distances, told by their cosines, and labels' distances."""
    distances = np.sqrt(np.maximum(2 - 2 * scores, 0))
    return float(np.corrcoef(distances.ravel(), apart.ravel())[0, 1])


def auroc(scores: Array, belonging: Array) -> float:
    """Over all pairs at once (Mann and Whitney)."""
    from scipy.stats import rankdata

    flat, match = scores.ravel(), belonging.ravel()
    count = int(match.sum())
    ranks = rankdata(flat)
    rest = match.size - count
    return float((ranks[match].sum() - count * (count + 1) / 2) / (count * rest))


def average_precision(scores: Array, belonging: Array) -> float:
    """Rows are queries; those without a match are left out."""
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.take_along_axis(belonging, order, axis=1)
    precision = np.cumsum(found, axis=1) / np.arange(1, found.shape[1] + 1)
    count = found.sum(axis=1)
    return float(((precision * found).sum(axis=1)[count > 0] / count[count > 0]).mean())


def recalls(scores: Array) -> dict[str, float]:
    """Rows are queries, and the partner stands in the diagonal; ties count half."""
    partner = np.diag(scores)[:, None]
    rank = (scores > partner).sum(axis=1) + ((scores == partner).sum(axis=1) - 1) / 2
    return {f"recall_{k}": float((rank < k).mean()) for k in RANKS}


def judge(
    scores: Mapping[str, Sequence[Array]], belonging: Array, groups: Sequence[Array], seed: int = 0
) -> dict[str, dict[str, dict[str, tuple[float, float, float]]]]:
    """Every score on the same galleries.

    Args:
        scores: by name, one of each run (of another seed), which the galleries take in turn.
        belonging: what matches.
        groups: of each picture, and the song of each piece.
        seed: of the galleries.

    Returns:
        By name, direction and figure: the mean over galleries, and its interval.
    """
    random = np.random.default_rng(seed)
    drawn: dict[str, dict[str, list[dict[str, float]]]] = {
        name: {direction: [] for direction in DIRECTIONS} for name in scores
    }
    for draw in range(_DRAWS):
        pictures, pieces = _gallery(belonging, [_resampled(g, random) for g in groups], random)
        match = belonging[np.ix_(pictures, pieces)]
        for name, runs in scores.items():
            part = runs[draw % len(runs)][np.ix_(pictures, pieces)]
            for direction, (s, m) in zip(
                DIRECTIONS, ((part, match), (part.T, match.T)), strict=True
            ):
                drawn[name][direction].append(
                    recalls(s) | {"auroc": auroc(s, m), "ap": average_precision(s, m)}
                )
    return {
        name: {direction: _summary(rows) for direction, rows in by.items()}
        for name, by in drawn.items()
    }


def prototypes(learned: Array, tags: Array) -> Array:
    """What stands for each tag: the mean of its rows of (N, E), (TAGS, E)."""
    return np.array([learned[tags == tag].mean(axis=0) for tag in range(TAGS)])


def tags_of(places: Array) -> Array:
    """(N,): the quadrant of each place, 0..3."""
    return np.asarray(2 * (places[:, 0] > 0) + (places[:, 1] > 0), int)


def judge_tags(
    scores: Mapping[str, Sequence[Array]], tags: Array, groups: Array, seed: int = 0
) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Tagging across modalities: (N, TAGS) of each run say how near each item lies to what stands
    for a tag on the other side.

    Returns:
        By name "accuracy", and "auroc" and "ap" as means over tags, each with its interval.
    """
    random = np.random.default_rng(seed)
    drawn: dict[str, list[dict[str, float]]] = {name: [] for name in scores}
    for draw in range(_DRAWS):
        rows = _resampled(groups, random)
        right = tags[rows, None] == np.arange(TAGS)
        there = [tag for tag in range(TAGS) if 0 < right[:, tag].sum() < len(rows)]
        for name, runs in scores.items():
            part = runs[draw % len(runs)][rows]
            columns = [(part[None, :, tag], right[None, :, tag]) for tag in there]
            drawn[name].append(
                {
                    "accuracy": float((part.argmax(axis=1) == tags[rows]).mean()),
                    "auroc": float(np.mean([auroc(*column) for column in columns])),
                    "ap": float(np.mean([average_precision(*column) for column in columns])),
                }
            )
    return {name: _summary(rows) for name, rows in drawn.items()}


def _resampled(groups: Array, random: np.random.Generator) -> Array:
    """Rows of as many groups as there are, drawn with replacement."""
    names = np.unique(groups)
    chosen = names[random.integers(len(names), size=len(names))]
    return np.concatenate([np.flatnonzero(groups == name) for name in chosen])


def _gallery(
    belonging: Array, rows: Sequence[Array], random: np.random.Generator
) -> tuple[Array, Array]:
    """Pictures, and a matching piece for each."""
    pictures, pieces = (np.asarray(part) for part in rows)
    chosen, partners = [], []
    for picture in random.permutation(pictures):
        fitting = pieces[belonging[picture, pieces]]
        if fitting.size:
            chosen.append(picture)
            partners.append(fitting[random.integers(fitting.size)])
        if len(chosen) == GALLERY:
            break
    return np.array(chosen), np.array(partners)


def _summary(rows: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Mean and interval of each figure over galleries."""
    found = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        low, high = np.percentile(values, [2.5, 97.5])
        found[name] = (float(values.mean()), float(low), float(high))
    return found
