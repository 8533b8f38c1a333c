"""How likely bars are to the network, held to what the network says one step at a time."""

from __future__ import annotations

import numpy as np
import pytest

import melodymuse
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.continuing import grid_bars, plan_more
from melodymuse.writing.likelihood import bar_likelihoods
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.vocabulary import BAR_EVENT, Event, encode_bar


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


@pytest.fixture(scope="module")
def piece() -> tuple[tuple[BarPlan, ...], list[tuple[Event, ...]]]:
    score = melodymuse.compose("contentment", seed=1, bars=8, key="C major").score
    grid = grid_bars(score)
    return plan_more(score, grid, 2, 0)[:8], [tuple(encode_bar(*bar)) for bar in grid]


def test_what_the_network_wrote_is_likelier_than_the_same_bars_mixed(
    network: NoteNetwork, piece: tuple[tuple[BarPlan, ...], list[tuple[Event, ...]]]
) -> None:
    plans, bars = piece
    written = bar_likelihoods(network, plans, bars)
    assert len(written) == 8 and all(value < 0 for value in written)
    moved = [
        (BAR_EVENT, *(e._replace(item=e.item + 1) if e.item > 140 else e for e in bar[1:]))
        if index == 5
        else bar
        for index, bar in enumerate(bars)
    ]
    wrong = bar_likelihoods(network, plans, moved)
    assert wrong[:5] == written[:5]
    assert wrong[5] < written[5]


def test_an_even_network_finds_all_equally_likely(
    piece: tuple[tuple[BarPlan, ...], list[tuple[Event, ...]]],
) -> None:
    class Even:
        """Every place and every item as likely as any other, of ten each."""

        def initial_state(self, rows: int) -> np.ndarray:
            return np.zeros((rows, 1), np.float32)

        def step(self, *given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.zeros((1, 1), np.float32), given[-1]

        def logits(self, part: int, features: np.ndarray, chosen: np.ndarray) -> np.ndarray:
            assert chosen.shape == (1, part)
            return np.zeros((1, 400), np.float32)

    plans, bars = piece
    for bar, value in zip(bars, bar_likelihoods(Even(), plans, bars), strict=True):  # type: ignore[arg-type]
        expected = -np.log(400) * (2 * (len(bar) - 1) + 1) / len(bar)
        assert value == pytest.approx(expected)
