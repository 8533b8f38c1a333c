"""The kernel machine against scikit-learn's, and what averaging and calibrating may not change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
sklearn_ridge = pytest.importorskip(
    "sklearn.kernel_ridge", reason="the reference is scikit-learn: pip install 'melodymuse[train]'"
)

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.extra import numpy as nps  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402

from training.eye.blend import Calibration, blended  # noqa: E402
from training.eye.frozen import Seen  # noqa: E402
from training.eye.kernel import KernelRecipe, fit_kernel, gated, gaussian  # noqa: E402
from training.eye.oasis import NO_EMOTION, Photo, places  # noqa: E402

RECIPE = KernelRecipe(components=6, place_ridge=0.2, place_theme=0.0)


def made(n: int = 60) -> tuple[Seen, list[Photo]]:
    """Photos with valence in their first features; those after the fiftieth have no label."""
    rng = np.random.default_rng(3)
    image = rng.normal(size=(1, n, 80)).astype(np.float32)
    colour = rng.normal(size=(1, n, 2)).astype(np.float32)
    valence = np.tanh(image[0, :, :8].mean(axis=1))
    labels = [int(k % 4 + (0 if v > 0 else 4)) for k, v in enumerate(valence)]
    labels[50:] = [NO_EMOTION] * len(labels[50:])
    photos = [
        Photo(Path("x"), f"theme {k // 3}", float(v), float(-v / 2), label)
        for k, (v, label) in enumerate(zip(valence, labels, strict=True))
    ]
    return Seen(image, colour), photos


def test_valence_and_arousal_are_those_of_scikit_learn() -> None:
    seen, photos = made()
    rows, away = np.arange(45), np.arange(45, 60)
    said, _ = fit_kernel(RECIPE, seen, photos, rows).answers(
        seen.image[0, away], seen.colour[0, away]
    )
    joined = np.concatenate([seen.image[0], seen.colour[0]], axis=1).astype(np.float64)
    standard = (joined - joined[rows].mean(axis=0)) / np.sqrt(joined[rows].var(axis=0) + 1e-6)
    components = PCA(RECIPE.components, svd_solver="full").fit(standard[rows]).transform(standard)
    rated = places(photos)[rows].astype(np.float64)
    model = sklearn_ridge.KernelRidge(
        alpha=RECIPE.place_ridge, kernel="rbf", gamma=RECIPE.narrowness / standard.shape[1]
    ).fit(components[rows], rated - rated.mean(axis=0))
    expected = model.predict(components[away]) + rated.mean(axis=0)
    np.testing.assert_allclose(said, np.clip(expected, -1, 1), atol=1e-6)


def test_it_learns_and_does_not_contradict_itself() -> None:
    seen, photos = made()
    machine = fit_kernel(replace(RECIPE, components=40), seen, photos, np.arange(60))
    place, probabilities = machine.answers(seen.image[0], seen.colour[0])
    assert np.corrcoef(place[:, 0], places(photos)[:, 0])[0, 1] > 0.7
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    pleasant = probabilities[:, :4].sum(axis=1)
    np.testing.assert_array_equal(pleasant > 0.5, place[:, 0] > 0)


def test_photos_without_a_label_teach_no_emotion() -> None:
    seen, photos = made()
    machine = fit_kernel(RECIPE, seen, photos, np.arange(60))
    assert np.all(machine.emotion_weights[-10:] == 0)
    assert np.any(machine.place_weights[-10:] != 0)


def test_more_balance_says_rare_emotions_more_often() -> None:
    seen, photos = made()
    # Of the unpleasant ones, the fourth becomes rare.
    rare = [replace(p, emotion=4) if p.emotion == 7 and k > 20 else p for k, p in enumerate(photos)]
    said = [
        fit_kernel(replace(RECIPE, balance=balance), seen, rare, np.arange(60)).answers(
            seen.image[0], seen.colour[0]
        )[1]
        for balance in (0.0, 1.5)
    ]
    assert said[1][:, 7].mean() > said[0][:, 7].mean()


def test_components_are_never_more_than_photos_allow() -> None:
    seen, photos = made(6)
    machine = fit_kernel(KernelRecipe(), seen, photos, np.arange(6))
    assert machine.centres.shape == (6, 5)
    assert np.isfinite(machine.answers(seen.image[0], seen.colour[0])[0]).all()


def test_the_kernel_is_one_at_home_and_falls_with_distance() -> None:
    points = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(
        gaussian(points, points, 0.1), [[1, np.exp(-2.5)]] * 1 + [[np.exp(-2.5), 1]]
    )


@given(nps.arrays(np.float64, (5, 8), elements=st.floats(-50, 50)), st.floats(-30, 30))
@settings(max_examples=50, deadline=None)
def test_the_gate_decides_how_the_two_signs_share(logits: np.ndarray, lean: float) -> None:
    said = gated(logits, np.full((5, 1), lean))
    np.testing.assert_allclose(said[:, :4].sum(axis=1), 1 / (1 + np.exp(-lean)), atol=1e-9)
    np.testing.assert_allclose(said.sum(axis=1), 1)


@given(nps.arrays(np.float64, (4, 8), elements=st.floats(0.01, 1)))
@settings(max_examples=50, deadline=None)
def test_calibration_keeps_the_order_and_the_sum(raw: np.ndarray) -> None:
    raw /= raw.sum(axis=1, keepdims=True)
    said = Calibration()(raw)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    # Of two probabilities, the greater stays the greater.
    greater = raw[:, :, None] > raw[:, None, :] + 1e-9
    assert np.all((said[:, :, None] > said[:, None, :])[greater])
    assert said.min() >= Calibration().floor / 8


def test_blending_averages_and_calibrates() -> None:
    even, sure = np.full((1, 8), 1 / 8), np.eye(8)[:1]
    place, said = blended(
        (np.array([[0.2, 0.4]]), even), (np.array([[0.6, 0.0]]), sure), Calibration(1.0, 0.0)
    )
    np.testing.assert_allclose(place, [[0.4, 0.2]])
    np.testing.assert_allclose(said, (even + sure) / 2)
