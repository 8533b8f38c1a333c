"""A piece as lines to draw by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.painting.canvas import Canvas, smoothed
from melodymuse.painting.portrait import Portrait, Touch

Array = NDArray[Any]
POINTS = 1200  # along a line


def contour(touches: tuple[Touch, ...], smooth: float) -> tuple[Array, Array, Array]:
    """Time, height and force along a line of `POINTS`, 0..1."""
    x = np.linspace(0, 1, POINTS)
    starts = [touch.start for touch in touches]
    height = np.interp(x, starts, [touch.height for touch in touches])
    force = np.interp(x, starts, [touch.force for touch in touches])
    return x, smoothed(height, smooth), smoothed(force, 12)


def climax(portrait: Portrait) -> Touch:
    """The note that rises and rings out the most."""
    return max(portrait.tune, key=lambda touch: (touch.height + touch.force, touch.start))


def steps(x: Array, marks: tuple[tuple[float, int], ...]) -> Array:
    """(W,): 0..1 for the kind that holds at each place, by where kinds begin."""
    if not marks:
        return np.zeros_like(x)
    most = max(max(kind for _, kind in marks), 1)
    at = np.searchsorted([start for start, _ in marks], x, side="right") - 1
    kinds = np.array([kind for _, kind in marks]) / most
    return np.asarray(kinds[np.clip(at, 0, None)])


def dot(canvas: Canvas, place: tuple[float, float], radius: float) -> Array:
    """(H, W): a small disc, its radius a share of the shorter side."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wide = radius * canvas.side / np.array([canvas.width, canvas.height])
    return canvas.filled(np.array(place) + wide * np.stack([np.cos(turn), np.sin(turn)], axis=1))
