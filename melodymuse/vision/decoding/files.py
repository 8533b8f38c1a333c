"""The bytes of a picture file -> a picture of Pillow, decoded, and what is to be said of it.

Pillow decodes: it reads the size before the pixels (so that a decompression bomb is refused, not
swallowed), decodes large JPEGs at a fraction of their size, and notices truncated files, where
OpenCV silently returns a half-grey picture.  What it refuses or reads wrongly is mended around it.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from melodymuse.errors import ImageError
from melodymuse.limits import PIXELS
from melodymuse.vision.decoding import deep, jpeg, kinds, png
from melodymuse.vision.decoding.frames import ANIMATED, representative
from melodymuse.vision.decoding.heic import open_heic
from melodymuse.vision.decoding.limits import (
    PROGRESSIVE_JPEG,
    check_memory,
    check_size,
    decoding_bytes,
)

if TYPE_CHECKING:
    from PIL import Image

# A larger picture is made smaller before its colours are converted: nothing that is measured needs
# more.
LONGEST_SIDE = 4096
# A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where its long side stays above this.
DRAFT_LONG_SIDE = 1024
# A JPEG that lacks no more of its rows than this is shown all the same.
MOST_MISSING = 0.05

# What Pillow says of a JPEG that ends too soon; the second, where it ends within a marker.
_CUT_SHORT = ("truncated", "broken data stream")

Decoded = tuple["Image.Image", tuple[str, ...]]


def decode(data: bytes, name: str) -> Decoded:
    """The picture that a file holds, and remarks on it.

    Args:
        data: the whole file.
        name: what to call it in messages.

    Raises:
        ImageError: empty, not a picture, of a kind that is not read, damaged, or too large.
    """
    if not data:
        raise ImageError(f"{name} is empty (0 bytes)")
    data = kinds.unburied(data)
    kinds.check_kind(data, name)
    if kinds.is_heic(data):
        return open_heic(data, name), ()
    with plain_errors(name):
        found = deep.deep_tiff(data, name, LONGEST_SIDE)
        return found if found is not None else _by_pillow(data, name)


@contextmanager
def plain_errors(name: str) -> Iterator[None]:
    """Turn whatever decoders raise into an `ImageError` of one line, and what they warn of into
    nothing: of damaged metadata, and at half of the size that `limits.PIXELS` refuses."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ImageError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise ImageError(
            f"{name} is not a picture that can be read: use {kinds.READABLE}"
        ) from None
    except Image.DecompressionBombError:
        raise ImageError(
            f"{name} is too large: above {PIXELS.most / 10**6:g} megapixels; make it smaller first"
        ) from None
    # Damaged data makes the decoders raise nearly anything (OSError, SyntaxError, zlib.error ...).
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImageError(f"{name} is damaged or cut short: {reason}") from None


def _by_pillow(data: bytes, name: str) -> Decoded:
    canvas = kinds.webp_size(data)
    if canvas is not None:
        check_size(canvas, name)
        check_memory(decoding_bytes(canvas, "WEBP", "RGBA"), canvas, name)
    head = png.size_and_bytes(data)
    if head is not None:
        check_size(head[0], name)
        check_memory(head[1], head[0], name)
        return _opened_png(data, name)
    try:
        return _opened(data, name)
    except OSError as error:
        if not data.startswith(jpeg.START) or not any(sign in str(error) for sign in _CUT_SHORT):
            raise
    # Half a marker would swallow the end that is added.
    data = data.rstrip(b"\xff")
    missing = jpeg.missing_share(data)
    if missing > MOST_MISSING:
        raise ImageError(f"{name} is cut short: about {missing:.0%} of the picture is missing")
    image, remarks = _opened(data + jpeg.END, name)
    if missing:
        remarks += (f"the file is cut short: the last {max(missing, 0.01):.0%} of it is missing",)
    return image, remarks


def _opened_png(data: bytes, name: str) -> Decoded:
    try:
        return _opened(png.cleaned(data, png.ANIMATION | png.LOOK), name)
    except (ImageError, MemoryError):
        raise
    except Exception:
        # The animation may be what is damaged, or the end: the picture itself may be whole.
        still = png.cleaned(data, png.LOOK)
        return _opened(png.whole(still) or still, name)


def _opened(data: bytes, name: str) -> Decoded:
    from PIL import Image

    image = Image.open(io.BytesIO(data), formats=kinds.FORMATS)
    check_size(image.size, name)
    _draft(image, name)
    kind = image.format or ""
    moves = kind in ANIMATED and getattr(image, "is_animated", False)
    kind = "APNG" if moves and kind == "PNG" else kind
    check_memory(decoding_bytes(image.size, kind, image.mode), image.size, name)
    remarks: tuple[str, ...] = ()
    if moves:
        number, looked_at = representative(image)
        image.seek(number)
        if number:
            remarks = (f"an animation: picture {number + 1} of {looked_at} stands for it",)
    image.load()
    if png.is_deep(data):
        brightened = deep.deep_png(data, image)
        if brightened is not None:
            return brightened
    return deep.white_is_white(image), remarks


def _draft(image: Image.Image, name: str) -> None:
    """Let a large JPEG be decoded at a fraction of its size."""
    if image.info.get("progressive"):
        whole = image.width * image.height * PROGRESSIVE_JPEG
        check_memory(whole, image.size, name)
    scale = DRAFT_LONG_SIDE / max(image.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image.draft(None, (width, height))
