"""What lies behind a transparent picture: white, or black where it would vanish on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
# What is visible vanishes on white where its colours are this close to it: root mean square, 0..1.
_VANISHES = 0.15
_LOOKED_AT = 256


def is_invisible(alpha: Image.Image) -> bool:
    """Whether every pixel is wholly transparent, of a picture's alpha (mode L)."""
    return bool(alpha.getextrema()[1] == 0)


def on_ground(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    """An RGB picture with its alpha (mode L) on the ground that lets it be seen."""
    from PIL import Image

    colour = _BLACK if _vanishes_on_white(colours, alpha) else _WHITE
    ground = Image.new("RGB", colours.size, colour)
    ground.paste(colours, mask=alpha)
    return ground


def _vanishes_on_white(colours: Image.Image, alpha: Image.Image) -> bool:
    step = max(1, max(colours.size) // _LOOKED_AT)
    visible = np.asarray(alpha)[::step, ::step].astype(np.float64) / 255
    if visible.min() == 1 or not visible.any():
        return False
    below_white = 1 - np.asarray(colours)[::step, ::step].astype(np.float64) / 255
    mean = (below_white**2).mean(axis=2)
    return bool((mean * visible).sum() / visible.sum() < _VANISHES**2)
