"""How much a picture may cost: bytes of the file, pixels, and bytes of memory to decode it.

A few hundred bytes of a file can ask for gigabytes.  What a decoder will ask for is told from the
size and the kind that the file's header names, before anything is decoded.
"""

from __future__ import annotations

from melodymuse.errors import ImageError
from melodymuse.limits import DECODING_BYTES, PIXELS

# Bytes a pixel by Pillow's mode; three channels lie in four bytes.
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
_OTHER_MODES = 4
# What decoders hold beside that, bytes a pixel, measured as the growth of a process: canvases of an
# animation (WebP's decoder has them for stills as well), planes of the codec, wavelets of 32 bits.
_BESIDE = {"WEBP": 16, "GIF": 12, "APNG": 14, "AVIF": 10, "HEIF": 10, "JPEG2000": 16, "TIFF": 4}
# A progressive JPEG keeps the coefficients of the whole picture, at whatever size it is decoded.
PROGRESSIVE_JPEG = 9


def check_size(size: tuple[int, int], name: str) -> None:
    """See that a picture has pixels, and no more than `limits.PIXELS` allows.

    Raises:
        ImageError: it has none, or too many.
    """
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name} has no pixels: {width} x {height}")
    most = PIXELS.most
    if width * height > most:
        raise ImageError(
            f"{name} is too large: {width} x {height} is more than "
            f"{most / 10**6:g} megapixels; make it smaller first"
        )


def decoding_bytes(size: tuple[int, int], kind: str, mode: str) -> int:
    """The memory that Pillow's decoder takes for a picture of a kind of file and mode, in bytes.

    The kind is Pillow's name of the format, and "APNG" for a PNG file that is an animation.
    """
    each = _MODE_BYTES.get(mode, _OTHER_MODES) + _BESIDE.get(kind, 0)
    return size[0] * size[1] * each


def check_memory(wanted: int, size: tuple[int, int], name: str) -> None:
    """See that decoding takes at most `limits.DECODING_BYTES`.

    Raises:
        ImageError: it would take more.
    """
    most = DECODING_BYTES.most
    if wanted > most:
        raise ImageError(
            f"{name} is too large: to decode {size[0]} x {size[1]} pixels of its kind takes "
            f"{wanted / 2**20:.0f} MiB of at most {most // 2**20}; make it smaller"
        )
