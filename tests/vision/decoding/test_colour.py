"""Colours by the profile that a picture brings."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageCms

from melodymuse.vision.loading import load_image
from tests.vision.decoding import profiles

CAT = skimage.data.chelsea()[:60, :80]


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("matrix", "gamma"),
    [(profiles.DISPLAY_P3, 2.2), (profiles.PROPHOTO, 1.8)],
    ids=["P3", "ProPhoto"],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_colours_of_another_space_are_those_of_srgb(
    matrix: np.ndarray, gamma: float, kind: str
) -> None:
    profile = profiles.colours_profile(matrix, gamma)
    expected = profiles.to_srgb((CAT / 255) ** gamma, matrix)
    pixels = load_image(saved(Image.fromarray(CAT), kind, icc_profile=profile))
    assert np.abs(pixels - expected).mean() < 0.7
    assert np.abs(pixels - expected).max() < 6
    # The profile matters: without it the same numbers are other colours.
    assert np.abs(CAT - expected).mean() > 4


def test_every_kind_of_file_brings_its_profile() -> None:
    profile = profiles.colours_profile(profiles.PROPHOTO, 1.8)
    expected = profiles.to_srgb((CAT / 255) ** 1.8, profiles.PROPHOTO)
    for kind, options in (("JPEG", {"quality": 97}), ("WEBP", {"lossless": True}), ("AVIF", {})):
        pixels = load_image(saved(Image.fromarray(CAT), kind, icc_profile=profile, **options))
        assert np.abs(pixels - expected).mean() < 4, kind


def test_a_transparent_picture_keeps_its_alpha_and_its_profile() -> None:
    profile = profiles.colours_profile(profiles.DISPLAY_P3, 2.2)
    layer = np.dstack([CAT, np.full(CAT.shape[:2], 255, np.uint8)])
    layer[:, 40:, 3] = 0
    pixels = load_image(saved(Image.fromarray(layer), "PNG", icc_profile=profile))
    expected = profiles.to_srgb((CAT / 255) ** 2.2, profiles.DISPLAY_P3)
    assert np.abs(pixels[:, :40] - expected[:, :40]).mean() < 0.7
    assert (pixels[:, 40:] == 255).all()


def test_a_palette_has_a_profile_too() -> None:
    palette = Image.fromarray(CAT).convert("P")
    plain = np.asarray(palette.convert("RGB"))
    profile = profiles.colours_profile(profiles.PROPHOTO, 1.8)
    pixels = load_image(saved(palette, "PNG", icc_profile=profile))
    expected = profiles.to_srgb((plain / 255) ** 1.8, profiles.PROPHOTO)
    assert np.abs(pixels - expected).mean() < 0.8


def test_grey_follows_its_gamma() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (8, 1))
    pixels = load_image(saved(Image.fromarray(ramp), "PNG", icc_profile=profiles.grey_profile(1.0)))
    linear = np.repeat(ramp[..., None] / 255, 3, axis=2)
    assert np.abs(pixels - profiles.to_srgb(linear, profiles.SRGB)).max() <= 1


def test_inks_follow_their_table() -> None:
    inks = np.zeros((8, 8, 4), np.uint8)
    inks[:, :4, 0] = 255  # Cyan, which this profile does not print.
    inks[:, 4:, 3] = 255
    image = Image.frombytes("CMYK", (8, 8), inks.tobytes())
    for kind in ("TIFF", "JPEG"):
        pixels = load_image(saved(image, kind, icc_profile=profiles.inks_profile()))
        assert pixels[:, :3].min() > 245, kind
        assert pixels[:, 5:].max() < 10, kind
    assert load_image(saved(image, "TIFF"))[0, 0, 0] < 10


def test_srgb_under_its_name_leaves_every_pixel_as_it_is() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    np.testing.assert_array_equal(
        load_image(saved(Image.fromarray(CAT), "PNG", icc_profile=profile)), CAT
    )


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        profiles.colours_profile(profiles.PROPHOTO, 1.8)[:200],
        profiles.grey_profile(1.0),
        profiles.inks_profile(),
    ],
    ids=["text", "cut", "grey", "inks"],
)
def test_a_profile_that_is_damaged_or_of_another_kind_is_passed_over(profile: bytes) -> None:
    np.testing.assert_array_equal(
        load_image(saved(Image.fromarray(CAT), "PNG", icc_profile=profile)), CAT
    )


def test_lab_comes_as_rgb() -> None:
    lab = ImageCms.profileToProfile(
        Image.fromarray(CAT),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    assert np.abs(load_image(saved(lab, "TIFF")).astype(int) - CAT).mean() < 3
