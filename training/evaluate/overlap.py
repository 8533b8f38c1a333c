"""Overlap area of feature distributions: 1 where two sets of pieces have the same, 0 where apart.

After Yang & Lerch 2020 (Neural Computing and Applications 32:4773-4784): a Gaussian kernel density
of each set (Scott's bandwidth) and the area under both.  They take distances between pieces; here
the densities are those of the features themselves, so that a wrong mean shows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID_POINTS = 256
ROUNDS = 200
# Where a set hardly varies, its kernel is at least this share of the range of both sets wide.
NARROWEST_KERNEL = 0.02


def overlap_area(ours: Floats, theirs: Floats) -> float:
    """Area 0..1 under both densities of two samples float64 (n,), (m,)."""
    low, high = min(ours.min(), theirs.min()), max(ours.max(), theirs.max())
    if high - low <= 1e-12 * max(abs(low), abs(high), 1.0):
        return 1.0
    narrowest = NARROWEST_KERNEL * (high - low)
    widths = [max(_scott(sample), narrowest) for sample in (ours, theirs)]
    places = np.linspace(low - 4 * max(widths), high + 4 * max(widths), GRID_POINTS)
    densities = [
        density(sample, width, places) for sample, width in zip((ours, theirs), widths, strict=True)
    ]
    shared = np.minimum(*densities).sum() * (places[1] - places[0])
    return float(min(shared, 1.0))


def density(sample: Floats, width: float, places: Floats) -> Floats:
    """Gaussian kernel density at places float64 (p,)."""
    away = (places[:, None] - sample) / width
    kernels = np.exp(-(away**2) / 2)
    return np.asarray(kernels.sum(axis=1) / (len(sample) * width * np.sqrt(2 * np.pi)))


def overlap_areas(ours: Floats, theirs: Floats) -> Floats:
    """`overlap_area` of each column of (n, features) and (m, features)."""
    pairs = zip(ours.T, theirs.T, strict=True)
    return np.array([overlap_area(a, b) for a, b in pairs])


def compare_features(
    names: Sequence[str],
    ours: Floats,
    theirs: Floats,
    our_songs: Sequence[str],
    their_songs: Sequence[str],
    *,
    given: Collection[str] = (),
    seed: int = 0,
    rounds: int | None = None,
) -> dict[str, Any]:
    """The mean overlap area, its 95 % interval, and the area of each feature.

    The mean of the features that are not in `given` stands beside: those that are were told to the
    composer, and to match them is no art.

    The interval is a bootstrap over songs.  Samples drawn with repeats are lumpier than the real
    thing and overlap less, so the spread of the rounds is put around the estimate rather than
    around their own mean.

    Args:
        names: of the features.
        ours, theirs: float64 (pieces, features).
        our_songs, their_songs: the song that each piece belongs to; a song that stands on both
            sides is drawn on both.
        given: names of features that the controls determine.
        seed: of the bootstrap.
        rounds: how often to draw; None as `ROUNDS` has it.
    """
    areas = overlap_areas(ours, theirs)
    random = np.random.default_rng(seed)
    means = []
    for _ in range(ROUNDS if rounds is None else rounds):
        left, right = draw_songs(our_songs, their_songs, random)
        if len(left) > 1 and len(right) > 1:
            means.append(overlap_areas(ours[left], theirs[right]).mean())
    mean = float(areas.mean())
    free = [area for name, area in zip(names, areas, strict=True) if name not in given]
    spread = np.quantile(means, (0.025, 0.975)) - np.mean(means)
    return {
        "mean": mean,
        "interval": [float(mean + spread[0]), float(min(mean + spread[1], 1.0))],
        "mean_of_not_given": float(np.mean(free)),
        "features": dict(zip(names, areas.tolist(), strict=True)),
    }


def draw_songs(
    our_songs: Sequence[str], their_songs: Sequence[str], random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row numbers on both sides of songs drawn with repeats from all songs."""
    songs = sorted({*our_songs, *their_songs})
    drawn = [songs[i] for i in random.integers(len(songs), size=len(songs))]
    left, right = (
        {song: np.flatnonzero(np.array(side) == song) for song in songs}
        for side in (our_songs, their_songs)
    )
    return (
        np.concatenate([left[song] for song in drawn]),
        np.concatenate([right[song] for song in drawn]),
    )


def _scott(sample: Floats) -> float:
    return float(sample.std(ddof=1) * len(sample) ** -0.2) if len(sample) > 1 else 0.0
