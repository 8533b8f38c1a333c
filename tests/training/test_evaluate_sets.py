"""Overlap, discriminator and structure: sets of pieces against sets of pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

from melodymuse.music.score import Hand, Note, Score
from tests.training.evaluate_scores import BAR, QUARTER, one_note, plausible, score_of
from training.evaluate import discriminator
from training.evaluate.discriminator import tell_apart
from training.evaluate.overlap import compare_features, overlap_area, overlap_areas
from training.evaluate.standard import feature_table
from training.evaluate.structure import (
    bar_contents,
    compare_structure,
    returning_share,
    returning_shares,
    structure_features,
)

SIZE = 40


@pytest.fixture(autouse=True)
def small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests ask a few trees know."""
    monkeypatch.setattr(discriminator, "TREES", 60)
    monkeypatch.setattr(discriminator, "ROUNDS", 50)
    monkeypatch.setattr(discriminator, "SHUFFLES", 3)


def songs_of(count: int, prefix: str = "") -> list[str]:
    """Two pieces a song."""
    return [f"{prefix}{index // 2}" for index in range(count)]


@pytest.fixture(scope="module")
def real() -> list[Score]:
    return [plausible(seed) for seed in range(SIZE)]


@pytest.fixture(scope="module")
def other_real() -> list[Score]:
    return [plausible(1000 + seed) for seed in range(SIZE)]


@pytest.fixture(scope="module")
def degenerate() -> list[Score]:
    return [one_note(seed) for seed in range(SIZE)]


def test_overlap_of_two_normal_distributions() -> None:
    # Inman & Bradley 1989 (Communications in Statistics 18:3851-3874): the overlap of two normal
    # distributions of one variance is 2 Phi(-d / 2): 0.617 at a distance of one deviation.
    random = np.random.default_rng(0)
    ours, theirs = random.normal(0, 1, 4000), random.normal(1, 1, 4000)
    assert overlap_area(ours, theirs) == pytest.approx(0.617, abs=0.03)
    assert overlap_area(ours, random.normal(0, 1, 4000)) > 0.95


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
    st.floats(0.01, 100),
    st.floats(-100, 100),
)
def test_overlap_is_a_share_whichever_way_round_in_any_unit(
    ours: list[float], theirs: list[float], scale: float, shift: float
) -> None:
    a, b = np.round(ours, 3), np.round(theirs, 3)
    area = overlap_area(a, b)
    assert 0 <= area <= 1
    assert overlap_area(b, a) == pytest.approx(area)
    assert overlap_area(a, a) == pytest.approx(1, abs=0.01)
    assert overlap_area(a * scale + shift, b * scale + shift) == pytest.approx(area, abs=0.01)


def test_sets_that_never_vary_overlap_wholly_or_not_at_all() -> None:
    assert overlap_area(np.full(9, 2.0), np.full(9, 2.0)) == 1
    assert overlap_area(np.full(9, 2.0), np.full(9, 3.0)) == pytest.approx(0, abs=1e-6)


def test_real_sets_overlap_and_one_repeated_note_does_not(
    real: list[Score], other_real: list[Score], degenerate: list[Score]
) -> None:
    names, ours = feature_table(real)
    songs, others = songs_of(SIZE), songs_of(SIZE, "other ")
    alike = compare_features(names, feature_table(other_real)[1], ours, others, songs, rounds=40)
    apart = compare_features(names, feature_table(degenerate)[1], ours, others, songs, rounds=40)
    assert alike["mean"] > 0.85 and apart["mean"] < 0.3
    for figures in (alike, apart):
        low, high = figures["interval"]
        assert low < figures["mean"] < high < low + 0.3
        assert set(figures["features"]) == set(names)


def test_the_mean_is_that_of_the_features(real: list[Score], other_real: list[Score]) -> None:
    names, ours = feature_table(real)
    theirs = feature_table(other_real)[1]
    songs = songs_of(SIZE)
    compared = compare_features(names, ours, theirs, songs, songs, given=names[1:], rounds=5)
    assert compared["mean"] == pytest.approx(overlap_areas(ours, theirs).mean())
    assert compared["mean_of_not_given"] == compared["features"][names[0]]


def test_a_discriminator_guesses_at_real_and_knows_one_repeated_note(
    real: list[Score], other_real: list[Score], degenerate: list[Score]
) -> None:
    names, ours = feature_table(real)
    songs = songs_of(SIZE)
    alike = tell_apart(names, ours, feature_table(other_real)[1], songs, songs)
    apart = tell_apart(names, ours, feature_table(degenerate)[1], songs, songs)
    assert alike["trees"] == pytest.approx(0.5, abs=0.15)
    assert apart["auc"] > 0.99
    low, high = alike["interval"]
    assert low < alike["auc"] < high


def test_the_discriminator_names_what_gives_generated_pieces_away() -> None:
    random = np.random.default_rng(0)
    real, generated = random.normal(size=(60, 4)), random.normal(size=(60, 4))
    generated[:, 2] -= 3
    songs = songs_of(60)
    told = tell_apart(("a", "b", "c", "d"), real, generated, songs, songs)
    first, *others = told["telling"]
    assert first["feature"] == "c" and first["alone"] < 0.05
    assert first["generated"] < first["real"]
    assert first["importance"] > 5 * max(row["importance"] for row in others)


def repeating(period: int, bars: int = 16) -> Score:
    """A different pitch each bar, over again after a period."""
    return score_of(
        [
            Note(bar * BAR + beat * QUARTER, QUARTER, 48 + bar % period, 64, Hand.RIGHT)
            for bar in range(bars)
            for beat in range(4)
        ],
        bars,
    )


def test_what_returns_is_found_at_its_distance_only() -> None:
    assert structure_features(repeating(4)) == {"returns_after_4": 1, "returns_after_8": 1}
    assert structure_features(repeating(8)) == {"returns_after_4": 0, "returns_after_8": 1}
    assert returning_share(repeating(16), 8) == 0
    assert returning_share(repeating(4), 16) is None


def test_a_bar_that_half_returns() -> None:
    notes = [Note(i * QUARTER, QUARTER, 60 + i, 64, Hand.RIGHT) for i in range(4)]
    later = [Note(4 * BAR + i * QUARTER, QUARTER, 60 + i, 90, Hand.LEFT) for i in (0, 1)]
    score = score_of([*notes, *later], 8)
    assert bar_contents(score)[4] == {(0, 60), (QUARTER, 61)}
    # Only the first bar has notes and a bar four bars later; loudness and hand do not matter.
    assert returning_shares(score, 4) == [0.5]


def test_structure_of_sets(real: list[Score], degenerate: list[Score]) -> None:
    compared = compare_structure(real, degenerate, (4, 16))
    assert compared["4"]["generated"] == 1
    assert compared["4"]["ratio"] == pytest.approx(1 / compared["4"]["real"])
    assert compared["4"]["piece_ratio"] > 1.2
    assert compared["16"] == dict.fromkeys(compared["4"])
