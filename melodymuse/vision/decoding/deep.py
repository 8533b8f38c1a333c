"""Pictures of more than 8 bits a sample: whatever their range, as 8 bits.

Cameras, microscopes and X-ray machines leave 10 to 14 bits in samples of 16, which look black.
Pillow reads some of these TIFF files wrongly without a word (planes apart from each other as a
magnified cut, white that is zero as a negative); tifffile reads them as they are.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from melodymuse.errors import ImageError
from melodymuse.limits import DECODING_BYTES
from melodymuse.vision.decoding.limits import check_memory, check_size

if TYPE_CHECKING:
    from PIL import Image

Samples = npt.NDArray[Any]

# What samples of an integer type may really hold: the smallest of these that fits all of them.
_DEPTHS = (8, 10, 12, 14, 16, 24, 32)
_BITS = 8
# TIFF tags, and the value of NewSubfileType that means a smaller copy (TIFF 6.0, section 8).
_ORIENTATION, _PROFILE, _PHOTOMETRIC, _RAW_VERSION = 274, 34675, 262, 50706
_SMALLER_COPY, _TOGETHER = 1, 1
# Of Pillow's upper eight bits: what stays below this uses no more than 14 bits of 16.
_DARK = 64
# While a coloured PNG is decoded a second time.
_PIXEL_BYTES = 12
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Of Pillow's modes, by the samples of a pixel: grey, with alpha, colours, with alpha.
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def eight_bits(samples: Samples) -> tuple[npt.NDArray[np.uint8], str | None]:
    """Samples of any depth on 0..255, and a remark where their range was not that of their type.

    Integers are taken on the range of the fewest bits that hold them; floats are taken on 0..1,
    0..255 or 0..65535, whichever holds them, and otherwise between their extremes.
    """
    values = samples if samples.dtype.kind in "biu" else _finite(samples.astype(np.float32))
    low, high = float(values.min()), float(values.max())
    if low < 0 or (values.dtype.kind == "f" and high > 65535):
        scale, remark = 255 / max(high - low, 1e-12), "its values were stretched to its own range"
    elif values.dtype.kind == "f":
        low, scale, remark = 0.0, 255 / (1 if high <= 1 else 255 if high <= 255 else 65535), None
    else:
        of_type = values.dtype.itemsize * 8 - (values.dtype.kind == "i")
        used = min(next((depth for depth in _DEPTHS if high < 2**depth), of_type), of_type)
        low, scale = 0.0, 255 / (2**used - 1)
        remark = None if used == of_type or high == 0 else f"it uses {used} of {of_type} bits"
    return np.rint((values.astype(np.float32) - low) * scale).astype(np.uint8), remark


def _finite(values: Samples) -> Samples:
    """Floats whose infinities are the extremes of the others, and 0 where there is no number."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return np.nan_to_num(values, nan=min(max(0.0, low), high), posinf=high, neginf=low)


def shrunk_samples(samples: Samples, longest: int) -> Samples:
    """Samples (H, W[, C]) at `longest` pixels at most, averaged where their type allows."""
    height, width = samples.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return samples
    if samples.dtype in (np.uint16, np.float32):
        size = max(1, round(width * scale)), max(1, round(height * scale))
        return np.asarray(cv2.resize(samples, size, interpolation=cv2.INTER_AREA))
    step = int(np.ceil(1 / scale))
    return samples[::step, ::step]


def deep_tiff(data: bytes, name: str, longest: int) -> tuple[Image.Image, tuple[str, ...]] | None:
    """A TIFF file of more than 8 bits, or signed ones, as an 8-bit picture of Pillow, and remarks.

    None where it is no such file, or one that only Pillow reads.

    Raises:
        ImageError: too large, or only a small copy of a camera's raw picture.
    """
    if not data.startswith(_TIFF_STARTS):
        return None
    import tifffile

    with _quiet_tifffile(), tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        if _RAW_VERSION in page.tags or (
            page.subfiletype & _SMALLER_COPY and "SubIFDs" in page.tags
        ):
            raise ImageError(
                f"{name} is a camera's raw picture: develop it and save it as JPEG or TIFF"
            )
        size = page.imagewidth, page.imagelength
        check_size(size, name)
        if page.dtype is None or (page.bitspersample <= _BITS and page.dtype.kind != "i"):
            return None
        check_memory(page.nbytes, size, name)
        samples = _samples(page, data)
        return None if samples is None else _as_image(samples, page, longest)


def _samples(page: Any, data: bytes) -> Samples | None:
    """The samples of a page, (H, W) or (H, W, C); None where neither library reads them rightly."""
    try:
        samples = page.asarray(maxworkers=1)
    except ValueError:
        # A compression that tifffile leaves to another package.  OpenCV reads it, but mixes up
        # planes that lie apart.
        if page.planarconfig != _TOGETHER:
            return None
        samples = _by_opencv(data)
        if samples is None or samples.shape[:2] != (page.imagelength, page.imagewidth):
            return None
        return samples[..., [2, 1, 0, 3][: samples.shape[2]]] if samples.ndim == 3 else samples
    if page.axes.startswith("S") and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    return samples if samples.ndim in (2, 3) else None


def _as_image(
    samples: Samples, page: Any, longest: int
) -> tuple[Image.Image, tuple[str, ...]] | None:
    from PIL import Image

    samples = shrunk_samples(samples, longest)
    if samples.ndim == 2:
        samples = samples[..., None]
    kind = page.photometric.name
    inks = {"MINISWHITE": 1, "MINISBLACK": 1, "RGB": 3, "SEPARATED": 4}.get(kind)
    if inks is None or samples.shape[2] < inks:
        return None
    values, remark = eight_bits(samples[..., :inks])
    if kind == "MINISWHITE":
        values = 255 - values
    # 1 is alpha that is multiplied already, 2 is alpha; others say nothing of what is seen.
    has_alpha = kind != "SEPARATED" and bool(page.extrasamples) and page.extrasamples[0] in (1, 2)
    has_alpha = has_alpha and samples.shape[2] > inks
    if has_alpha:
        values = np.dstack([values, _alpha(samples[..., inks])])
    values = np.ascontiguousarray(values)
    mode = "CMYK" if kind == "SEPARATED" else _MODES[inks + has_alpha]
    if mode == "RGBA" and page.extrasamples[0] == 1:
        mode = "RGBa"
    shape = values.shape[1], values.shape[0]
    image = Image.frombuffer(mode, shape, values.tobytes(), "raw", mode, 0, 1)
    if mode == "RGBa":
        image = image.convert("RGBA")
    tags = page.tags
    if _PROFILE in tags:
        image.info["icc_profile"] = bytes(tags[_PROFILE].value)
    if _ORIENTATION in tags:
        image.getexif()[_ORIENTATION] = tags[_ORIENTATION].value
    return image, _remarks(remark)


def _by_opencv(data: bytes) -> Samples | None:
    """What OpenCV decodes, without what it would write on the terminal of small faults."""
    log = cv2.utils.logging
    level = log.setLogLevel(log.LOG_LEVEL_SILENT)
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    finally:
        log.setLogLevel(level)


def _alpha(samples: Samples) -> npt.NDArray[np.uint8]:
    """Alpha on the whole range of its type, unlike colours."""
    whole = np.iinfo(samples.dtype).max if samples.dtype.kind in "iu" else 1.0
    return np.rint(np.clip(samples / whole, 0, 1) * 255).astype(np.uint8)


def deep_png(data: bytes, image: Image.Image) -> tuple[Image.Image, tuple[str, ...]] | None:
    """A coloured PNG file of 16 bits that uses fewer, made as bright as it is meant.

    None where the picture, as Pillow decoded it from the upper eight bits, is bright enough.
    """
    from PIL import Image

    if image.mode not in ("RGB", "RGBA"):
        return None
    brightest = np.array(image.getextrema())[:3, 1].max()
    if brightest >= _DARK or image.width * image.height * _PIXEL_BYTES > DECODING_BYTES.most:
        return None
    colour = _by_opencv(data)
    if colour is None or colour.dtype != np.uint16 or colour.ndim != 3:
        return None
    values, remark = eight_bits(colour[..., :3])
    bright = Image.fromarray(np.ascontiguousarray(values[..., ::-1]))
    if image.mode == "RGBA":
        bright.putalpha(image.getchannel("A"))
    bright.info = image.info
    return bright, _remarks(remark)


def white_is_white(image: Image.Image) -> Image.Image:
    """A grey TIFF file of 16 bits that only Pillow reads, turned where its zero is white."""
    from PIL import Image

    tags = getattr(image, "tag_v2", {})
    if not image.mode.startswith("I;16") or tags.get(_PHOTOMETRIC) != 0:
        return image
    turned = Image.fromarray(65535 - np.asarray(image).astype(np.uint16))
    turned.info = image.info
    return turned


def _remarks(remark: str | None) -> tuple[str, ...]:
    return () if remark is None else (remark,)


@contextmanager
def _quiet_tifffile() -> Iterator[None]:
    """Without what tifffile logs of small faults: nobody asked, and it would reach the terminal."""
    logger = logging.getLogger("tifffile")
    hush = logging.Filter("nobody")
    logger.addFilter(hush)
    try:
        yield
    finally:
        logger.removeFilter(hush)
