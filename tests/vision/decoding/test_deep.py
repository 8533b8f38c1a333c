"""More than 8 bits a sample: TIFF and PNG of every layout give the same picture."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.vision.decoding.deep import eight_bits
from melodymuse.vision.loading import LONGEST_SIDE, load_image, read_picture

CAT = skimage.data.chelsea()[:60, :80]
GREY = CAT[..., 1]


def tiff(array: np.ndarray, **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def of_type(values: np.ndarray, dtype: type) -> np.ndarray:
    """Values 0..1 on the whole range of a type."""
    if np.issubdtype(dtype, np.floating):
        return values.astype(dtype)
    return np.rint(values.astype(np.float64) * np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.float32])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_every_layout_gives_the_same_picture(
    dtype: type, order: str, compression: str | None
) -> None:
    facts = {"byteorder": order, "compression": compression}
    values = of_type(CAT / 255, dtype)
    for planes, array in (("contig", values), ("separate", np.moveaxis(values, -1, 0))):
        data = tiff(array, photometric="rgb", planarconfig=planes, **facts)
        np.testing.assert_allclose(load_image(data), CAT, atol=1, err_msg=planes)
    for photometric, grey in (("minisblack", GREY / 255), ("miniswhite", 1 - GREY / 255)):
        data = tiff(of_type(grey, dtype), photometric=photometric, **facts)
        np.testing.assert_allclose(load_image(data)[..., 0], GREY, atol=1, err_msg=photometric)


@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_deep_pictures_may_be_transparent(planes: str) -> None:
    alpha = np.ones(GREY.shape)
    alpha[:, 40:] = 0
    layer = of_type(np.dstack([CAT / 255, alpha]), np.uint16)
    if planes == "separate":
        layer = np.moveaxis(layer, -1, 0)
    data = tiff(layer, photometric="rgb", planarconfig=planes, extrasamples=["unassalpha"])
    pixels = load_image(data)
    np.testing.assert_allclose(pixels[:, :40], CAT[:, :40], atol=1)
    assert (pixels[:, 40:] == 255).all()


def test_inks_of_sixteen_bits() -> None:
    inks = 255 - np.dstack([CAT, np.full(GREY.shape, 255, np.uint8)])
    data = tiff(inks.astype(np.uint16) * 257, photometric="separated")
    np.testing.assert_allclose(load_image(data), CAT, atol=2)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits"])
@pytest.mark.parametrize("white", [0, 1], ids=["zero is white", "zero is black"])
def test_compressions_that_pillow_reads(compression: str, white: int) -> None:
    values = GREY.astype(np.uint16) * 257
    file = io.BytesIO()
    Image.fromarray(values if white else 65535 - values).save(
        file, "TIFF", compression=compression, tiffinfo={262: white}
    )
    np.testing.assert_allclose(load_image(file.getvalue())[..., 0], GREY, atol=1)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_fewer_bits_than_the_samples_have_are_told(bits: int) -> None:
    values = np.rint(GREY / GREY.max() * (2**bits - 1)).astype(np.uint16)
    png = io.BytesIO()
    Image.fromarray(values).save(png, "PNG")
    for source in (tiff(values), png.getvalue(), values):
        picture = read_picture(source)
        assert picture.remarks == (f"it uses {bits} of 16 bits",)
        np.testing.assert_allclose(picture.pixels[..., 0], GREY * (255 / GREY.max()), atol=1)


def test_colours_of_fewer_bits_in_png_and_tiff() -> None:
    values = CAT.astype(np.uint16) * 16
    alpha = np.full((*GREY.shape, 1), 65535, np.uint16)
    layer = np.concatenate([values, alpha], axis=2)
    sources = [
        tiff(values, photometric="rgb"),
        tiff(layer, photometric="rgb", extrasamples=["unassalpha"]),
        # Compressed by LZW, which tifffile alone does not read.
        cv2.imencode(".tif", values[..., ::-1])[1].tobytes(),
    ]
    for layer in (values[..., ::-1], np.concatenate([values[..., ::-1], alpha], axis=2)):
        sources.append(cv2.imencode(".png", layer)[1].tobytes())
    for source in sources:
        picture = read_picture(source)
        np.testing.assert_allclose(picture.pixels, CAT, atol=1)
        assert picture.remarks == ("it uses 12 of 16 bits",)


def test_full_depth_is_not_touched() -> None:
    for values in (CAT.astype(np.uint16) * 257, GREY.astype(np.uint16) * 257):
        data = cv2.imencode(".png", values[..., ::-1] if values.ndim == 3 else values)[1].tobytes()
        assert read_picture(data).remarks == ()
    assert read_picture(np.zeros((4, 4), np.uint16)).remarks == ()


@given(st.sampled_from([8, 10, 12, 14, 16]), st.integers(0, 2**16 - 1))
def test_eight_bits_keeps_order_and_ends(bits: int, middle: int) -> None:
    top = 2**bits - 1
    values = np.array([[0, middle % (top + 1), top]], np.uint16)
    low, between, high = eight_bits(values)[0][0]
    assert (low, high) == (0, 255)
    assert abs(between - int(values[0, 1]) * 255 / top) <= 0.5 + 1e-3


def test_floats_beyond_one_are_taken_on_the_range_that_holds_them() -> None:
    ramp = np.linspace(0, 1, 5, dtype=np.float32)[None]
    for top in (1, 255, 65535):
        np.testing.assert_allclose(eight_bits(ramp * top)[0][0], ramp[0] * 255, atol=1)
    values, remark = eight_bits(ramp * 8 - 4)
    assert (values[0, 0], values[0, -1]) == (0, 255)
    assert remark is not None


def test_what_is_no_number_spoils_no_picture() -> None:
    values = of_type(CAT / 255, np.float32)
    values[0, 0], values[0, 1], values[0, 2] = np.inf, np.nan, -np.inf
    picture = read_picture(tiff(values, photometric="rgb"))
    np.testing.assert_allclose(picture.pixels[1:], CAT[1:], atol=1)
    assert picture.remarks == ()


def test_signed_samples() -> None:
    for values in (np.int16(GREY) * 128, np.int32(GREY) * 2**23):
        np.testing.assert_allclose(load_image(tiff(values))[..., 0], GREY, atol=1)
    below = read_picture(tiff((np.int16(GREY) - 128).astype(np.int8)))
    stretched = (GREY.astype(int) - GREY.min()) * 255 / np.ptp(GREY)
    np.testing.assert_allclose(below.pixels[..., 0], stretched, atol=1)
    assert "stretched" in below.remarks[0]


def test_grey_of_any_depth_in_netpbm_is_not_remarked() -> None:
    for top in (4095, 65535):
        values = (GREY.astype(int) * top // 255).astype(">u2")
        picture = read_picture(b"P5 80 60 %d\n" % top + values.tobytes())
        np.testing.assert_allclose(picture.pixels[..., 0], GREY, atol=1)
        assert picture.remarks == ()


def test_a_huge_deep_picture_is_made_smaller() -> None:
    values = np.tile(np.linspace(0, 65535, 2 * LONGEST_SIDE).astype(np.uint16), (4, 1))
    pixels = load_image(tiff(values))
    assert pixels.shape == (2, LONGEST_SIDE, 3)
    assert pixels[0, -1, 0] == 255


def test_a_raw_picture_is_not_taken_for_its_thumbnail() -> None:
    dng = tiff(CAT, photometric="rgb", extratags=[(50706, 1, 4, b"\x01\x04\x00\x00", True)])
    with pytest.raises(ImageError, match="raw picture"):
        load_image(dng)


def test_turned_deep_pictures_stand_upright() -> None:
    data = tiff(CAT.astype(np.uint16) * 257, photometric="rgb", extratags=[(274, 3, 1, 6, True)])
    np.testing.assert_array_equal(load_image(data), np.rot90(CAT, -1))
