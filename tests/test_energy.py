"""Electricity: counters that are there, that begin anew, that nobody may read."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.energy import ESTIMATE, RAPL, WATTS_A_CORE, metered


def counter(folder: Path, name: str, microjoules: int, span: int = 10**9) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "energy_uj").write_text(f"{microjoules}\n")
    (folder / name / "max_energy_range_uj").write_text(f"{span}\n")


def test_counters_of_all_packages_are_summed_and_their_parts_are_not(tmp_path: Path) -> None:
    counter(tmp_path, "intel-rapl:0", 5_000_000)
    counter(tmp_path, "intel-rapl:1", 999_000_000)
    counter(tmp_path, "intel-rapl:0:0", 0)
    with metered(tmp_path) as meter:
        counter(tmp_path, "intel-rapl:0", 41_000_000)
        # This one came to its end and began anew: 1 J up to it, 35 after.
        counter(tmp_path, "intel-rapl:1", 35_000_000)
        counter(tmp_path, "intel-rapl:0:0", 10**8)
    assert meter.energy.source == RAPL
    assert meter.energy.watt_hours == pytest.approx(72 / 3600)
    assert meter.energy.grams == pytest.approx(72 / 3600 * 0.475)


def test_without_counters_the_processor_time_is_what_counts(tmp_path: Path) -> None:
    with metered(tmp_path) as idle:
        pass
    with metered(tmp_path) as busy:
        sum(n * n for n in range(10**6))
    assert busy.energy.source == idle.energy.source == ESTIMATE
    assert busy.energy.watt_hours > 5 * idle.energy.watt_hours
    assert busy.energy.watt_hours < WATTS_A_CORE * 5 / 3600
    told = busy.energy.as_dict()
    assert told["watt_hours"] > 0 and told["source"] == "estimate"


def test_a_counter_that_cannot_be_read_is_no_counter(tmp_path: Path) -> None:
    counter(tmp_path, "intel-rapl:0", 0)
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("closed")
    with metered(tmp_path) as meter:
        pass
    assert meter.energy.source == ESTIMATE
