"""Each feature against scikit-image, OpenCV, a hand-made formula, or a picture drawn for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.color
import skimage.data
import skimage.feature
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from melodymuse.vision import features
from melodymuse.vision.features import UNITS, measure, shrink

PHOTOS = ["rocket", "coffee", "chelsea", "astronaut"]


def flat(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((40, 50, 3), (red, green, blue), np.uint8)


def photo(name: str) -> np.ndarray:
    return np.asarray(getattr(skimage.data, name)())


def discs(centres: list[tuple[int, int]], radius: int) -> np.ndarray:
    canvas = np.full((200, 256, 3), 60, np.uint8)
    for centre in centres:
        cv2.circle(canvas, centre, radius, (230, 230, 230), -1, cv2.LINE_AA)
    return canvas


def test_brightness_is_mean_luma() -> None:
    assert features.brightness(flat(0, 0, 0)) == 0
    assert features.brightness(flat(255, 255, 255)) == pytest.approx(1)
    assert features.brightness(flat(255, 0, 0)) == pytest.approx(0.299, abs=2e-3)
    for name in PHOTOS:
        luma = photo(name) @ (0.299, 0.587, 0.114) / 255
        assert features.brightness(photo(name)) == pytest.approx(luma.mean(), abs=2e-3)


def test_contrast_is_the_deviation_of_luma() -> None:
    halves = flat(0, 0, 0)
    halves[:, 25:] = 255
    assert features.contrast(halves) == pytest.approx(0.5)
    assert features.contrast(flat(9, 99, 199)) == pytest.approx(0, abs=1e-6)
    for name in PHOTOS:
        luma = photo(name) @ (0.299, 0.587, 0.114) / 255
        assert features.contrast(photo(name)) == pytest.approx(luma.std(), abs=2e-3)


@pytest.mark.parametrize("name", PHOTOS)
def test_colorfulness_follows_the_paper(name: str) -> None:
    red, green, blue = np.moveaxis(photo(name).astype(float), 2, 0)
    rg, yb = red - green, 0.5 * (red + green) - blue
    expected = np.sqrt(rg.var() + yb.var()) + 0.3 * np.sqrt(rg.mean() ** 2 + yb.mean() ** 2)
    assert features.colorfulness(photo(name)) == pytest.approx(expected, rel=1e-4)


def test_grey_has_no_colour() -> None:
    camera = np.repeat(photo("camera")[..., None], 3, axis=2)
    assert features.colorfulness(camera) == 0
    assert features.saturation(camera) == 0
    assert features.warmth(camera) == pytest.approx(-0.5, abs=1e-3)


@pytest.mark.parametrize("name", PHOTOS)
def test_saturation_is_that_of_skimage(name: str) -> None:
    expected = skimage.color.rgb2hsv(photo(name))[..., 1].mean()
    assert features.saturation(photo(name)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", PHOTOS)
def test_warmth_is_the_formula_over_skimages_lab(name: str) -> None:
    lab = skimage.color.rgb2lab(photo(name))
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.arctan2(lab[..., 2], lab[..., 1])
    expected = (-0.5 + 0.02 * chroma**1.07 * np.cos(hue - np.deg2rad(50))).mean()
    assert features.warmth(photo(name)) == pytest.approx(expected, abs=0.01)


def test_orange_is_warm_and_blue_is_cool() -> None:
    assert features.warmth(flat(255, 120, 0)) > 1 > -1 > features.warmth(flat(0, 80, 255))


def test_edges_of_a_drawn_square() -> None:
    canvas = np.zeros((100, 100, 3), np.uint8)
    canvas[30:70, 30:70] = 255
    # The outline of a 40 px square: 4 x 40 of 10,000 pixels, give or take its corners.
    assert features.edge_density(canvas) == pytest.approx(0.016, abs=0.002)
    assert features.edge_density(flat(90, 90, 90)) == 0


def test_edges_agree_with_skimage_on_which_photo_has_more() -> None:
    def by_skimage(name: str) -> float:
        grey = skimage.color.rgb2gray(photo(name))
        return float(skimage.feature.canny(grey, sigma=1.0).mean())

    ours = sorted(PHOTOS, key=lambda name: features.edge_density(photo(name)))
    assert ours[0] == sorted(PHOTOS, key=by_skimage)[0] == "rocket"


@pytest.mark.parametrize("radius", [6, 10, 16])
def test_blobs_are_the_drawn_discs(radius: int) -> None:
    centres = [(45, 50), (128, 50), (210, 50), (45, 150), (128, 150), (210, 150)]
    canvas = discs(centres, radius)
    grey = skimage.color.rgb2gray(canvas)
    by_skimage = skimage.feature.blob_log(grey, min_sigma=3, max_sigma=17, num_sigma=8)
    assert features.blobs(canvas) == len(by_skimage) == len(centres)
    assert features.blobs(255 - canvas) == len(centres)


def test_no_blobs_on_an_even_ground() -> None:
    assert features.blobs(flat(120, 130, 140)) == 0


def test_every_feature_has_a_unit() -> None:
    assert list(measure(photo("chelsea")).as_dict()) == list(UNITS)


def test_size_hardly_matters() -> None:
    coffee = photo("coffee")
    small, large = measure(coffee), measure(cv2.resize(coffee, (4000, 2667)))
    assert large.brightness == pytest.approx(small.brightness, abs=0.01)
    assert large.colorfulness == pytest.approx(small.colorfulness, rel=0.02)
    assert large.edge_density == pytest.approx(small.edge_density, abs=0.02)


def test_mirrored_pictures_measure_alike() -> None:
    for name in PHOTOS:
        plain, mirrored = measure(photo(name)), measure(photo(name)[:, ::-1])
        for key in ("brightness", "colorfulness", "saturation", "warmth", "contrast"):
            assert getattr(mirrored, key) == pytest.approx(getattr(plain, key), rel=0.02)


def test_shrinking_averages_and_leaves_small_pictures_alone() -> None:
    assert shrink(photo("chelsea"), 256).shape == (170, 256, 3)
    small = photo("chelsea")[:100, :200]
    assert shrink(small, 256) is small
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    assert np.all(np.abs(shrink(stripes, 256).astype(int) - 128) <= 1)


@settings(max_examples=40, deadline=None)
@given(
    npst.arrays(
        np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)), fill=st.nothing()
    )
)
def test_any_picture_measures_within_range(pixels: np.ndarray) -> None:
    found = measure(pixels)
    for name in ("brightness", "saturation", "edge_density"):
        assert 0 <= getattr(found, name) <= 1 + 1e-6
    assert 0 <= found.contrast <= 0.5 + 1e-6
    # Both opponent colours lie within 255, so spread^2 + offset^2 <= 2 * 255^2 (Cauchy-Schwarz).
    assert 0 <= found.colorfulness <= 255 * (2 * (1 + 0.3**2)) ** 0.5
    assert -4 < found.warmth < 4
    assert found.blobs >= 0
