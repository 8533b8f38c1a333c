"""Every kind of picture file and array a user may hand over."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.limits import PIXELS
from melodymuse.vision.loading import LONGEST_SIDE, load_image, name_of

CAT = skimage.data.chelsea()[:120, :160]


def saved(folder: Path, name: str, image: Image.Image, **options: object) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm"])
def test_a_lossless_file_comes_back_exactly(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path, f"cat.{suffix}", Image.fromarray(CAT))
    for source in (path, str(path), path.read_bytes(), Image.open(path), CAT):
        np.testing.assert_array_equal(load_image(source), CAT)


@pytest.mark.parametrize("suffix", ["jpg", "webp"])
def test_a_lossy_file_comes_back_nearly(tmp_path: Path, suffix: str) -> None:
    pixels = load_image(saved(tmp_path, f"cat.{suffix}", Image.fromarray(CAT), quality=95))
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - CAT).mean() < 3


def test_arrays_of_every_depth_give_the_same_picture() -> None:
    for array in (CAT.astype(np.uint16) * 257, CAT / 255, (CAT / 255).astype(np.float32)):
        np.testing.assert_array_equal(load_image(array), CAT)
    np.testing.assert_array_equal(load_image(CAT.astype(np.int64)), CAT)


def test_grey_becomes_three_equal_channels() -> None:
    grey = skimage.data.camera()[:50, :60]
    for array in (grey, grey[..., None]):
        pixels = load_image(array)
        assert pixels.shape == (50, 60, 3)
        np.testing.assert_array_equal(pixels, np.stack([grey] * 3, axis=-1))
    np.testing.assert_array_equal(load_image(grey > 128)[..., 0], np.where(grey > 128, 255, 0))


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    layer = np.zeros((4, 6, 4), np.uint8)
    layer[:, :3] = (200, 0, 0, 255)
    layer[:, 3:] = (0, 0, 0, 0)
    expected = np.full((4, 6, 3), 255, np.uint8)
    expected[:, :3] = (200, 0, 0)
    image = Image.fromarray(layer)
    palette = Image.fromarray(np.repeat([[0] * 3 + [1] * 3], 4, axis=0).astype(np.uint8), "P")
    palette.putpalette([200, 0, 0, 0, 0, 0])
    for source in (
        layer,
        saved(tmp_path, "rgba.png", image),
        saved(tmp_path, "palette.png", palette, transparency=1),
    ):
        np.testing.assert_array_equal(load_image(source), expected)


def test_sixteen_bit_grey_keeps_its_range(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    pixels = load_image(saved(tmp_path, "deep.png", Image.fromarray(ramp)))
    np.testing.assert_allclose(pixels[..., 0], ramp / 257, atol=1)


def test_cmyk_comes_as_rgb(tmp_path: Path) -> None:
    path = saved(tmp_path, "print.jpg", Image.fromarray(CAT).convert("CMYK"), quality=95)
    assert np.abs(load_image(path).astype(int) - CAT).mean() < 6


def test_an_animation_gives_its_first_picture(tmp_path: Path) -> None:
    red, blue = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    path = saved(tmp_path, "two.gif", red, save_all=True, append_images=[blue], duration=100)
    np.testing.assert_array_equal(load_image(path)[0, 0], (255, 0, 0))


def test_a_phone_photo_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    path = saved(tmp_path, "phone.png", Image.fromarray(CAT), exif=exif)
    np.testing.assert_array_equal(load_image(path), np.rot90(CAT, -1))


def test_one_pixel_is_a_picture(tmp_path: Path) -> None:
    path = saved(tmp_path, "dot.png", Image.new("RGB", (1, 1), (1, 2, 3)))
    np.testing.assert_array_equal(load_image(path), [[[1, 2, 3]]])


def test_a_large_jpeg_is_decoded_at_a_fraction_of_its_size(tmp_path: Path) -> None:
    path = saved(tmp_path, "large.jpg", Image.fromarray(CAT).resize((4000, 3000)))
    assert load_image(path).shape == (1500, 2000, 3)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [int(PIXELS.usual**0.5) + 10, 20_000, 200_000])
def test_a_decompression_bomb_is_refused_unread(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side, side))
    with pytest.raises(ImageError, match="too large"):
        load_image(path)


def jpeg_bytes() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(CAT).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"This is a letter, not a picture.", "not a picture"),
        (jpeg_bytes()[:2000], "cut short"),
        (jpeg_bytes()[:100], "damaged|not a picture"),
        (png_header(30, 30), "damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(ImageError, match=message) as caught:
            load_image(source)
        assert "\n" not in str(caught.value)
    with pytest.raises(ImageError, match=r"broken\.jpg"):
        load_image(path)


@pytest.mark.parametrize("damage", range(0, 3000, 250))
def test_damage_anywhere_never_escapes_as_another_error(damage: int) -> None:
    data = bytearray(jpeg_bytes())
    data[damage : damage + 60] = b"\xff" * 60
    try:
        assert load_image(bytes(data)).shape[2] == 3
    except ImageError as error:
        assert "\n" not in str(error)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such picture"):
        load_image(tmp_path / "nowhere.png")
    with pytest.raises(ImageError, match="folder"):
        load_image(tmp_path)
    with pytest.raises(ImageError, match="cannot read"):
        load_image("a\0b.png")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 4, 5)),
        np.zeros((0, 4, 3)),
        np.zeros(7),
        np.full((2, 2), 2.0),
        np.full((2, 2), np.nan),
        np.full((2, 2), -3),
        np.full((2, 2), 1j),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array: np.ndarray) -> None:
    with pytest.raises(ImageError):
        load_image(array)


def test_what_is_neither_is_refused() -> None:
    for source in (None, 3, [[1, 2], [3, 4]]):
        with pytest.raises(ImageError, match="cannot take a picture"):
            load_image(source)


def test_a_picture_has_a_name(tmp_path: Path) -> None:
    assert name_of(tmp_path / "a.png") == str(tmp_path / "a.png")
    assert (name_of("a.png"), name_of(CAT), name_of(b"")) == ("a.png", "array", "image")


def test_a_huge_picture_is_made_smaller_before_its_colours_are_converted() -> None:
    picture = Image.new("P", (LONGEST_SIDE * 2, 10), 3)
    picture.putpalette([0] * 9 + [200, 10, 10] + [0] * 756)
    file = io.BytesIO()
    picture.save(file, "PNG")
    pixels = load_image(file.getvalue())
    assert pixels.shape == (5, LONGEST_SIDE, 3)
    assert (pixels == (200, 10, 10)).all()
