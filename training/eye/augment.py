"""Ways to show a photo again: mirrored, cut, lit differently.  The feeling should stay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

# Share of the area that a cut leaves, least and most; strength of the change of light.
_AREA = (0.6, 1.0)
_LIGHT = 0.2


def views(pixels: Pixels, n: int, rng: np.random.Generator) -> list[Pixels]:
    """The photo, its mirror image, then random views, `n` in all."""
    fixed = [pixels, np.ascontiguousarray(pixels[:, ::-1])]
    return fixed[:n] + [random_view(pixels, rng) for _ in range(n - len(fixed))]


def random_view(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A random cut of the photo, mirrored half of the time, in another light."""
    height, width = pixels.shape[:2]
    area = rng.uniform(*_AREA)
    stretch = np.sqrt(rng.uniform(0.8, 1.25))
    high = min(height, max(1, round(height * np.sqrt(area) * stretch)))
    wide = min(width, max(1, round(width * np.sqrt(area) / stretch)))
    top, left = rng.integers(height - high + 1), rng.integers(width - wide + 1)
    cut = pixels[top : top + high, left : left + wide]
    if rng.random() < 0.5:
        cut = cut[:, ::-1]
    gain, offset = rng.uniform(1 - _LIGHT, 1 + _LIGHT), rng.uniform(-_LIGHT, _LIGHT) * 64
    return np.clip(np.rint(cut * gain + offset), 0, 255).astype(np.uint8)
