"""The measures against scikit-learn, SciPy, or values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
sklearn_metrics = pytest.importorskip("sklearn.metrics", reason="compares with scikit-learn")

from training.eye import measures  # noqa: E402
from training.eye.oasis import NO_EMOTION  # noqa: E402


def some_answers(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(8, 0.5), n)
    labels = np.array([rng.choice(8, p=p) for p in probabilities])
    labels[: n // 4] = NO_EMOTION
    return probabilities, labels


def test_correlation_is_numpys() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50))
    assert measures.pearson(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert measures.pearson(a, 1 - 2 * a) == pytest.approx(-1)
    assert np.isnan(measures.pearson(np.ones(5), a[:5]))


def test_f1_and_log_loss_are_scikit_learns() -> None:
    probabilities, labels = some_answers(400, 1)
    known = labels != NO_EMOTION
    guess = probabilities.argmax(axis=1)
    assert measures.macro_f1(probabilities, labels) == pytest.approx(
        sklearn_metrics.f1_score(labels[known], guess[known], average="macro")
    )
    assert measures.accuracy(probabilities, labels) == pytest.approx(
        sklearn_metrics.accuracy_score(labels[known], guess[known])
    )
    assert measures.log_loss(probabilities, labels) == pytest.approx(
        sklearn_metrics.log_loss(labels[known], probabilities[known], labels=range(8))
    )


def test_calibration_error_by_hand() -> None:
    # Four answers at 0.75, of which two are right: off by 0.25.  Four at 0.45, all right: 0.55.
    sure, unsure = np.full(8, 0.25 / 7), np.full(8, 0.55 / 7)
    sure[0], unsure[1] = 0.75, 0.45
    probabilities = np.array([sure] * 4 + [unsure] * 4)
    labels = np.array([0, 0, 3, 3, 1, 1, 1, 1])
    assert measures.calibration_error(probabilities, labels) == pytest.approx((0.25 + 0.55) / 2)
    assert [count for count, _, _ in measures.reliability(probabilities, labels)] == [4, 4]


def test_answers_drawn_from_their_own_probabilities_are_calibrated() -> None:
    probabilities, labels = some_answers(20_000, 2)
    assert measures.calibration_error(probabilities, labels) < 0.02
    assert measures.best_temperature(probabilities, labels) == pytest.approx(1, abs=0.05)


def test_the_temperature_undoes_overconfidence() -> None:
    probabilities, labels = some_answers(20_000, 3)
    overconfident = measures.tempered(probabilities, 1 / 1.5)
    assert measures.best_temperature(overconfident, labels) == pytest.approx(1.5, abs=0.06)
    np.testing.assert_allclose(measures.tempered(overconfident, 1.5), probabilities, atol=1e-6)


def test_contradictions_are_counted_where_valence_is_clear() -> None:
    place = np.array([[0.6, 0], [0.6, 0], [-0.6, 0], [0.1, 0]])
    probabilities = np.eye(8)[[0, 7, 7, 7]]
    assert measures.contradiction(place, probabilities) == pytest.approx(1 / 3)
    assert measures.contradiction(place * 0.1, probabilities) == 0
