"""Runs that a tune shares with training tunes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ModelError
from melodymuse.writing.tune.copies import RUN, KnownRuns, fingerprints

TUNE = [(6 * place, 60 + step) for place, step in enumerate((0, 2, 4, 5, 7, 4, 0, 9, 7, 5, 4, 2))]


def random_tune(seed: int, notes: int = 40) -> list[tuple[int, int]]:
    random = Random(seed)
    onset, tune = 0, []
    for _ in range(notes):
        tune.append((onset, random.randrange(60, 84)))
        onset += random.choice((3, 6, 9, 12, 18, 24))
    return tune


@given(st.integers(-12, 12), st.integers(0, 40))
def test_a_known_run_is_found_in_any_key_and_place(shift: int, bars: int) -> None:
    known = KnownRuns.of([TUNE], log_bytes=10)
    moved = [(onset + 48 * bars, pitch + shift) for onset, pitch in TUNE[1 : 1 + RUN]]
    assert known.has_part_of(moved)


def test_a_shorter_run_is_nobodys() -> None:
    assert not KnownRuns.of([TUNE], log_bytes=10).has_part_of(TUNE[: RUN - 1])


def test_another_rhythm_is_another_tune() -> None:
    slower = [(2 * onset, pitch) for onset, pitch in TUNE]
    assert not KnownRuns.of([TUNE], log_bytes=10).has_part_of(slower)


def test_few_are_taken_for_known() -> None:
    known = KnownRuns.of([random_tune(seed) for seed in range(20)], log_bytes=12)
    assert all(known.has_part_of(random_tune(seed)) for seed in range(20))
    assert sum(known.has_part_of(random_tune(seed)) for seed in range(100, 200)) <= 2


def test_it_is_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.bin"
    KnownRuns.of([TUNE], log_bytes=10).save(path)
    assert path.stat().st_size == 1024
    assert KnownRuns.load(path).has_part_of(TUNE)


def test_a_missing_or_damaged_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        KnownRuns.load(tmp_path / "runs.bin")
    with pytest.raises(ModelError, match="damaged"):
        KnownRuns(b"abc")


def test_as_many_runs_as_fit() -> None:
    assert len(fingerprints(TUNE, RUN)) == len(TUNE) - RUN + 1
    assert fingerprints(TUNE[: RUN - 1], RUN) == []


def test_the_shipped_filter_is_there() -> None:
    assert not KnownRuns.shipped().has_part_of(random_tune(7))
