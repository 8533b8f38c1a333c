"""The Frechet distance against closed forms, against scipy, and on sets that it must refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from melodymuse.comparison.metrics.frechet import evaluate, frechet_distance
from melodymuse.errors import AudioError


def random_gaussian(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    factor = generator.standard_normal((size, size))
    return generator.standard_normal(size), factor @ factor.T


@given(st.floats(-5, 5), st.floats(0, 5), st.floats(-5, 5), st.floats(0, 5), st.integers(1, 6))
def test_of_round_gaussians(m1: float, s1: float, m2: float, s2: float, size: int) -> None:
    # Dowson & Landau 1982: covariances that commute give |m1 - m2|^2 + |s1 - s2|^2.
    identity = np.eye(size)
    distance = frechet_distance(
        np.full(size, m1), s1**2 * identity, np.full(size, m2), s2**2 * identity
    )
    assert distance == pytest.approx(size * ((m1 - m2) ** 2 + (s1 - s2) ** 2), abs=1e-6)


@given(st.integers(0, 10**6), st.integers(1, 8))
def test_against_scipys_matrix_root(seed: int, size: int) -> None:
    mean_1, cov_1 = random_gaussian(seed, size)
    mean_2, cov_2 = random_gaussian(seed + 1, size)
    root = sqrtm(cov_1 @ cov_2).real
    expected = np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2 - 2 * root)
    assert frechet_distance(mean_1, cov_1, mean_2, cov_2) == pytest.approx(expected, abs=1e-5)


@given(st.integers(0, 10**6), st.integers(1, 8))
def test_is_symmetric_and_zero_for_equals(seed: int, size: int) -> None:
    first, second = random_gaussian(seed, size), random_gaussian(seed + 1, size)
    there, back = frechet_distance(*first, *second), frechet_distance(*second, *first)
    assert there == pytest.approx(back, rel=1e-6, abs=1e-9)
    assert frechet_distance(*first, *first) == pytest.approx(0, abs=1e-6)


def test_of_samples_nears_that_of_their_gaussians() -> None:
    generator = np.random.default_rng(1)
    first = generator.normal([0, 0], [1, 2], (200_000, 2))
    second = generator.normal([3, 0], [1, 5], (200_000, 2))
    found = evaluate(first, second)["frechet_audio_distance"]
    assert found == pytest.approx(3**2 + (5 - 2) ** 2, rel=0.02)


@pytest.mark.parametrize(
    ("shapes", "complaint"),
    [
        (((5, 8), (50, 8)), "5 windows for 8 dimensions"),
        (((50, 8), (50, 9)), "8 and 9 dimensions"),
        (((50,), (50, 9)), "shape"),
    ],
)
def test_refuses_sets_that_cannot_be_compared(
    shapes: tuple[tuple[int, ...], tuple[int, ...]], complaint: str
) -> None:
    generator = np.random.default_rng(0)
    with pytest.raises(AudioError, match=complaint):
        evaluate(*(generator.standard_normal(shape) for shape in shapes))


def test_refuses_what_is_not_finite() -> None:
    rows = np.random.default_rng(0).standard_normal((50, 3))
    broken = rows.copy()
    broken[3, 1] = np.nan
    with pytest.raises(AudioError, match="not finite"):
        evaluate(rows, broken)
