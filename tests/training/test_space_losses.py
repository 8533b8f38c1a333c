"""The losses of the joint space, each beside its formula written out pair by pair."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from keras import ops
from numpy.typing import NDArray

from training.space.losses import (
    EPSILON,
    LOSSES,
    MARGIN,
    SOFT_WIDTH,
    TEMPERATURE,
    Batch,
    contrast,
    cross_ratio,
    margin_of_matches,
    margin_of_rows,
    place_error,
    similarity_error,
    single_ratio,
    soft_contrast,
)

ROWS = 5


@pytest.fixture(scope="module")
def batch() -> Batch:
    random = np.random.default_rng(0)

    def unit(rows: int) -> NDArray[np.float32]:
        x = random.normal(size=(rows, 7))
        return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True), np.float32)

    places = [random.uniform(size=(ROWS, 2)).astype(np.float32) for _ in range(4)]
    places[1][0] = places[0][0] + 0.01  # a pair that matches
    places[1][3] = places[0][2]  # and one whose labels are equal
    return Batch(unit(ROWS), unit(ROWS), *places, sigma=0.5)


def d(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(((a - b) ** 2).sum())


def s(batch: Batch, i: int, j: int) -> float:
    return float(np.exp(-np.sqrt(d(batch.picture_places[i], batch.piece_places[j])) / batch.sigma))


def test_similarity_and_places(batch: Batch) -> None:
    pairs = [
        (s(batch, i, j) - np.exp(-np.sqrt(d(batch.pictures[i], batch.pieces[j])))) ** 2
        for i in range(ROWS)
        for j in range(ROWS)
    ]
    assert float(similarity_error(batch)) == pytest.approx(np.mean(pairs), rel=1e-4)
    guesses = np.mean((batch.picture_places - batch.picture_guesses) ** 2)
    guesses += np.mean((batch.piece_places - batch.piece_guesses) ** 2)
    assert float(place_error(batch)) == pytest.approx(float(guesses), rel=1e-5)


@pytest.mark.parametrize("sign", [-1, 1])
def test_cross_modal_ratios(batch: Batch, sign: int) -> None:
    def level(i: int, j: int) -> float:
        apart = np.log(d(batch.pictures[i], batch.pieces[j]) + EPSILON)
        return float(apart + sign * np.log(s(batch, i, j) + EPSILON))

    pairs = list(permutations(range(ROWS), 2))
    rows = np.mean([(level(i, i) - level(i, j)) ** 2 for i, j in pairs])
    columns = np.mean([(level(i, i) - level(j, i)) ** 2 for i, j in pairs])
    assert float(cross_ratio(batch, sign)) == pytest.approx(rows + columns, rel=1e-4)


def test_single_modal_ratios(batch: Batch) -> None:
    f, y = batch.pictures, batch.picture_places

    def ratio(of: NDArray[np.float32], i: int, j: int, k: int) -> float:
        return float(np.log((d(of[i], of[j]) + EPSILON) / (d(of[i], of[k]) + EPSILON)))

    triples = permutations(range(ROWS), 3)
    wanted = np.mean([(ratio(f, *t) - ratio(y, *t)) ** 2 for t in triples])
    assert float(single_ratio(f, y)) == pytest.approx(wanted, rel=1e-4)


def test_margins(batch: Batch) -> None:
    beyond = [[max(np.sqrt(d(f, g)) - MARGIN, 0.0) for g in batch.pieces] for f in batch.pictures]
    assert float(margin_of_matches(batch)) == pytest.approx(
        (beyond[0][0] + beyond[2][3]) / 2, rel=1e-4
    )
    assert float(margin_of_rows(batch)) == pytest.approx(
        np.mean([beyond[i][i] for i in range(ROWS)]), rel=1e-4
    )
    strangers = batch._replace(piece_places=batch.picture_places + 10)
    assert float(margin_of_matches(strangers)) == 0.0


def test_contrast_is_the_mean_of_two_cross_entropies(batch: Batch) -> None:
    scores = batch.pictures @ batch.pieces.T / TEMPERATURE
    rows = [np.log(np.exp(scores[i]).sum()) - scores[i, i] for i in range(ROWS)]
    columns = [np.log(np.exp(scores[:, i]).sum()) - scores[i, i] for i in range(ROWS)]
    assert float(contrast(batch)) == pytest.approx((np.mean(rows) + np.mean(columns)) / 2, rel=1e-4)
    alike = batch._replace(pictures=batch.pieces * 0 + 0.1, pieces=batch.pieces * 0 + 0.1)
    assert float(contrast(alike)) == pytest.approx(np.log(ROWS), rel=1e-5)


def test_soft_contrast_seeks_what_has_near_labels(batch: Batch) -> None:
    scores = np.exp(batch.pictures @ batch.pieces.T / TEMPERATURE)
    near = np.array(
        [
            [np.exp(-d(y, z) / SOFT_WIDTH**2) for z in batch.piece_places]
            for y in batch.picture_places
        ]
    )
    terms = [
        -np.sum(
            near / near.sum(axis, keepdims=True) * np.log(scores / scores.sum(axis, keepdims=True))
        )
        for axis in (0, 1)
    ]
    assert float(soft_contrast(batch)) == pytest.approx(sum(terms) / 2 / ROWS, rel=1e-4)
    # Where each row has a label of its own, far from the others, it is the contrast.
    own = np.arange(2 * ROWS, dtype=np.float32).reshape(ROWS, 2)
    alone = batch._replace(picture_places=own, piece_places=own)
    assert float(soft_contrast(alone)) == pytest.approx(float(contrast(batch)), rel=1e-4)


def test_the_printed_sign_sets_a_distance_equal_to_a_similarity() -> None:
    """Two pairs on a line, the far ones twice as far in log as labels say: it costs nothing with
    the sign turned; with partners exchanged nothing as printed."""
    places = np.array([[0.0, 0.0], [0.7, 0.0]], np.float32)
    near = 0.5
    far = near * np.exp(0.7 / 0.5 / 2)
    pictures = np.array([[0.0], [near + far]], np.float32)
    pieces = np.array([[near], [far]], np.float32)
    following = Batch(pictures, pieces, places, places, places, places, sigma=0.5)
    opposed = following._replace(pieces=pieces[::-1].copy())
    assert float(cross_ratio(following, 1)) == pytest.approx(0, abs=1e-4)
    assert float(cross_ratio(opposed, -1)) == pytest.approx(0, abs=1e-4)
    assert float(cross_ratio(following, -1)) > 1 and float(cross_ratio(opposed, 1)) > 1


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_a_number_where_labels_are_equal(name: str, batch: Batch) -> None:
    same = batch._replace(
        piece_places=batch.picture_places * 0, picture_places=batch.picture_places * 0
    )
    assert np.isfinite(float(ops.convert_to_numpy(LOSSES[name](same))))
