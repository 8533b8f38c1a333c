"""Kinds of files: which are read, and what is said of those that are not."""

from __future__ import annotations

import base64
import io
import struct
import sys

import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.vision.loading import load_image

CAT = skimage.data.chelsea()[:120, :160]

# Four fields, 64 x 48, drawn by hand and written once with pillow-heif 1.8.1 (libheif, x265).
FIELDS_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAMIAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFz"
    "wIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAA"
    "Av////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAMptZGF0AAAAvigBrwngIzUt/+tf"
    "//jc8h41mR07u/Uo/719u8i2/95dtffo703/xCjvzrm/3cWaqBJGp/+qrL1esWWQP80ECbH2vRDYZ4Xd91+W7Q/AYrUHydY6"
    "QNPog5RCXALuVm5C4B1aMZu/BNvWNihG5Sqzuub9Re0scLzBXgenU0siBDcXnCYS+DLIIs2QkebHfChqYaTniIotRyDyMbYH"
    "V6Te7eOe153g7n3KysxfkkLITnP618SikQl1shw0NdwSrIA="
)
FIELDS = np.repeat(
    np.repeat([[(200, 40, 40), (40, 200, 40)], [(40, 40, 200), (220, 220, 60)]], 24, axis=0),
    32,
    axis=1,
)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("AVIF", {"quality": 90}, 3),
        ("JPEG2000", {"irreversible": False}, 0),
        ("JPEG2000", {"no_jp2": True, "irreversible": False}, 0),
        ("MPO", {"quality": 95}, 3),
    ],
)
def test_newer_kinds_are_read(kind: str, options: dict[str, object], error: float) -> None:
    pixels = load_image(saved(Image.fromarray(CAT), kind, **options))
    assert np.abs(pixels.astype(int) - CAT).mean() <= error


def test_jpeg_2000_of_sixteen_bits_keeps_its_range() -> None:
    ramp = np.tile(np.linspace(0, 65535, 64), (16, 1)).astype(np.uint16)
    data = saved(Image.fromarray(ramp), "JPEG2000", irreversible=False)
    np.testing.assert_allclose(load_image(data)[..., 0], ramp / 257, atol=1)


def test_heic_is_read_where_its_decoder_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pi_heif")
    pixels = load_image(FIELDS_HEIC)
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.astype(int) - FIELDS).mean() < 2
    with pytest.raises(ImageError, match="damaged HEIC"):
        load_image(FIELDS_HEIC[:300])
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(ImageError, match=r"pip install 'melodymuse\[heic\]'"):
        load_image(FIELDS_HEIC)


def bmp32(alpha: int, masks: bool) -> bytes:
    """The cat as a BMP of 32 bits, with or without masks that name an alpha channel."""
    height, width = CAT.shape[:2]
    layer = np.dstack([CAT[::-1, :, ::-1], np.full((height, width), alpha, np.uint8)])
    fields = (width, height, 1, 32, 3 if masks else 0, layer.nbytes, 2835, 2835, 0, 0)
    head = struct.pack("<IiiHHIIiiII", 108 if masks else 40, *fields)
    if masks:
        head += struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    start = 14 + len(head)
    return struct.pack("<2sIHHI", b"BM", start + layer.nbytes, 0, 0, start) + head + layer.tobytes()


@pytest.mark.parametrize("alpha", [0, 255])
@pytest.mark.parametrize("masks", [False, True])
def test_a_bitmap_with_an_empty_fourth_byte_is_opaque(alpha: int, masks: bool) -> None:
    np.testing.assert_array_equal(load_image(bmp32(alpha, masks)), CAT)


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"%PDF-1.7", "PDF"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"gimp xcf file", "GIMP"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg xmlns='x'>", "SVG"),
        (b"  <svg>", "SVG"),
        (b"v/1\x01", "OpenEXR"),
        (b"II*\0\x10\0\0\0CR\x02\0", "raw picture"),
        (b"\0\0\0\x18ftypcrx ", "raw picture"),
        (b"FUJIFILMCCD-RAW ", "raw picture"),
        (b"\0\0\0\x18ftypisom", "film"),
        (b"\x1a\x45\xdf\xa3", "film"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heic", "HEIC"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "not a picture that can be read: use JPEG"),
    ],
)
def test_other_kinds_are_named(start: bytes, name: str) -> None:
    with pytest.raises(ImageError, match=name) as caught:
        load_image(start + bytes(64))
    assert "\n" not in str(caught.value)
