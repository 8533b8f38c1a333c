"""What kind of file some bytes are, told from their beginning: what is decoded how, what is not.

Sources: "PNG specification" (W3C 2003) 5.2; ITU-T T.81 B.1.1.3; ISO 14496-12 4.3 (ftyp); ISO
18181-2 (JPEG XL); "WebP container specification" (developers.google.com/speed/webp); the magic
numbers of raw formats as in libmagic's `images` table.
"""

from __future__ import annotations

import struct
from types import MappingProxyType

from melodymuse.errors import ImageError

# Pillow's decoders, in the order they are tried; it loads most of them only when it gets there.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF", "AVIF", "JPEG2000")
# fmt: off
# How names of pictures end, small letters.
SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".png", ".gif", ".bmp", ".ppm", ".webp", ".tif", ".tiff", ".avif",
    ".jp2", ".j2k", ".heic", ".heif",
))
# fmt: on
READABLE = "JPEG, PNG, WebP, AVIF, GIF, TIFF, BMP or JPEG 2000"

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_STARTS_THAT_MAY_BE_BURIED = (_JPEG, _PNG)
# A line end, a byte order mark, the header of an upload: more junk than that is another format.
_MOST_JUNK = 1024

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})

_RAW = "a camera's raw picture: develop it and save it as JPEG or TIFF"
# Where it lies, what it is, and what to tell.
_FOREIGN = (
    (0, b"\xff\x0a", "a JPEG XL picture: save it as PNG or JPEG"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture: save it as PNG or JPEG"),
    (0, b"%PDF", "a PDF document, not a picture: save the page or the picture in it as PNG"),
    (0, b"%!PS", "a PostScript document, not a picture: save it as PNG"),
    (0, b"8BPS", "a Photoshop document: save it as PNG or TIFF"),
    (0, b"gimp xcf", "a GIMP document: export it as PNG"),
    (0, b"<svg", "an SVG drawing: save it as PNG"),
    (0, b"v/1\x01", "an OpenEXR picture: save it as PNG or TIFF"),
    (0, b"#?RADIANCE", "a Radiance HDR picture: save it as PNG or TIFF"),
    (0, b"FUJIFILMCCD-RAW", _RAW),
    (0, b"IIRO", _RAW),
    (0, b"MMOR", _RAW),
    (0, b"IIU\0", _RAW),
    (8, b"CR\x02", _RAW),
    (4, b"ftypcrx ", _RAW),
    (4, b"ftypisom", "a film, not a picture: save one frame as PNG"),
    (4, b"ftypmp4", "a film, not a picture: save one frame as PNG"),
    (4, b"ftypqt", "a film, not a picture: save one frame as PNG"),
    (0, b"\x1a\x45\xdf\xa3", "a film, not a picture: save one frame as PNG"),
)
FOREIGN = MappingProxyType({(place, magic): advice for place, magic, advice in _FOREIGN})


def unburied(data: bytes) -> bytes:
    """The file without junk before it, where a JPEG or a PNG lies behind at most a kilobyte."""
    if data.startswith(_STARTS_THAT_MAY_BE_BURIED) or _is_known(data):
        return data
    found = [data.find(start, 0, _MOST_JUNK + len(start)) for start in _STARTS_THAT_MAY_BE_BURIED]
    places = [place for place in found if place > 0]
    return data[min(places) :] if places else data


def check_kind(data: bytes, name: str) -> None:
    """See that no decoder is tried on a kind of file that is known and not read.

    Raises:
        ImageError: it is one; the message names the kind.
    """
    if is_drawing(data):
        raise ImageError(f"{name} is an SVG drawing: save it as PNG")
    for (place, magic), advice in FOREIGN.items():
        if data.startswith(magic, place):
            raise ImageError(f"{name} is {advice}")


def is_drawing(data: bytes) -> bool:
    """Whether it is an SVG drawing, with or without an XML head."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<svg") or (head.startswith(b"<?xml") and b"<svg" in head)


def is_heic(data: bytes) -> bool:
    """Whether it is a HEIF container that holds something else than AVIF."""
    brands = _brands(data)
    return bool(brands & _HEIC_BRANDS) and not brands & _AVIF_BRANDS


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP file's canvas; None where it is no WebP file.

    The decoder makes its canvases when the file is opened: this is asked before.
    """
    if not (data.startswith(b"RIFF") and data[8:12] == b"WEBP" and len(data) >= 30):
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _brands(data: bytes) -> frozenset[bytes]:
    if data[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(data[:4], "big"), 256, len(data))
    return frozenset([data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))])


def _is_known(data: bytes) -> bool:
    starts = (b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\xff\x4f\xff\x51")
    return (
        data.startswith((*starts, b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7"))
        or data[4:8] in (b"ftyp", b"jP  ")
        or any(data.startswith(magic, place) for place, magic in FOREIGN)
    )
