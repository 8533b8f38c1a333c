"""A sample of what `benchmarks.fuzz` asks of every reader, and that it would notice."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.fuzz_seeds import READERS
from melodymuse.streams import stream

pytestmark = pytest.mark.skipif(os.name == "nt", reason="measures as POSIX does")


@pytest.mark.parametrize("reader", READERS)
def test_a_sample_of_damaged_inputs(reader: str, tmp_path: Path) -> None:
    kind, seeds = READERS[reader], READERS[reader].seeds()
    path = tmp_path / f"input{kind.suffix}"
    for seed in seeds[:1]:
        assert fuzz._read(kind.read, seed, path) == "read"
    for case in range(40):
        damaged = fuzz.damaged(seeds, stream(0, reader, case))
        assert fuzz._read(kind.read, damaged, path) in ("read", "refused"), case


def test_the_same_seed_draws_the_same_inputs() -> None:
    seeds = READERS["midi"].seeds()
    drawn = [fuzz.damaged(seeds, stream(3, "midi", case)) for case in range(50)]
    assert drawn == [fuzz.damaged(seeds, stream(3, "midi", case)) for case in range(50)]
    assert len(set(drawn)) > 40


def _fails(data: bytes, path: Path) -> None:
    if len(data) % 3 == 0:
        raise KeyError("undeclared")


def test_an_undeclared_error_is_noticed(tmp_path: Path) -> None:
    assert fuzz._read(_fails, b"abc", tmp_path) == "KeyError: 'undeclared'"
    assert fuzz._read(_fails, b"ab", tmp_path) == "read"


def test_a_process_counts_its_cases() -> None:
    report = fuzz.examine("key", 30, seed=1)
    assert report.read + report.refused == 30
    assert report.faults == []


def test_a_hang_and_a_crash_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "_PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(fuzz, "_read_all", _sleeps)
    assert [fault.case for fault in fuzz.examine("key", 2, seed=1).faults] == [0, 1]
    monkeypatch.setattr(fuzz, "_PATIENCE_SECONDS", 60)
    monkeypatch.setattr(fuzz, "_read_all", _aborts)
    assert "ended with status" in fuzz.examine("key", 1, seed=1).faults[0].how


def _sleeps(*_: object) -> None:
    time.sleep(60)


def _aborts(*_: object) -> None:
    os.abort()
