"""What lies behind transparency, and pictures of which nothing is visible."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skimage.data
from PIL import Image

from melodymuse.errors import ImageError
from melodymuse.vision.loading import load_image

CAT = skimage.data.chelsea()[:60, :80]


def written(colour: tuple[int, int, int]) -> np.ndarray:
    """A sign in one colour on nothing: its edges half transparent."""
    layer = np.zeros((40, 60, 4), np.uint8)
    layer[..., :3] = colour
    layer[10:30, 10:50, 3] = 128
    layer[12:28, 12:48, 3] = 255
    return layer


def sources(layer: np.ndarray) -> list[object]:
    image, found = Image.fromarray(layer), [layer]
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {})):
        file = io.BytesIO()
        image.save(file, kind, **options)
        found.append(file.getvalue())
    return found


@pytest.mark.parametrize(
    ("colour", "ground"),
    [((255, 255, 255), 0), ((255, 255, 230), 0), ((0, 0, 0), 255), ((200, 30, 30), 255)],
)
def test_a_sign_stands_out_from_its_ground(colour: tuple[int, int, int], ground: int) -> None:
    for source in sources(written(colour)):
        pixels = load_image(source)
        assert (pixels[0, 0] == ground).all()
        np.testing.assert_array_equal(pixels[20, 30], colour)
        half = (np.array(colour) + ground) / 2
        np.testing.assert_allclose(pixels[10, 10], half, atol=2)


def test_a_photo_with_bright_and_dark_parts_lies_on_white() -> None:
    layer = np.dstack([CAT, np.full(CAT.shape[:2], 255, np.uint8)])
    layer[:5, :5, 3] = 0
    assert (load_image(layer)[:5, :5] == 255).all()


def test_an_opaque_white_picture_stays_white() -> None:
    assert (load_image(np.full((9, 9, 4), 255, np.uint8)) == 255).all()


def test_grey_with_alpha_and_a_transparent_colour() -> None:
    layer = np.zeros((8, 8, 2), np.uint8)
    layer[2:6, 2:6] = 255
    file = io.BytesIO()
    Image.frombytes("LA", (8, 8), layer.tobytes()).save(file, "PNG")
    pixels = load_image(file.getvalue())
    assert (pixels[0, 0] == 0).all()
    assert (pixels[3, 3] == 255).all()


def test_a_picture_of_which_nothing_is_visible_is_refused() -> None:
    layer = np.dstack([CAT, np.zeros(CAT.shape[:2], np.uint8)])
    for source in sources(layer):
        with pytest.raises(ImageError, match="every pixel is transparent"):
            load_image(source)


@pytest.mark.parametrize("mode", ["P", "PA", "L", "RGB"])
def test_a_huge_picture_keeps_its_transparency_while_it_is_made_smaller(mode: str) -> None:
    if mode in ("P", "PA"):
        image = Image.new("P", (8200, 16), 1)
        image.putpalette([0, 200, 0, 200, 0, 0] + [0] * 762)
        image.paste(0, (0, 0, 4100, 16))
        image.info["transparency"] = 0
        if mode == "PA":
            image = image.convert("PA")
        shown = (200, 0, 0)
    else:
        shown = (60, 60, 60)
        image = Image.new(mode, (8200, 16), 60 if mode == "L" else shown)
        image.paste(9 if mode == "L" else (9, 9, 9), (0, 0, 4100, 16))
        image.info["transparency"] = 9 if mode == "L" else (9, 9, 9)
    pixels = load_image(image)
    assert pixels.shape[1] == 2734
    assert (pixels[:, :1300] == 255).all()
    assert (pixels[:, 1400:] == shown).all()
