"""Why the eye felt so: the map points at what matters, and the picture shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from melodymuse.errors import ImageError, OutputError
from melodymuse.vision import analyze, explanation
from melodymuse.vision.classifier import classify, load_model
from melodymuse.vision.explanation import WINDOW, Explanation, Influence, Region, explain
from melodymuse.vision.explanation_drawing import draw_explanation, frame_support, tinted
from melodymuse.vision.features import UNITS


@pytest.fixture(scope="module", autouse=True)
def fewer_windows() -> Iterator[None]:
    """Each is another look of the eye."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explanation, "_MOST_ALONG", 4)
        yield


@pytest.fixture(scope="module")
def cat() -> Explanation:
    return explain(skimage.data.chelsea())


def test_the_answer_is_that_of_analyze(cat: Explanation) -> None:
    plain = analyze(skimage.data.chelsea())
    assert cat.analysis == plain
    assert list(cat.influences) == ["valence", "arousal", plain.profile.emotion]
    assert list(cat.standing) == list(UNITS)
    assert all(0 <= percent <= 100 for percent in cat.standing.values())


def test_each_map_covers_the_view_and_stays_within_its_strongest_window(cat: Explanation) -> None:
    for influence in cat.influences.values():
        region = influence.strongest
        assert influence.heat.shape == cat.view.shape[:2]
        assert np.isfinite(influence.heat).all()
        assert np.abs(influence.heat).max() <= abs(region.effect) + 1e-6
        assert region.top + region.height <= cat.view.shape[0]
        assert region.left + region.width <= cat.view.shape[1]


def test_the_strongest_window_brings_what_is_said() -> None:
    """Blurring the frame by hand moves valence the same way, and about as far."""
    smile = explain(skimage.data.astronaut())
    region = smile.influences["valence"].strongest
    assert abs(region.effect) > 0.1
    hidden = smile.view.copy()
    here = np.s_[region.top : region.top + WINDOW, region.left : region.left + WINDOW]
    hidden[here] = cv2.GaussianBlur(smile.view, (0, 0), 20)[here]
    session = load_model()
    features = smile.analysis.features
    before, after = (classify(session, view, features) for view in (smile.view, hidden))
    brought = before.valence - after.valence
    assert brought * region.effect > 0
    assert abs(brought) > abs(region.effect) / 3


def test_the_supporting_window_raises_the_number_most(cat: Explanation) -> None:
    for influence in cat.influences.values():
        support = influence.supporting
        if support is not None:
            assert support.effect > 0
            assert support.effect >= influence.strongest.effect - 1e-9
            inner = influence.heat[
                support.top : support.top + WINDOW, support.left : support.left + WINDOW
            ]
            assert inner.max() >= np.quantile(influence.heat, 0.9)
        else:
            assert influence.strongest.effect <= 0


def test_the_frame_stands_where_the_emotion_is_supported(cat: Explanation) -> None:
    """Also where another region speaks against it more strongly, which is dashed."""
    name = cat.analysis.profile.emotion
    heat = np.zeros(cat.view.shape[:2], np.float32)
    against, support = Region(0, 0, 96, 96, -0.4), Region(64, 96, 96, 96, 0.1)
    for influence, frames in (
        (Influence(heat, against, support), [support, against]),
        (Influence(heat, against, None), [against]),
        (Influence(heat, support, support), [support]),
    ):
        axes = Figure().add_subplot()
        frame_support(axes, name, influence)
        drawn = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert [patch.get_xy() for patch in drawn] == [(r.left, r.top) for r in frames]
        assert [patch.get_linestyle() for patch in drawn] == [
            "-" if region is support else "--" for region in frames
        ]
        told = axes.texts[0].get_text()
        assert ("no region supports it" in told) == (influence.supporting is None)
        assert ("+40%" in told) == (against in frames)


def test_bars_are_left_out_of_what_is_explained(cat: Explanation) -> None:
    picture = skimage.data.chelsea()
    framed = np.pad(picture, ((60, 60), (0, 0), (0, 0)))
    found = explain(framed)
    np.testing.assert_array_equal(found.view, cat.view)
    assert found.analysis.profile == cat.analysis.profile
    assert found.analysis.remarks


@pytest.mark.parametrize("how", ["same", "dots", "symbolic", "hard"])
def test_the_picture_itself_is_never_drawn_over(cat: Explanation, tmp_path: Path, how: str) -> None:
    picture = tmp_path / "cat.png"
    Image.fromarray(skimage.data.chelsea()).save(picture)
    before = picture.read_bytes()
    (tmp_path / "sub").mkdir()
    target = {
        "same": picture,
        "dots": tmp_path / "sub" / ".." / "cat.png",
        "symbolic": tmp_path / "link.png",
        "hard": tmp_path / "hard.png",
    }[how]
    if how == "symbolic":
        target.symlink_to(picture)
    if how == "hard":
        target.hardlink_to(picture)
    with pytest.raises(OutputError, match="the picture itself"):
        seen = replace(cat, analysis=replace(cat.analysis, name=str(picture)))
        draw_explanation(seen, target, overwrite=True)
    assert picture.read_bytes() == before


def test_nothing_moves_an_even_picture() -> None:
    even = explain(np.full((120, 160, 3), 128, np.uint8))
    for influence in even.influences.values():
        assert np.abs(influence.heat).max() < 1e-3


def test_colours_tell_the_sign() -> None:
    heat = np.zeros((64, 64), np.float32)
    heat[:, :20], heat[:, 44:] = -0.3, 0.3
    view = np.full((64, 64, 3), 200, np.uint8)
    picture = tinted(view, Influence(heat, Region(0, 0, 64, 64, 0.3)))
    red, _, blue = picture[:, 5].mean(axis=0)
    assert blue > red
    red, _, blue = picture[:, 60].mean(axis=0)
    assert red > blue
    assert np.allclose(picture[:, 32, 0], picture[:, 32, 2])
    assert 0 <= picture.min() <= picture.max() <= 1


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_picture_is_written(cat: Explanation, tmp_path: Path, suffix: str) -> None:
    path = draw_explanation(cat, tmp_path / f"why{suffix}")
    if suffix == ".png":
        with Image.open(path) as drawn:
            assert drawn.size[0] == 1950
            small = np.asarray(drawn.convert("RGB").resize((64, 64)))
        assert len(np.unique(small.reshape(-1, 3), axis=0)) > 50
    else:
        assert b"<svg" in path.read_bytes()[:2000]
    with pytest.raises(OutputError, match="exists"):
        draw_explanation(cat, path)
    draw_explanation(cat, path, overwrite=True)


def test_other_suffixes_and_folders_are_refused(cat: Explanation, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.png or \.svg"):
        draw_explanation(cat, tmp_path / "why.jpg")
    with pytest.raises(OutputError, match="folder"):
        draw_explanation(cat, tmp_path / "nowhere" / "why.png")


def test_odd_shapes_are_explained(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for shape in ((1, 1, 3), (300, 30, 3)):
        found = explain(rng.integers(0, 256, shape, np.uint8))
        draw_explanation(found, tmp_path / f"{shape[0]}.png")


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such picture"):
        explain(tmp_path / "nothing.jpg")
