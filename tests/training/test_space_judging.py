"""How the joint space is judged, on scores whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from training.space.judging import (
    auroc,
    average_precision,
    judge,
    judge_tags,
    prototypes,
    recalls,
    tags_of,
)

MATCH = np.array([[True, False, True], [False, True, False], [False, False, True]])


def test_perfect_reversed_and_equal_scores() -> None:
    right = MATCH.astype(float)
    assert auroc(right, MATCH) == 1.0 and auroc(-right, MATCH) == 0.0
    assert auroc(right * 0, MATCH) == 0.5
    assert average_precision(right, MATCH) == 1.0
    # Reversed: the two matches of the first row come second and third, the others' last.
    wanted = np.mean([(1 / 2 + 2 / 3) / 2, 1 / 3, 1 / 3])
    assert average_precision(-right, MATCH) == pytest.approx(wanted)


def test_recall_is_of_the_diagonal_and_ties_count_half() -> None:
    found = recalls(np.eye(20))
    assert found == {"recall_1": 1.0, "recall_5": 1.0, "recall_10": 1.0}
    assert recalls(-np.eye(20)) == {"recall_1": 0.0, "recall_5": 0.0, "recall_10": 0.0}
    # All twenty alike: each stands at 9.5, within ten, not within five.
    assert recalls(np.zeros((20, 20))) == {"recall_1": 0.0, "recall_5": 0.0, "recall_10": 1.0}


def test_galleries_hold_a_partner_for_every_picture_and_chance_is_told() -> None:
    random = np.random.default_rng(1)
    places = random.uniform(size=(150, 2)), random.uniform(size=(200, 2))
    apart = np.linalg.norm(places[0][:, None] - places[1][None], axis=-1)
    scores = {"true": [-apart] * 2, "chance": [random.uniform(size=apart.shape)]}
    told = judge(scores, apart < 0.1, (np.arange(150) // 2, np.arange(200) // 4))
    for direction in ("music_from_picture", "picture_from_music"):
        true, chance = told["true"][direction], told["chance"][direction]
        assert true["auroc"][0] == pytest.approx(1.0) and true["ap"][0] == pytest.approx(1.0)
        assert chance["auroc"][0] == pytest.approx(0.5, abs=0.03)
        assert chance["recall_10"][0] == pytest.approx(0.1, abs=0.04)
        for value, low, high in chance.values():
            assert low <= value <= high


def test_tags_are_told_by_what_stands_for_them_on_the_other_side() -> None:
    places = np.random.default_rng(2).uniform(-1, 1, (120, 2))
    tags, groups = tags_of(places), np.arange(120)
    assert tags_of(np.array([[1, 1], [1, -1], [-1, 1], [-1, -1.0]])).tolist() == [3, 2, 1, 0]
    stands = prototypes(places, tags)
    assert (np.sign(stands) == [[-1, -1], [-1, 1], [1, -1], [1, 1]]).all()
    near = -np.linalg.norm(places[:, None] - stands[None], axis=-1)
    told = judge_tags({"near": [near], "far": [-near, -near]}, tags, groups)
    assert told["near"]["accuracy"][0] > 0.9 and told["near"]["auroc"][0] > 0.95
    assert told["far"]["accuracy"][0] < 0.1 and told["far"]["auroc"][0] < 0.05
    assert told["near"]["ap"][1] > told["far"]["ap"][2]
