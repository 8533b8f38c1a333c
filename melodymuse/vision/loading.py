"""Any picture a user may hand over -> one RGB array, or an `ImageError` that says what is wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ImageError
from melodymuse.example_pictures import is_example, picture_file
from melodymuse.vision.decoding.arrays import pixels_of_array
from melodymuse.vision.decoding.developing import develop
from melodymuse.vision.decoding.files import LONGEST_SIDE, decode, plain_errors
from melodymuse.vision.decoding.limits import check_size
from melodymuse.vision.decoding.sources import read_picture_file

__all__ = [
    "LONGEST_SIDE",
    "ImageSource",
    "Picture",
    "Pixels",
    "load_image",
    "name_of",
    "read_picture",
]

Pixels = npt.NDArray[np.uint8]
ImageSource = str | os.PathLike[str] | bytes | npt.NDArray[Any] | Any


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is looked at.

    Attributes:
        pixels: uint8 array (H, W, 3), RGB in sRGB, 0..255.
        name: its path as given, or "array" or "image".
        remarks: what was found or done that one would not expect, a phrase each.
    """

    pixels: Pixels
    name: str
    remarks: tuple[str, ...] = ()


def load_image(source: ImageSource) -> Pixels:
    """The picture as RGB in sRGB, upright, on a ground where it was transparent.

    The ground is white, or black where the picture would vanish on white.  Large JPEG files come at
    a fraction of their size (long side at least 1024 px), pictures beyond 4096 px are made smaller,
    everything else comes at its own size.  Of an animation a typical picture counts, of a file of
    several pages the first.

    Args:
        source: a path, or an example's name such as "@rocket"; the bytes of a file; a NumPy array
            (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of bool, uint8, uint16 or floats 0..1; or a
            PIL image.

    Returns:
        uint8 array (H, W, 3), RGB, 0..255.

    Raises:
        ImageError: nothing there, not a picture, damaged, too large, wholly transparent, or an
            unknown kind of array.
    """
    return read_picture(source).pixels


def read_picture(source: ImageSource) -> Picture:
    """As `load_image`, with the picture's name and what is to be said of it.

    Raises:
        ImageError: as `load_image`.
    """
    if isinstance(source, Picture):
        return source
    name = name_of(source)
    if isinstance(source, np.ndarray):
        pixels, remark = pixels_of_array(source)
        return Picture(pixels, name, () if remark is None else (remark,))
    if isinstance(source, bytes | bytearray | memoryview):
        return _read_file(bytes(source), name, "the image bytes")
    if isinstance(source, str | os.PathLike):
        return _read_file(read_picture_file(picture_file(source)), name, f"'{name}'")
    if all(hasattr(source, wanted) for wanted in ("mode", "size", "convert", "getexif")):
        check_size(source.size, "the PIL image")
        return _developed(source, name, "the PIL image")
    raise ImageError(
        f"cannot take a picture from {type(source).__name__}: "
        "give a path, bytes, a NumPy array or a PIL image"
    )


def name_of(source: ImageSource) -> str:
    """What to call a picture: its path as given, or its kind where it has none."""
    if isinstance(source, str | os.PathLike):
        return picture_file(source).name if is_example(source) else os.fspath(source)
    return "array" if isinstance(source, np.ndarray) else "image"


def _read_file(data: bytes, name: str, told: str) -> Picture:
    image, remarks = decode(data, told)
    return _developed(image, name, told, remarks)


def _developed(image: Any, name: str, told: str, remarks: tuple[str, ...] = ()) -> Picture:
    with plain_errors(told):
        pixels, more = develop(image, told, LONGEST_SIDE)
    return Picture(pixels, name, remarks + more)
