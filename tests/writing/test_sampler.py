"""The sampler on logits that are known: a thousand evenly spaced draws show its probabilities."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from melodymuse.writing.sampler import choose

DRAWS = (np.arange(1000) + 0.5)[:, None] / 1000


def shares(
    logits: list[float],
    temperature: float = 1.0,
    least: float = 0.0,
    allowed: list[bool] | None = None,
) -> NDArray[np.float64]:
    """How often each choice is made."""
    rows = np.tile(np.float32(logits), (len(DRAWS), 1))
    mask = None if allowed is None else np.tile(allowed, (len(DRAWS), 1))
    temperatures = np.full_like(DRAWS, temperature)
    chosen = choose(rows, mask, DRAWS, temperatures, least)
    return np.bincount(chosen, minlength=len(logits)) / len(DRAWS)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_choices_are_as_likely_as_the_logits_say(temperature: float) -> None:
    logits = np.array([1.0, 0.0, -1.0, 0.5])
    powers = np.exp(logits / temperature)
    expected = powers / powers.sum()
    assert shares(logits.tolist(), temperature) == pytest.approx(expected, abs=2e-3)


def test_small_differences_of_logits_count() -> None:
    assert shares([0.2, 0.0])[0] == pytest.approx(1 / (1 + np.exp(-0.2)), abs=5e-3)
    # But the last bits, in which processors differ, do not.
    assert (shares([0.2, 0.0]) == shares([0.2 + 1e-4, 1e-4])).all()


def test_what_is_not_allowed_is_never_chosen() -> None:
    found = shares([9.0, 1.0, 9.0, 1.0], allowed=[False, True, False, True])
    assert found.tolist() == [0, 0.5, 0, 0.5]
    assert shares([0.0, -90.0], allowed=[False, True]).tolist() == [0, 1]


def test_what_is_much_less_likely_than_the_likeliest_is_left_out() -> None:
    logits = np.log([0.6, 0.37, 0.03]).tolist()
    assert shares(logits, least=0.06)[2] == 0
    assert shares(logits, least=0.04)[2] == pytest.approx(0.03, abs=2e-3)


@given(st.integers(0, 10**6), st.integers(1, 8))
def test_a_row_is_chosen_by_itself(seed: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(scale=3, size=(rows, 20)).astype(np.float32)
    allowed = random.random((rows, 20)) < 0.5
    allowed[:, 3] = True
    drawn, temperature = random.random((rows, 1)), random.uniform(0.3, 2, (rows, 1))
    together = choose(logits, allowed, drawn, temperature, 0.01)
    for row in range(rows):
        one = slice(row, row + 1)
        alone = choose(logits[one], allowed[one], drawn[one], temperature[one], 0.01)
        assert alone == together[row] and allowed[row, alone]


def test_the_end_of_the_range_is_still_a_choice() -> None:
    last = choose(np.zeros((1, 3), np.float32), np.array([[True, True, False]]),
                  np.array([[np.nextafter(1.0, 0.0)]]), np.ones((1, 1)), 0.0)  # fmt: skip
    assert last.tolist() == [1]
