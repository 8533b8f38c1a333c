"""What the eye says of its own doubt."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision import analyze, measure
from melodymuse.vision.classifier import Familiarity
from melodymuse.vision.features import UNITS, VisualFeatures
from melodymuse.vision.reference import REFERENCE, UNLIKE, Curve, doubt_of, read_reference

MIDDLING = measure(skimage.data.coffee())


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_expected_errors_are_errors_on_the_plane(valence: float, arousal: float) -> None:
    doubt = doubt_of(EmotionProfile.at(valence, arousal), MIDDLING)
    assert 0.06 < doubt.arousal_error < 0.25
    assert 0.06 < doubt.valence_error < 0.4
    assert 0 < doubt.emotion_chance < 1


def test_probability_never_promises_more_than_was_ever_kept() -> None:
    chances = [
        doubt_of(EmotionProfile((p, *[(1 - p) / 7] * 7), 0.0, 0.0), MIDDLING).emotion_chance
        for p in np.linspace(0.125, 1, 50)
    ]
    assert chances == sorted(chances)
    assert chances[-1] < 0.95
    assert chances[0] < 0.4


def test_the_table_names_its_source_and_holds_no_photo() -> None:
    facts = json.loads(REFERENCE.read_text())
    assert "vision-language model, not by people" in facts["source"]
    assert set(facts["features"]) == set(UNITS)
    assert REFERENCE.stat().st_size < 20_000
    assert all(len(facts["features"][name]) == len(facts["percentiles"]) for name in UNITS)


def test_standing_is_a_percentage_of_the_reference_photos() -> None:
    reference = read_reference()
    for name in UNITS:
        curve = reference.features[name]
        middle = float(np.interp(50, curve.value, curve.at))
        assert curve(middle) == pytest.approx(50, abs=1)
        assert curve(curve.at[-1] + 1) == 100


def test_pictures_unlike_photographs_are_called_unusual() -> None:
    assert analyze(skimage.data.coffee()).features == MIDDLING
    # Hardly any picture is as warm as coffee on wood.
    assert doubt_of(EmotionProfile.of("awe"), MIDDLING).unusual == ("warmth",)
    black = measure(np.zeros((64, 64, 3), np.uint8))
    assert {"brightness", "contrast"} <= set(doubt_of(EmotionProfile.of("awe"), black).unusual)
    page = np.full((400, 300, 3), 255, np.uint8)
    page[::8, 20:280] = 0
    assert "brightness" in doubt_of(EmotionProfile.of("awe"), measure(page)).unusual


def test_a_picture_unlike_those_learned_from_says_so() -> None:
    profile = EmotionProfile.of("awe")
    strange = doubt_of(profile, MIDDLING, Familiarity(0.4, 0.2, 0.1))
    assert UNLIKE in strange.unusual
    assert strange.reason == "unlike the pictures it learned from"
    assert strange.emotion_chance == 0.4
    known = doubt_of(profile, MIDDLING, Familiarity(0.4, 0.8, 0.1))
    assert UNLIKE not in known.unusual
    assert known.reason == ""


def test_a_curve_is_level_beyond_its_knots() -> None:
    curve = Curve((0.0, 1.0), (2.0, 4.0))
    assert [curve(x) for x in (-5, 0, 0.5, 1, 9)] == [2, 2, 3, 4, 4]


@pytest.mark.parametrize("text", ["", "{}", '{"photos": 1, "percentiles": [1, 2], "features": 3}'])
def test_a_damaged_table_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "eye_reference.json"
    path.write_text(text)
    with pytest.raises(ModelError, match="damaged"):
        read_reference(path)
    with pytest.raises(ModelError, match="missing"):
        read_reference(tmp_path / "none.json")


def test_features_are_those_of_the_table() -> None:
    flat = VisualFeatures(0.5, 40, 0.3, -0.4, 0.2, 0.1, 28)
    assert all(30 < percent < 80 for percent in read_reference().standing(flat).values())


def test_grey_pictures_stand_at_the_start_of_colour_and_are_not_unusual() -> None:
    """Some reference photos are grey: none has less colour, and a grey picture is one of them."""
    known = read_reference()
    grey = measure(skimage.data.camera()[..., None].repeat(3, axis=2))
    assert grey.colorfulness == 0
    standing = known.standing(grey)
    assert (standing["colorfulness"], standing["saturation"]) == (0, 0)
    assert not {"colorfulness", "saturation"} & set(known.unusual(grey))


def test_ties_stand_at_their_first_knot() -> None:
    curve = Curve((0.0, 0.0, 0.0, 4.0, 8.0, 8.0), (0.0, 1.0, 5.0, 50.0, 99.0, 100.0))
    assert [curve.first(x) for x in (-1, 0, 2, 4, 6, 8, 9)] == [0, 0, 27.5, 50, 74.5, 99, 100]
    assert [curve(x) for x in (0, 2, 8)] == [5, 27.5, 100]
