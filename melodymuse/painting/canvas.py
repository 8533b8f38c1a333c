"""A canvas in OKLab: soft fields, layers, strokes and grain, all the same for the same seed.

Places are (x, y), 0..1 from the left and from the top; lengths are shares of the shorter side, so
that a picture looks the same at any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.painting.colour import srgb

Array = NDArray[Any]
_SHIFT = 4  # OpenCV draws between pixels, in sixteenths
_ROWS = 256


class Canvas:
    """Something to paint on.

    Args:
        size: width and height in pixels.
        seed: of everything drawn by chance.
    """

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.width, self.height = size
        self.side = min(size)
        self.chance = np.random.default_rng(seed)
        self.lab = np.zeros((self.height, self.width, 3), np.float32)

    def gradient(self, stops: Sequence[tuple[float, Array]], bend: Array | None = None) -> None:
        """Fill it from top to bottom.

        Args:
            stops: places 0..1 in rising order and their colours.
            bend: (H, W), by how much of the height each place is moved; None for level bands.
        """
        places = [place for place, _ in stops]
        down = np.linspace(0, 1, self.height, dtype=np.float32)[:, None]
        where = np.broadcast_to(down, (self.height, self.width))
        if bend is not None:
            where = where + bend
        for axis in range(3):
            self.lab[..., axis] = np.interp(where, places, [colour[axis] for _, colour in stops])

    def field(self, waves: tuple[float, float], octaves: int = 4) -> Array:
        """Smooth chance (H, W) about 0 with a deviation of 1.

        Args:
            waves: how many bumps there are across and down.
            octaves: how often finer ones are laid over them, each half as strong.
        """
        import cv2

        found = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            across, down = (max(round(count * 2**octave), 1) + 3 for count in waves)
            if across > self.width or down > self.height:
                break
            grid = self.chance.standard_normal((down, across)).astype(np.float32)
            smooth = cv2.resize(grid, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
            found += smooth / 2**octave
        deviation = float(found.std())
        return (found - float(found.mean())) / (deviation + 1e-6)

    def lay(self, mask: Array, colour: Array) -> None:
        """Cover with a colour (3,) or colours (H, W, 3) where a mask (H, W) says, 0..1."""
        self.lab += mask[..., None] * (colour - self.lab)

    def shine(self, mask: Array, colour: Array, strength: float) -> None:
        """Lighten towards a colour, more where a mask says; never darker."""
        change = mask[..., None] * (colour - self.lab) * strength
        change[..., 0] = np.maximum(change[..., 0], 0)
        self.lab += change

    def below(self, line: Array) -> Array:
        """(H, W): 1 under a line (W,) of heights, 0..1 from the top, its edge one pixel soft."""
        rows = np.arange(self.height, dtype=np.float32)[:, None]
        under: Array = np.clip(rows - line[None, :].astype(np.float32) * self.height + 0.5, 0, 1)
        return under

    def disc(self, place: tuple[float, float], radius: float, soft: float) -> Array:
        """(H, W): a disc whose edge fades over `soft` of its radius."""
        x, y = place[0] * self.width, place[1] * self.height
        away = np.hypot(
            np.arange(self.width, dtype=np.float32)[None, :] - x,
            np.arange(self.height, dtype=np.float32)[:, None] - y,
        ) / (radius * self.side)
        edge = max(soft, 1.5 / (radius * self.side))
        t = np.clip((1 + edge / 2 - away) / edge, 0, 1)
        smooth: Array = t * t * (3 - 2 * t)
        return smooth

    def glow(self, place: tuple[float, float], radius: float) -> Array:
        """(H, W): light that falls off without an edge; 1 at its middle."""
        x, y = place[0] * self.width, place[1] * self.height
        across = (np.arange(self.width, dtype=np.float32) - x) / (radius * self.side)
        down = (np.arange(self.height, dtype=np.float32) - y) / (radius * self.side)
        falling: Array = 1 / (1 + across[None, :] ** 2 + down[:, None] ** 2) ** 1.5
        return falling

    def strokes(self, lines: Sequence[tuple[Array, float, float]]) -> Array:
        """(H, W): lines drawn together, the strongest counting where they cross.

        Args:
            lines: points (N, 2), width as a share of the shorter side, strength 0..1.
        """
        import cv2

        mask = np.zeros((self.height, self.width), np.uint8)
        for points, width, strength in lines:
            one = np.rint(points * (self.width, self.height) * 2**_SHIFT).astype(np.int32)
            level, thick = round(255 * min(max(strength, 0), 1)), max(round(width * self.side), 1)
            # Only the box around the line is touched: a line is small beside a cover.
            reach = thick + 2
            left, top = np.maximum((one.min(axis=0) >> _SHIFT) - reach, 0)
            right, bottom = (one.max(axis=0) >> _SHIFT) + reach
            box = mask[top : max(bottom, top), left : max(right, left)]
            if not box.size:
                continue
            drawn = np.zeros_like(box)
            moved = one - np.array([left, top], np.int32) * 2**_SHIFT
            cv2.polylines(drawn, [moved.astype(np.int32)], False, level, thick, cv2.LINE_AA, _SHIFT)
            np.maximum(box, drawn, out=box)
        return mask.astype(np.float32) / 255

    def filled(self, outline: Array) -> Array:
        """(H, W): a polygon (N, 2)."""
        import cv2

        mask = np.zeros((self.height, self.width), np.uint8)
        points = np.rint(outline * (self.width, self.height) * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, _SHIFT)
        return mask.astype(np.float32) / 255

    def blurred(self, mask: Array, radius: float) -> Array:
        """A mask, softened over a share of the shorter side."""
        import cv2

        # Small and back: a wide blur is as smooth, and many times as quick.
        shrink = max(int(radius * self.side / 4), 1)
        size = (max(self.width // shrink, 2), max(self.height // shrink, 2))
        small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), max(radius * self.side / shrink, 0.3))
        back: Array = cv2.resize(soft, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
        return back

    def pixels(self, grain: float) -> Array:
        """What was painted, as uint8 (H, W, 3) RGB, under a grain that also hides banding."""
        out = np.empty((self.height, self.width, 3), np.uint8)
        for top in range(0, self.height, _ROWS):
            rows = self.lab[top : top + _ROWS].copy()
            rows[..., 0] += grain * self.chance.standard_normal(rows.shape[:2], np.float32)
            rows[..., 0] = np.clip(rows[..., 0], 0, 1)
            shaken = srgb(rows) * 255 + self.chance.random(rows.shape, np.float32)
            out[top : top + _ROWS] = np.clip(shaken, 0, 255)
        return out


def smoothed(values: Array, width: float) -> Array:
    """A row of values, smoothed with a Gaussian so many of them wide; its ends stay."""
    if width <= 0:
        return values
    reach = int(3 * width) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
