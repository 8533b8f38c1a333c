"""Which way up a picture is, by the orientation that a camera wrote beside it.

Source: CIPA DC-008-2019 (Exif 2.32), 4.6.4, tag Orientation (274).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_TAG = 274


def orientation_of(image: Any) -> int:
    """The orientation 1..8 that a picture's metadata tell; 1, upright, where they are damaged."""
    try:
        value = image.getexif().get(_TAG, 1)
        # Some writers store the number as text, as a byte, or as a list of one.
        if isinstance(value, tuple | list):
            value = value[0]
        if isinstance(value, bytes):
            text = value.strip(b"\0 ")
            value = int(text) if text.isdigit() else value[0]
        number = int(value)
    # Damaged metadata raise nearly anything: SyntaxError, struct.error, ValueError, KeyError ...
    except Exception:
        return 1
    return number if 1 <= number <= 8 else 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture turned and mirrored as an orientation 1..8 asks."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image
