"""Curves of doubt say what they are fitted to; changed photos are judged by plain ratings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.eye.held_out import changed, report
from training.eye.measures import binned_gap
from training.eye.oasis import Photo
from training.eye.reference import best_chance, chance_curve, error_curve
from training.eye.steadiness import CHANGES


def test_the_error_curve_follows_the_error() -> None:
    rng = np.random.default_rng(0)
    said = rng.uniform(-1, 1, 20_000)
    error = np.abs(rng.normal(0, 0.1 + 0.2 * np.abs(said)))
    at, value = error_curve(said, error)
    assert np.all(np.diff(at) > 0)
    # The mean of |x| for a normal of deviation s is s * sqrt(2 / pi).
    for knot, found in zip(at, value, strict=True):
        assert found == pytest.approx((0.1 + 0.2 * abs(knot)) * np.sqrt(2 / np.pi), abs=0.03)


@pytest.mark.parametrize("ceiling", [0.5, 0.7])
def test_the_chance_has_the_ceiling_of_the_data(ceiling: float) -> None:
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.15, 1, 50_000)
    right = rng.random(50_000) < np.minimum(confidence, ceiling)
    at, value = chance_curve(confidence, right)
    assert value[-1] == pytest.approx(ceiling, abs=0.03)
    assert np.interp(0.3, at, value) == pytest.approx(0.3)


def test_a_ceiling_that_foretells_no_better_is_not_kept() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.15, 1, 5_000)
    right = rng.random(5_000) < np.minimum(confidence, 0.6)
    at, value = best_chance({"raw_brier": 0.20, "chance_brier": 0.21}, confidence, right)
    assert np.interp(0.9, at, value) == pytest.approx(0.9)
    assert value[-1] == confidence.max()
    _, value = best_chance({"raw_brier": 0.21, "chance_brier": 0.20}, confidence, right)
    assert value[-1] == pytest.approx(0.6, abs=0.05)


def test_the_calibration_gap_of_known_chances() -> None:
    chance = np.repeat([0.25, 0.75], 100)
    happened = np.concatenate([np.arange(100) < 25, np.arange(100) < 55])
    assert binned_gap(chance, happened) == pytest.approx(0.1)
    assert binned_gap(happened.astype(float), happened) == 0


def test_changed_photos_are_judged_by_the_ratings_of_the_plain_ones() -> None:
    rng = np.random.default_rng(2)
    rated = rng.uniform(-0.8, 0.8, (40, 2))
    photos = [Photo(Path("x"), str(i), v, a, i % 8) for i, (v, a) in enumerate(rated)]
    place = np.repeat(rated[None], 1 + len(CHANGES), axis=0)
    place[1] += 0.1
    place[2, :, 0] *= -1
    probabilities = np.repeat(np.eye(8)[None, np.arange(40) % 8], 1 + len(CHANGES), axis=0)
    probabilities[3, :20] = np.roll(probabilities[3, :20], 1, axis=1)
    found = report(place, probabilities, photos)
    first, second, third = list(CHANGES)[:3]
    assert found["plain"]["valence_r"] == pytest.approx(1)
    assert found["plain"]["same_emotion"] == found[first]["same_emotion"] == 1
    assert found[first]["valence_moves"] == pytest.approx(0.1)
    assert found[first]["valence_r"] == pytest.approx(1)
    assert found[second]["valence_r"] == pytest.approx(-1)
    assert found[third]["same_emotion"] == 0.5
    assert found[third]["macro_f1"] < found["plain"]["macro_f1"] == 1


def test_every_change_is_shown_after_the_photo_itself() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (80, 120, 3), np.uint8)
    shown = changed(pixels, 1 + len(CHANGES), np.random.default_rng(0))
    assert len(shown) == 1 + len(CHANGES)
    assert shown[0] is pixels
    assert np.array_equal(shown[1][:, ::-1], pixels)
    assert shown[2].shape == (40, 60, 3)
    assert np.array_equal(shown[-1][..., 0], shown[-1][..., 2])
