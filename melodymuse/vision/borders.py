"""Black or white bars around a picture: found, and left out of what is looked at.

Letterbox, pillarbox and passe-partout are no part of what a picture shows, but they change what is
measured of it: light, contrast, edges.  A bar is a run of whole rows or columns of one near-black
or near-white colour that ends at once, on two opposite sides; a night sky or a white wall fades, or
ends along the outline of something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from melodymuse.vision.features import Pixels
from melodymuse.vision.loading import Picture

# Of a bar's colour: at most so dark, at least so bright (each channel, 0..255).
_DARK, _BRIGHT = 40, 215
# How far a pixel of an even bar may be from its colour: twice as far as in the outermost line, and
# within these; where JPEG's blocks of 8 or 16 pixels reach into a bar, the picture rings in it.
_LEAST_NOISE, _MOST_NOISE, _RINGING = 6, 14, 48
_BLOCK = 16
# Share of a line that may be further away, and share that must be right behind a bar's edge, which
# may be blurred over a few lines.
_SPECKS, _PICTURE, _SOFT = 0.01, 0.3, 3
# Thinnest bar and least picture between two, as shares of the side.
_THINNEST, _LEAST_LEFT = 0.02, 0.25


@dataclass(frozen=True, slots=True)
class Bars:
    """How many pixels of bar lie at each side of a picture."""

    top: int
    bottom: int
    left: int
    right: int

    def __bool__(self) -> bool:
        return any((self.top, self.bottom, self.left, self.right))

    def __add__(self, inner: Bars) -> Bars:
        """These bars with those found within them."""
        return Bars(
            self.top + inner.top,
            self.bottom + inner.bottom,
            self.left + inner.left,
            self.right + inner.right,
        )

    def within(self, pixels: Pixels) -> Pixels:
        """The picture that they lie around."""
        height, width = pixels.shape[:2]
        return pixels[self.top : height - self.bottom, self.left : width - self.right]


def find_bars(pixels: Pixels) -> Bars:
    """The bars of a picture (uint8 (H, W, 3), RGB); all zero where it has none.

    Bars within bars count as well: a mount within a frame, an old film on a wide screen.
    """
    outer = _outermost(pixels)
    return outer + _outermost(outer.within(pixels)) if outer else outer


def _outermost(pixels: Pixels) -> Bars:
    top, bottom = _pair(pixels)
    inner = pixels[top : len(pixels) - bottom]
    left, right = _pair(inner.swapaxes(0, 1))
    if left or right:
        # Between side bars, rows are bars that the side bars' columns hid before, or the reverse.
        within = pixels[:, left : pixels.shape[1] - right]
        top, bottom = _pair(within)
    return Bars(top, bottom, left, right)


def without_bars(picture: Picture) -> Picture:
    """The picture without its bars, and a remark where there were any."""
    bars = find_bars(picture.pixels)
    if not bars:
        return picture
    inner = bars.within(picture.pixels)
    share = 1 - inner.size / picture.pixels.size
    remark = f"bars around the picture were left out: {share:.0%} of its area"
    return Picture(np.ascontiguousarray(inner), picture.name, (*picture.remarks, remark))


def _pair(lines: Pixels) -> tuple[int, int]:
    """Thickness of the bars before and after the picture, by lines (N, M, 3); 0, 0 for none."""
    count = len(lines)
    first, last = _run(lines), _run(lines[::-1])
    thin = max(2, round(_THINNEST * count))
    if min(first, last) < thin or count - first - last < max(1, _LEAST_LEFT * count):
        return 0, 0
    return first, last


def _run(lines: Pixels) -> int:
    """How many lines from the first on are a bar that ends at once; 0 where none does."""
    colour = _colour(lines[0])
    if colour.max() > _DARK and colour.min() < _BRIGHT:
        return 0
    uneven = 2 * np.percentile(np.abs(lines[0] - colour).max(axis=1), 98)
    noise = min(max(uneven, _LEAST_NOISE), _MOST_NOISE)
    even = next(
        (i for i, line in enumerate(lines) if _share_away(line, colour, noise) > _SPECKS), None
    )
    if not even:
        return 0
    behind = lines[even : even + _BLOCK + _SOFT + 1]
    clearly = [_share_away(line, colour, _RINGING) for line in behind]
    # No ringing is as strong as this: here the picture begins ...
    edge = next((i for i, share in enumerate(clearly) if share > _SPECKS), len(behind))
    width = next((i for i in range(edge, len(behind)) if clearly[i] >= _PICTURE), len(behind))
    if width - edge > _SOFT:
        # ... or it is as dark or as bright as its bar, which then must not ring.
        faintly = (_share_away(line, colour, noise) >= _PICTURE for line in behind[: _SOFT + 1])
        width = next((i for i, found in enumerate(faintly) if found), len(behind))
    return even + width if width < len(behind) else 0


def _share_away(line: Pixels, colour: npt.NDArray[np.int16], limit: float) -> float:
    """Which share of a line's pixels is further from a colour than this in any channel."""
    return float((np.abs(line - colour).max(axis=1) > limit).mean())


def _colour(line: Pixels) -> npt.NDArray[np.int16]:
    return np.asarray(np.median(line, axis=0), np.int16)
