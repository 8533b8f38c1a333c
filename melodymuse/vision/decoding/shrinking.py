"""A huge picture made smaller a strip at a time, so that nothing multiplies its bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_STRIP_PIXELS = 2**20
_MODES_THAT_MIX = frozenset({"L", "LA", "La", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr"})


def has_alpha(image: Image.Image) -> bool:
    """Whether pixels may be transparent: by a channel, a colour of the palette, or one colour."""
    return image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """The picture at `longest` pixels at most, averaged over whole squares of its pixels."""
    from PIL import Image

    factor = math.ceil(max(image.size) / longest)
    if factor <= 1:
        return image
    width, height = image.size
    mode = _mixing_mode(image)
    smaller = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = factor * max(1, _STRIP_PIXELS // (width * factor))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        strip = strip if strip.mode == mode else strip.convert(mode)
        smaller.paste(strip.reduce(factor), (0, top // factor))
    # A colour that stands for transparency has become alpha.
    smaller.info = {key: kept for key, kept in image.info.items() if key != "transparency"}
    return smaller


def _mixing_mode(image: Image.Image) -> str:
    if "transparency" in image.info or image.mode == "PA":
        return "RGBA"
    if image.mode in _MODES_THAT_MIX:
        return image.mode
    return "L" if image.mode == "1" else "RGB"
