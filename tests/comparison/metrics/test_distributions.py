"""KL divergence and inception score against closed forms and scipy; CLAP's cosine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from melodymuse.comparison.metrics import clap, divergence, inception
from melodymuse.errors import AudioError


def distributions(seed: int, rows: int, classes: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), rows)


def test_kl_of_known_distributions() -> None:
    # Bernoulli 1/2 against 1/4: 1/2 ln 2 + 1/2 ln 2/3.
    half, quarter = np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])
    found = divergence.evaluate(half, quarter)["kl_divergence"]
    assert found == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    certain = np.array([[1.0, 0.0]])
    assert divergence.evaluate(certain, half)["kl_divergence"] == pytest.approx(math.log(2))
    assert divergence.evaluate(half, certain)["kl_divergence"] == math.inf


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(2, 30))
def test_kl_against_scipy(seed: int, rows: int, classes: int) -> None:
    p, q = distributions(seed, rows, classes), distributions(seed + 1, rows, classes)
    found = divergence.evaluate(p, q)["kl_divergence"]
    assert found == pytest.approx(entropy(p, q, axis=1).mean(), abs=1e-9)
    assert divergence.evaluate(p, p)["kl_divergence"] == pytest.approx(0, abs=1e-9)


def test_inception_score_between_its_bounds() -> None:
    # Each window certain, all classes alike often: as many as there are classes.
    assert inception.evaluate(np.eye(7))["inception_score"] == pytest.approx(7)
    alike = np.tile([0.2, 0.3, 0.5], (4, 1))
    assert inception.evaluate(alike)["inception_score"] == pytest.approx(1)
    # Two windows certain of two of four classes: ln 2 each.
    pair = np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0]])
    assert inception.evaluate(pair)["inception_score"] == pytest.approx(2)


@given(st.integers(0, 10**6), st.integers(2, 9), st.integers(2, 9))
def test_inception_score_against_scipy(seed: int, rows: int, classes: int) -> None:
    p = distributions(seed, rows, classes)
    expected = math.exp(entropy(p, p.mean(axis=0, keepdims=True), axis=1).mean())
    found = inception.evaluate(p)["inception_score"]
    assert found == pytest.approx(expected)
    assert 1 - 1e-9 <= found <= min(rows, classes) + 1e-9


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([[0.5, 0.6]], "sum to 1"),
        ([[1.5, -0.5]], "at least 0"),
        ([[float("nan"), 1.0]], "at least 0"),
        ([], "shape"),
    ],
)
def test_refuses_what_is_no_distribution(rows: list[list[float]], complaint: str) -> None:
    given_rows = np.array(rows, float)
    for evaluate in (inception.evaluate, lambda p: divergence.evaluate(p, p)):
        with pytest.raises(AudioError, match=complaint):
            evaluate(given_rows)


def test_refuses_sets_that_do_not_pair() -> None:
    with pytest.raises(AudioError, match="cannot be paired"):
        divergence.evaluate(distributions(0, 2, 3), distributions(0, 3, 3))
    with pytest.raises(AudioError, match="at least two"):
        inception.evaluate(distributions(0, 1, 3))


def test_clap_is_the_mean_cosine() -> None:
    text = np.array([2.0, 0.0])
    windows = np.array([[5.0, 0.0], [0.0, 0.1], [-1.0, 0.0], [1.0, 1.0]])
    expected = (1 + 0 - 1 + math.sqrt(0.5)) / 4
    assert clap.evaluate(text, windows) == pytest.approx(expected)
    with pytest.raises(AudioError, match="no length"):
        clap.evaluate(np.zeros(2), windows)
    with pytest.raises(AudioError, match="shape"):
        clap.evaluate(np.ones(3), windows)
