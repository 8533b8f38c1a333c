"""Any picture a user may hand over -> one RGB array, or an `ImageError` that says what is wrong.

Pillow decodes: it reads the size before the pixels (so that a decompression bomb is refused, not
swallowed), decodes large JPEGs at a fraction of their size, and notices truncated files, where
OpenCV silently returns a half-grey picture.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from melodymuse.errors import ImageError
from melodymuse.example_pictures import is_example, picture_file

if TYPE_CHECKING:
    from PIL import Image

Pixels = npt.NDArray[np.uint8]
ImageSource = str | os.PathLike[str] | bytes | npt.NDArray[Any] | Any

# In the order they are tried; Pillow loads its plugins for the last two only when it gets there.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF")
# More than any camera of today: 160 megapixels decode to 0.5 GB; a bomb of 20000 x 20000 to 1.2 GB.
MAX_PIXELS = 160_000_000
MAX_BYTES = 512 * 2**20
# A larger picture is made smaller before its colours are converted: nothing that is measured needs
# more, and a palette of 12600 x 12600 would take 2.3 GB on the way.
LONGEST_SIDE = 4096
_MODES_THAT_MIX = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
# A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where its long side stays above this.
DRAFT_LONG_SIDE = 1024
_WHITE = (255, 255, 255, 255)
_MODES_WITH_ALPHA = ("RGBA", "RGBa", "LA", "La", "PA")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


def load_image(source: ImageSource) -> Pixels:
    """The picture as RGB, upright, on a white ground where it was transparent.

    Large JPEG files come at a fraction of their size (long side at least 1024 px); everything
    else comes at its own size.  Of an animation or a multi-page file, the first picture counts.

    Args:
        source: a path, or an example's name such as "@rocket"; the bytes of a file; a NumPy array
            (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of bool, uint8, uint16 or floats 0..1; or a
            PIL image.

    Returns:
        uint8 array (H, W, 3), RGB, 0..255.

    Raises:
        ImageError: nothing there, not a picture, damaged, too large, or an unknown kind of array.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(bytes(source), "the image bytes")
    if isinstance(source, str | os.PathLike):
        return _decode(read_picture(source), f"'{source}'")
    if all(hasattr(source, name) for name in ("mode", "size", "convert", "getexif")):
        return _from_pil(source, "the PIL image")
    raise ImageError(
        f"cannot take a picture from {type(source).__name__}: "
        "give a path, bytes, a NumPy array or a PIL image"
    )


def name_of(source: ImageSource) -> str:
    """What to call a picture: its path as given, or its kind where it has none."""
    if isinstance(source, str | os.PathLike):
        return picture_file(source).name if is_example(source) else os.fspath(source)
    return "array" if isinstance(source, np.ndarray) else "image"


def read_picture(source: str | os.PathLike[str]) -> bytes:
    """The bytes of a picture's file, unless it is too large.

    Raises:
        ImageError: there is none, it is a folder, or it cannot be read.
    """
    path = picture_file(source)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ImageError(f"'{path}' is a folder, not a picture")
        if size > MAX_BYTES:
            raise ImageError(f"'{path}' is too large: {size / 2**20:.0f} MiB of at most 512")
        return path.read_bytes()
    except FileNotFoundError:
        raise ImageError(f"no such picture: '{path}'") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ImageError(f"cannot read '{path}': {reason}") from None


def _decode(data: bytes, name: str) -> Pixels:
    if not data:
        raise ImageError(f"{name} is empty (0 bytes)")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise ImageError(f"{name} is a HEIC picture, which cannot be read: save it as JPEG or PNG")
    from PIL import Image

    with _plain_errors(name), warnings.catch_warnings():
        # Pillow warns at half of the size that it refuses; MAX_PIXELS decides here.
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image.size, name)
            _draft(image)
            return _from_pil(image, name)


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(
            f"{name} is not a picture that can be read: use JPEG, PNG, WebP, GIF, TIFF or BMP"
        ) from None
    except Image.DecompressionBombError:
        raise ImageError(
            f"{name} is too large: above {MAX_PIXELS // 10**6} megapixels; make it smaller first"
        ) from None
    # Damaged data makes the decoders raise nearly anything (OSError, SyntaxError, zlib.error ...).
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImageError(f"{name} is damaged or cut short: {reason}") from None


def _draft(image: Image.Image) -> None:
    scale = DRAFT_LONG_SIDE / max(image.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image.draft(None, (width, height))


def _from_pil(image: Any, name: str) -> Pixels:
    from PIL import ImageOps

    _check_size(image.size, name)
    with _plain_errors(name):
        image.load()
        image = ImageOps.exif_transpose(_shrunk(image))
        if image.mode in ("I", "F") or image.mode.startswith("I;16"):
            return _from_deep_grey(np.asarray(image))
        if image.mode in _MODES_WITH_ALPHA or "transparency" in image.info:
            image = _on_white(image)
        return np.ascontiguousarray(np.asarray(image.convert("RGB"), np.uint8))


def _shrunk(image: Any) -> Any:
    """A huge picture made smaller as it is stored, before anything multiplies its bytes."""
    from PIL import Image

    scale = LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = tuple(max(1, round(side * scale)) for side in image.size)
    # Numbers that stand for colours, or are too deep to mix, are picked instead.
    mixed = image.mode in _MODES_THAT_MIX and "transparency" not in image.info
    smaller = image.resize(size, Image.Resampling.BOX if mixed else Image.Resampling.NEAREST)
    smaller.info = image.info
    return smaller


def _on_white(image: Any) -> Any:
    from PIL import Image

    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, _WHITE)
    ground.alpha_composite(layer)
    return ground


def _from_deep_grey(values: npt.NDArray[Any]) -> Pixels:
    """Grey of more than 8 bits: 16-bit where it fits, else stretched from its own range."""
    grey = np.nan_to_num(values.astype(np.float64))
    low, high = float(grey.min()), float(grey.max())
    if low < 0 or high > 65535:
        grey = (grey - low) / max(high - low, 1e-12)
    elif values.dtype == np.uint16 or high > 255:
        grey /= 65535
    elif high > 1:
        grey /= 255
    return _as_rgb(np.rint(grey * 255).astype(np.uint8))


def _from_array(array: npt.NDArray[Any]) -> Pixels:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(
            f"an image array must be (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), not {array.shape}"
        )
    if 0 in array.shape:
        raise ImageError(f"the image array is empty: {array.shape}")
    _check_size((array.shape[1], array.shape[0]), "the image array")
    if array.dtype == np.uint8:
        values = array
    elif array.dtype == np.bool_:
        values = array.astype(np.uint8) * np.uint8(255)
    elif array.dtype == np.uint16:
        values = np.rint(array / 257).astype(np.uint8)
    elif np.issubdtype(array.dtype, np.floating):
        low, high = float(array.min()), float(array.max())
        if not (low >= -1e-6 and high <= 1 + 1e-6):
            raise ImageError(f"a float image must lie between 0 and 1, not {low:g} to {high:g}")
        values = np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8)
    elif np.issubdtype(array.dtype, np.integer) and array.min() >= 0 and array.max() <= 255:
        values = array.astype(np.uint8)
    else:
        raise ImageError(f"cannot take a picture from {array.dtype} values: use uint8, 0..255")
    if values.ndim == 3 and values.shape[2] == 4:
        alpha = values[..., 3:].astype(np.float32) / 255
        values = np.rint(values[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return _as_rgb(values)


def _as_rgb(values: Pixels) -> Pixels:
    if values.ndim == 2:
        values = values[..., None]
    return np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:2], 3)))


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name} has no pixels: {width} x {height}")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{name} is too large: {width} x {height} is more than "
            f"{MAX_PIXELS // 10**6} megapixels; make it smaller first"
        )
