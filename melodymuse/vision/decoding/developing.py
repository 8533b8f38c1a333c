"""A decoded picture of Pillow -> RGB in sRGB, upright, on a ground, as an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ImageError
from melodymuse.vision.decoding.colour import as_srgb
from melodymuse.vision.decoding.deep import eight_bits, shrunk_samples
from melodymuse.vision.decoding.ground import is_invisible, on_ground
from melodymuse.vision.decoding.orientation import orientation_of, upright
from melodymuse.vision.decoding.shrinking import has_alpha, shrunk

if TYPE_CHECKING:
    from PIL import Image

# Writers of these leave the fourth byte empty where they know of no transparency.
_EMPTY_ALPHA_IS_NONE = frozenset({"BMP", "DIB"})


def develop(image: Any, name: str, longest: int) -> tuple[npt.NDArray[np.uint8], tuple[str, ...]]:
    """A picture's pixels, uint8 (H, W, 3), of `longest` a side at most, and remarks on them.

    Raises:
        ImageError: every pixel is transparent.
    """
    image.load()
    orientation = orientation_of(image)
    profile, kind = image.info.get("icc_profile"), getattr(image, "format", None)
    remarks: tuple[str, ...] = ()
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image, remark = _from_deep_grey(image, longest)
        remarks = () if remark is None else (remark,)
    image = shrunk(image, longest)
    colours, alpha = _parted(image)
    if alpha is not None and is_invisible(alpha):
        if kind not in _EMPTY_ALPHA_IS_NONE:
            raise ImageError(f"nothing of {name} is visible: every pixel is transparent")
        alpha = None
    picture = as_srgb(colours, profile)
    if alpha is not None:
        picture = on_ground(picture, alpha)
    return np.ascontiguousarray(np.asarray(upright(picture, orientation), np.uint8)), remarks


def _from_deep_grey(image: Image.Image, longest: int) -> tuple[Image.Image, str | None]:
    from PIL import Image

    samples = np.asarray(image)
    if image.format == "PPM":
        # Pillow stretches them to 16 bits, whatever the file says, and keeps them in 32.
        samples = samples.astype(np.uint16)
    values, remark = eight_bits(shrunk_samples(samples, longest))
    return Image.fromarray(values), remark


def _parted(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colours, and alpha where there is any."""
    if not has_alpha(image):
        return image, None
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A")
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    return layer.convert("RGB"), layer.getchannel("A")
