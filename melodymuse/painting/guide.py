"""A picture that guides another: its colours, where its land lies, where its light falls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.painting.colour import Palette, oklab
from melodymuse.vision.features import Pixels

Array = NDArray[Any]
_SIDE, _COLOURS = 96, 7
_HUES = 0.85  # share of the guide's hues in the palette; lightness stays half the feeling's
_HIGHEST, _LOWEST = 0.35, 0.75  # where a horizon may lie


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """What is taken from a picture.

    Attributes:
        colours: (N, 3) OKLab, from dark to light.
        horizon: how far down its upper part ends, 0..1.
        light: where it is brightest, (x, y) in 0..1.
    """

    colours: Array
    horizon: float
    light: tuple[float, float]


def guide_of(pixels: Pixels) -> Guide:
    """What a picture, uint8 (H, W, 3) RGB, gives to another; the same picture, the same guide."""
    import cv2

    small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    lab = oklab(small.astype(np.float64) / 255).astype(np.float32)
    flat = lab.reshape(-1, 3)
    # From the deciles of lightness, not from a draw: OpenCV's chance is the whole process's.
    order = np.argsort(np.argsort(flat[:, 0], kind="stable"), kind="stable")
    first = (order * _COLOURS // len(flat)).astype(np.int32)[:, None]
    wish = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 30, 1e-4)
    _, _, colours = cv2.kmeans(flat, _COLOURS, first, wish, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    rows = lab.mean(axis=1)
    breaks = [
        float(np.linalg.norm(rows[:row].mean(axis=0) - rows[row:].mean(axis=0)))
        for row in range(round(_HIGHEST * _SIDE), round(_LOWEST * _SIDE))
    ]
    soft = cv2.GaussianBlur(lab[..., 0], (0, 0), _SIDE / 24)
    y, x = np.unravel_index(int(np.argmax(soft)), soft.shape)
    return Guide(
        colours=colours[np.argsort(colours[:, 0], kind="stable")],
        horizon=_HIGHEST + int(np.argmax(breaks)) / _SIDE,
        light=((float(x) + 0.5) / _SIDE, (float(y) + 0.5) / _SIDE),
    )


def guided(colours: Palette, guide: Guide) -> Palette:
    """A palette in the hues of a guide, each colour in those of the guide that is as light."""
    ramp = guide.colours
    vivid = ramp[np.argsort(-np.hypot(ramp[:, 1], ramp[:, 2]), kind="stable")]
    ranks = np.linspace(0.05, 0.95, len(ramp))

    def toned(colour: Array) -> Array:
        near = np.array([np.interp(colour[0], ranks, ramp[:, axis]) for axis in range(3)])
        share = np.array([0.5, _HUES, _HUES])
        return np.asarray(colour + share * (near - colour), np.float32)

    accents = tuple(
        (0.3 * colour + 0.7 * strong).astype(np.float32)
        for colour, strong in zip(colours.accents, vivid, strict=False)
    )
    return replace(
        colours,
        above=toned(colours.above),
        below=toned(colours.below),
        far=toned(colours.far),
        near=toned(colours.near),
        light=toned(colours.light),
        accents=accents,
    )
