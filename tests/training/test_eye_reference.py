"""Curves of doubt say what they are fitted to; the table that ships is made of held-out answers."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.vision.features import UNITS
from training.eye.drawn import drawn_pictures
from training.eye.reference import PERCENTILES, error_curve, reference


def test_the_error_curve_follows_the_error() -> None:
    rng = np.random.default_rng(0)
    said = rng.uniform(-1, 1, 20_000)
    error = np.abs(rng.normal(0, 0.1 + 0.2 * np.abs(said)))
    at, value = error_curve(said, error)
    assert np.all(np.diff(at) > 0)
    # The mean of |x| for a normal of deviation s is s * sqrt(2 / pi).
    for knot, found in zip(at, value, strict=True):
        assert found == pytest.approx((0.1 + 0.2 * abs(knot)) * np.sqrt(2 / np.pi), abs=0.03)


def test_the_table_tells_errors_chances_and_likeness() -> None:
    pictures = drawn_pictures(4)
    n = len(pictures)
    rng = np.random.default_rng(1)
    right = rng.random(n) < 0.5
    # Contentment leads in every drawn picture.
    probabilities = np.where(right[:, None], np.eye(8)[2], np.eye(8)[7]) * 0.6 + 0.05
    felt = np.array([picture.place for picture in pictures])
    deal = {
        "rows": np.arange(n), "place": felt + 0.1, "probabilities": probabilities,
        "alike": np.linspace(0, 1, n),
    }  # fmt: skip
    table = reference(pictures, [deal])
    assert table["valence_error"]["value"] == pytest.approx([0.1] * 8, abs=1e-6)
    assert np.mean(table["emotion_chance"]["value"]) == pytest.approx(right.mean(), abs=0.15)
    assert table["likeness"][0] == 0
    assert table["likeness"][-1] == 1
    assert set(table["features"]) == set(UNITS)
    assert len(table["likeness"]) == len(PERCENTILES)
    assert "not by people" in table["source"]
