"""The picture of a piece, as the bytes of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.painting import bloom, horizon, weather
from melodymuse.painting.canvas import Array, Canvas
from melodymuse.painting.colour import Palette, palette
from melodymuse.painting.guide import Guide, guided
from melodymuse.painting.portrait import Portrait

Style = Callable[[Canvas, Portrait, EmotionProfile, Palette, Guide | None], None]
STYLES: Mapping[str, Style] = MappingProxyType({"horizon": horizon.paint, "bloom": bloom.paint})
SIZE = (1600, 1600)
_SIDES = (64, 6000)  # pixels


def read_size(text: str) -> tuple[int, int]:
    """``"1600x1200"`` as width and height.

    Raises:
        ControlError: another form, or a side out of range.
    """
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().casefold())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in size):
        raise ControlError(
            f"size '{text}': write WIDTHxHEIGHT in pixels, {_SIDES[0]} to {_SIDES[1]} each, as in "
            f"{SIZE[0]}x{SIZE[1]}"
        )
    return size


def paint(
    portrait: Portrait,
    profile: EmotionProfile,
    *,
    size: tuple[int, int] = SIZE,
    style: str = "horizon",
    guide: Guide | None = None,
) -> Array:
    """The picture of a piece, uint8 (H, W, 3) RGB; the same piece and wishes, the same picture.

    Args:
        portrait: what is painted.
        profile: what is felt.
        size: width and height, pixels.
        style: one of `STYLES`.
        guide: a picture's colours and composition, to follow.

    Raises:
        ControlError: an unknown style.
    """
    if style not in STYLES:
        raise ControlError(f"unknown style '{style}': use one of {', '.join(STYLES)}")
    canvas = Canvas(size, portrait.seed)
    colours = palette(profile, portrait.major)
    if guide is not None:
        colours = guided(colours, guide)
    STYLES[style](canvas, portrait, profile, colours, guide)
    weather.over(canvas, profile, colours)
    return canvas.pixels(grain=0.004 + 0.01 * portrait.loud)


def png_bytes(pixels: Array, facts: Mapping[str, str]) -> bytes:
    """Pixels as a PNG with facts in it; the same ones, the same bytes."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, text in facts.items():
        info.add_itxt(name, text)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()
