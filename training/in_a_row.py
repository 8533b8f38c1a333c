"""Songs in a row: whose each bar is, and stretches of bars that are told alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def owners(bars: Sequence[int]) -> NDArray[np.intp]:
    """Of songs of so many bars, for each bar of all of them its song."""
    return np.repeat(np.arange(len(bars)), bars)


def segments(owner: NDArray[np.intp], length: int, random: np.random.Generator) -> NDArray[np.intp]:
    """For each bar its segment: `length` bars of one song, counted from a bar drawn by lot."""
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    place = np.arange(len(owner)) - firsts[owner]
    local = (place + random.integers(length, size=len(firsts))[owner]) // length
    begins = (np.diff(owner, prepend=-1) != 0) | (np.diff(local, prepend=0) != 0)
    return np.cumsum(begins) - 1


def forgotten(
    owner: NDArray[np.intp], songs: float, bars: float, random: np.random.Generator
) -> NDArray[np.bool_]:
    """Bars of which something is not told: all of this share of songs, this share of the others."""
    whole = random.random(owner[-1] + 1) < songs
    return whole[owner] | (random.random(len(owner)) < bars)
