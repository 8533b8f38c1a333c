"""Arrays that a program hands over, as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ImageError
from melodymuse.vision.decoding.deep import eight_bits
from melodymuse.vision.decoding.ground import is_invisible, on_ground
from melodymuse.vision.decoding.limits import check_size

NAME = "the image array"


def pixels_of_array(
    array: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.uint8], str | None]:
    """An array (H, W[, 1, 3 or 4]) as uint8 (H, W, 3), RGB, and a remark on its range if need be.

    Raises:
        ImageError: another shape, no pixels or too many, or values that are no picture.
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(
            f"an image array must be (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), not {array.shape}"
        )
    if 0 in array.shape:
        raise ImageError(f"the image array is empty: {array.shape}")
    check_size((array.shape[1], array.shape[0]), NAME)
    values, remark = _values(array)
    if values.ndim == 3 and values.shape[2] == 4:
        return _on_ground(values), remark
    if values.ndim == 2:
        values = values[..., None]
    return np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:2], 3))), remark


def _values(array: npt.NDArray[Any]) -> tuple[npt.NDArray[np.uint8], str | None]:
    if array.dtype == np.uint8:
        return array, None
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255), None
    if array.dtype == np.uint16:
        return eight_bits(array)
    if np.issubdtype(array.dtype, np.floating):
        low, high = float(array.min()), float(array.max())
        if not (low >= -1e-6 and high <= 1 + 1e-6):
            raise ImageError(f"a float image must lie between 0 and 1, not {low:g} to {high:g}")
        return np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8), None
    if np.issubdtype(array.dtype, np.integer) and array.min() >= 0 and array.max() <= 255:
        return array.astype(np.uint8), None
    raise ImageError(f"cannot take a picture from {array.dtype} values: use uint8, 0..255")


def _on_ground(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    from PIL import Image

    colours = Image.fromarray(np.ascontiguousarray(values[..., :3]))
    alpha = Image.fromarray(np.ascontiguousarray(values[..., 3]))
    if is_invisible(alpha):
        raise ImageError(f"nothing of {NAME} is visible: every pixel is transparent")
    return np.asarray(on_ground(colours, alpha), np.uint8)
