"""Damage beside the pixels: the picture is there, whatever lies around it."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.vision.decoding.jpeg import missing_share
from melodymuse.vision.loading import load_image, read_picture
from tests.vision.decoding import profiles

CAT = skimage.data.chelsea()[:120, :160]


def chunk(kind: bytes, body: bytes, check: int | None = None) -> bytes:
    check = zlib.crc32(kind + body) if check is None else check
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png(*extra: bytes, at: int = 33) -> bytes:
    """The cat as a PNG file with chunks put in behind its head."""
    file = io.BytesIO()
    Image.fromarray(CAT).save(file, "PNG")
    data = file.getvalue()
    return data[:at] + b"".join(extra) + data[at:]


def jpeg(**options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(CAT).save(file, "JPEG", **{"quality": 90, **options})
    return file.getvalue()


LONG = zlib.compress(bytes(3 * 2**20))


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"eXIf", b"garbage that is no Exif at all"),
        chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + bytes(8)),
        chunk(b"tIME", bytes(7), check=0),
        chunk(b"tEXt", b"Comment\0" + b"x" * 100, check=1),
        chunk(b"zTXt", b"Comment\0\0" + LONG),
        chunk(b"zTXt", b"Comment\0\0not compressed"),
        chunk(b"iTXt", b"Comment\0\x01\0\0\0" + LONG),
        chunk(b"iTXt", b"Comment"),
        chunk(b"iCCP", b"big\0\0" + LONG),
        chunk(b"iCCP", b"cut\0\0" + LONG[:30]),
        chunk(b"iCCP", b"\0\0" + zlib.compress(b"no profile")),
        chunk(b"iCCP", b"bad\0\0" + LONG, check=2),
        chunk(b"tRNS", bytes(6), check=3),
        chunk(b"tRNS", b"1"),
        chunk(b"pHYs", b""),
        chunk(b"gAMA", b"1"),
        chunk(b"abCd", b"a chunk of nobody's"),
        chunk(b"acTL", b""),
    ],
    ids=lambda extra: f"{extra[4:8].decode()}-{len(extra)}",
)
def test_a_png_is_read_whatever_lies_beside_its_pixels(extra: bytes) -> None:
    np.testing.assert_array_equal(load_image(png(extra)), CAT)


def test_what_matters_beside_the_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    np.testing.assert_array_equal(
        load_image(png(chunk(b"eXIf", exif.tobytes()[6:]))), np.rot90(CAT, -1)
    )
    profile = profiles.colours_profile(profiles.PROPHOTO, 1.8)
    moved = load_image(png(chunk(b"iCCP", b"wide\0\0" + zlib.compress(profile))))
    assert np.abs(moved.astype(int) - CAT).mean() > 4
    key = struct.pack(">3H", *CAT[0, 0])
    assert (load_image(png(chunk(b"tRNS", key)))[0, 0] == 255).all()


def test_a_png_without_its_end_is_read_and_one_without_pixels_is_not() -> None:
    np.testing.assert_array_equal(load_image(png()[:-12]), CAT)
    with pytest.raises(ImageError, match="damaged or cut short"):
        load_image(png()[: len(png()) // 2])
    spoiled = bytearray(png())
    spoiled[len(spoiled) // 2] ^= 0xFF
    with pytest.raises(ImageError, match="damaged"):
        load_image(bytes(spoiled))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_without_its_end_marker_is_whole(options: dict[str, object]) -> None:
    data = jpeg(**options)
    picture = read_picture(data[:-2])
    np.testing.assert_array_equal(picture.pixels, load_image(data))
    assert picture.remarks == ()


def test_a_jpeg_that_lacks_a_little_is_shown_and_told() -> None:
    whole = load_image(jpeg())
    picture = read_picture(jpeg()[:-100])
    assert picture.pixels.shape == CAT.shape
    (remark,) = picture.remarks
    assert "missing" in remark
    assert np.abs(picture.pixels[:100].astype(int) - whole[:100]).max() == 0


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.8])
def test_a_jpeg_that_lacks_much_is_refused_with_its_share(kept: float) -> None:
    data = jpeg()
    cut = data[: 600 + round(kept * (len(data) - 600))]
    assert missing_share(cut) == pytest.approx(1 - kept, abs=0.15)
    with pytest.raises(ImageError, match=r"cut short: about \d+%"):
        load_image(cut)


@pytest.mark.parametrize("junk", [b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"x: y\r\n" * 50])
def test_junk_before_the_picture_is_passed_over(junk: bytes) -> None:
    np.testing.assert_array_equal(load_image(junk + jpeg()), load_image(jpeg()))
    np.testing.assert_array_equal(load_image(junk + png()), CAT)


def test_a_picture_deep_within_another_file_is_not_dug_out() -> None:
    for start in (b"<html>" + b" " * 2000, b"%PDF-1.7\n", b"8BPS"):
        with pytest.raises(ImageError, match=r"not a picture|Photoshop"):
            load_image(start + jpeg())


def exif_with(value: bytes, kind: int, count: int) -> bytes:
    """Exif of one entry, the orientation, of any type."""
    entry = struct.pack("<HHI", 0x0112, kind, count) + value.ljust(4, b"\0")
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)


@pytest.mark.parametrize(
    ("exif", "turns"),
    [
        (exif_with(b"\x06\0", 3, 1), -1),
        (exif_with(b"6\0", 2, 2), -1),
        (exif_with(b"\x06\0\0\0", 4, 1), -1),
        (exif_with(b"\x06", 1, 1), -1),
        (exif_with(b"\x08\0", 3, 1), 1),
        (exif_with(b"left", 2, 4), 0),
        (exif_with(b"\x2a\0", 3, 1), 0),
        (exif_with(b"\0\0\0\xff", 3, 2**31), 0),
        (b"Exif\0\0garbage", 0),
        (b"Exif\0\0II*\0\xff\xff\xff\xff", 0),
    ],
    ids=["short", "text", "long", "byte", "other way", "word", "42", "endless", "garbage", "far"],
)
def test_the_orientation_is_read_in_any_form(exif: bytes, turns: int) -> None:
    turned = load_image(jpeg(exif=exif))
    np.testing.assert_array_equal(turned, np.rot90(load_image(jpeg()), turns))


def test_all_eight_orientations_stand_upright() -> None:
    """A picture stored as each orientation asks comes back as it was."""
    stored = {
        1: CAT,
        2: CAT[:, ::-1],
        3: CAT[::-1, ::-1],
        4: CAT[::-1],
        5: CAT.transpose(1, 0, 2),
        6: np.rot90(CAT),
        7: np.rot90(CAT, 2).transpose(1, 0, 2),
        8: np.rot90(CAT, -1),
    }
    for orientation, pixels in stored.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", exif=exif)
        np.testing.assert_array_equal(load_image(file.getvalue()), CAT, err_msg=str(orientation))


@pytest.mark.parametrize("short", [4, 12, 14, 19])
def test_a_png_whose_end_is_missing_is_whole(short: int) -> None:
    """Cut within its last chunk, before it, and within the checksums of the pixels."""
    picture = read_picture(png()[:-short])
    np.testing.assert_array_equal(picture.pixels, CAT)
    assert picture.remarks == ()


def test_half_an_end_marker_is_as_good_as_none() -> None:
    np.testing.assert_array_equal(load_image(jpeg()[:-1]), load_image(jpeg()))
