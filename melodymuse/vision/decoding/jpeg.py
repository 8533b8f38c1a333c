"""A JPEG file whose end is missing: made whole, with the share of the picture that is not there.

A decoder that meets the end marker too soon fills the rest evenly.  What it fills shows when the
missing part is replaced by something else: from there on two decodings differ.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt

START, END = b"\xff\xd8\xff", b"\xff\xd9"
# Coded pictures hold no such run: every bit of it is a symbol, and none is a marker.
_FILLING = b"\x55\xaa\x33\xcc" * 512
# Grey levels between two decodings that count as different.
_APART = 24


def missing_share(data: bytes) -> float:
    """Which share of its pixels, 0..1, a JPEG file that is cut short lacks.

    Raises:
        Exception: whatever Pillow raises where nothing can be decoded.
    """
    plain, filled = (_decoded(data + tail) for tail in (END, _FILLING + END))
    apart = np.abs(plain.astype(np.int16) - filled) > _APART
    # A row is there up to the first pixel that differs.
    there = np.where(apart.any(axis=1), apart.argmax(axis=1), apart.shape[1])
    return float(1 - there.mean() / apart.shape[1])


def _decoded(data: bytes) -> npt.NDArray[np.uint8]:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("L", (image.width // 2 or 1, image.height // 2 or 1))
        return np.asarray(image.convert("L"))
