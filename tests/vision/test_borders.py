"""Bars around a picture are found to the pixel, and nothing else is taken for one."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from melodymuse.vision import analyze
from melodymuse.vision.borders import Bars, find_bars, without_bars
from melodymuse.vision.loading import Picture

PICTURES = (skimage.data.chelsea(), skimage.data.coffee(), skimage.data.astronaut())
BLACK, WHITE = 0, 255


def framed(picture: np.ndarray, bars: Bars, level: int) -> np.ndarray:
    sides = (bars.top, bars.bottom), (bars.left, bars.right), (0, 0)
    return np.pad(picture, sides, constant_values=level)


def compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


@settings(max_examples=30)
@given(
    st.sampled_from(PICTURES),
    st.sampled_from([BLACK, WHITE]),
    st.tuples(st.integers(30, 90), st.integers(30, 90)),
    st.sampled_from(["above and below", "beside", "around"]),
)
def test_bars_are_found_to_the_pixel(
    picture: np.ndarray, level: int, widths: tuple[int, int], where: str
) -> None:
    upright = (0, 0) if where == "beside" else widths
    across = (0, 0) if where == "above and below" else widths
    bars = Bars(*upright, *across)
    assert find_bars(framed(picture, bars, level)) == bars


@pytest.mark.parametrize("quality", [75, 90])
@pytest.mark.parametrize("level", [BLACK, WHITE])
@pytest.mark.parametrize("picture", PICTURES, ids=["cat", "coffee", "astronaut"])
def test_bars_are_found_where_the_picture_rings_in_them(
    picture: np.ndarray, level: int, quality: int
) -> None:
    found = find_bars(compressed(framed(picture, Bars(53, 53, 0, 0), level), quality))
    assert abs(found.top - 53) <= 3
    assert abs(found.bottom - 53) <= 3
    assert (found.left, found.right) == (0, 0)


@pytest.mark.parametrize("frame", [BLACK, WHITE])
def test_a_mount_within_a_frame_is_cut_too(frame: int) -> None:
    mount, outer = Bars(40, 40, 40, 40), Bars(0, 0, 90, 90)
    picture = framed(framed(PICTURES[0], mount, 255 - frame), outer, frame)
    assert find_bars(picture) == Bars(40, 40, 130, 130)
    np.testing.assert_array_equal(without_bars(Picture(picture, "x")).pixels, PICTURES[0])


def test_a_soft_edge_is_cut_too() -> None:
    picture = framed(PICTURES[0], Bars(40, 40, 0, 0), BLACK).astype(float)
    picture[39], picture[-40] = picture[40] / 2, picture[-41] / 2
    found = find_bars(np.rint(picture).astype(np.uint8))
    assert found.top in (39, 40)
    assert found.bottom in (39, 40)


def night() -> np.ndarray:
    """A sky that is black above and fades into a glow, over black ground."""
    rows = np.clip(np.linspace(-60, 200, 240), 0, 255)
    picture = np.tile(rows[:, None, None], (1, 320, 3)).astype(np.uint8)
    picture[200:] = 0
    return picture


def cup_on_white() -> np.ndarray:
    """A round thing in the middle of a white page."""
    picture = np.full((240, 320, 3), 255, np.uint8)
    down, right = np.ogrid[:240, :320]
    picture[(down - 120) ** 2 + (right - 160) ** 2 < 80**2] = (120, 60, 30)
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        *PICTURES,
        skimage.data.rocket(),
        night(),
        cup_on_white(),
        np.zeros((50, 60, 3), np.uint8),
        np.full((50, 60, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((3, 900, 3), 7, np.uint8),
        framed(PICTURES[0], Bars(40, 0, 0, 0), BLACK),
        framed(PICTURES[0], Bars(60, 60, 0, 0), 128),
        framed(PICTURES[0], Bars(2, 2, 2, 2), BLACK),
    ],
    ids=str.split(
        "cat coffee astronaut rocket night cup black white pixel strip one-side grey thin-line"
    ),
)
def test_what_has_no_bars_stays_whole(picture: np.ndarray) -> None:
    assert not find_bars(picture)
    kept = Picture(picture, "x")
    assert without_bars(kept) is kept


def test_the_answer_is_that_of_the_picture_alone_and_says_so() -> None:
    plain = analyze(PICTURES[1])
    seen = analyze(framed(PICTURES[1], Bars(60, 60, 0, 0), BLACK))
    assert (seen.profile, seen.features) == (plain.profile, plain.features)
    assert plain.remarks == ()
    assert "remarks" not in plain.as_dict()
    (remark,) = seen.remarks
    assert "bars" in remark
    assert "23%" in remark
    assert seen.as_dict()["remarks"] == [remark]
