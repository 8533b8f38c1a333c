"""Colours as they are meant: by the profile that a picture brings, as sRGB.

Source: ICC.1:2022 (Specification ICC.1, profile format 4.4), relative colorimetric intent.
"""

from __future__ import annotations

import io
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

# Pillow's modes whose colours a profile may explain.
_EXPLAINED = ("L", "RGB", "CMYK")
_LONGEST_PROFILE = 8 * 2**20
# A profile that moves no colour by more is sRGB under another name: the picture stays exact.
_SAME = 2
_GREYS = 256
_LEVELS = (0, 32, 64, 96, 128, 160, 192, 224, 255)


def as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture without alpha as RGB, its colours by the ICC profile where there is a fitting one.

    A profile that is damaged, or is one for pictures of another kind, is passed over.
    """
    if image.mode == "LAB":
        return _from_lab(image)
    if image.mode not in _EXPLAINED:
        image = image.convert("L" if image.mode == "1" else "RGB")
    transform = _transform(profile, image.mode) if profile else None
    return image.convert("RGB") if transform is None else _applied(transform, image)


def _transform(profile: bytes, mode: str) -> Any | None:
    from PIL import ImageCms

    if len(profile) > _LONGEST_PROFILE:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        exact = ImageCms.Flags.NOOPTIMIZE if mode == "L" else ImageCms.Flags.NONE
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB", intent, exact)
        return None if _changes_nothing(transform, mode) else transform
    # Damaged profiles, and those of other colours, raise nearly anything: PyCMSError, OSError ...
    except Exception:
        return None


def _changes_nothing(transform: Any, mode: str) -> bool:
    from PIL import Image

    if mode == "CMYK":
        return False
    levels = np.array(list(product(_LEVELS, repeat=len(mode))), np.uint8)
    probe = Image.fromarray(levels if mode == "L" else levels[None])
    moved = np.asarray(_applied(transform, probe), np.int16)
    return bool(np.abs(moved - np.asarray(probe.convert("RGB"), np.int16)).max() <= _SAME)


def _applied(transform: Any, image: Image.Image) -> Image.Image:
    from PIL import Image, ImageCms

    if image.mode == "L" and image.width > _GREYS:
        # Optimised, LittleCMS is off by up to ten levels in the darkest of linear grey, and without
        # that it is slow: so each of the greys is asked for once.
        table = _applied(transform, Image.fromarray(np.arange(_GREYS, dtype=np.uint8)[None]))
        return Image.fromarray(np.asarray(table)[0][np.asarray(image)])
    moved = ImageCms.applyTransform(image, transform)
    # It is None only where a picture is changed in its place.
    assert moved is not None
    return moved


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab = ImageCms.createProfile("LAB")
    return _applied(ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB"), image)


@cache
def _srgb() -> Any:
    from PIL import ImageCms

    return ImageCms.createProfile("sRGB")
