"""The table of `python -m benchmarks`, and a sample of what it measures."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks import network, throughput
from benchmarks.__main__ import draw, machine
from benchmarks.figures import Figure, as_markdown, fresh


def test_figures_are_rows_of_a_table() -> None:
    table = as_markdown([Figure("start", "numpy", 12345.6, "ms"), Figure("x", "y", 0.01234, "x")])
    assert table.splitlines()[2:] == ["| start | numpy | 12,346 | ms |", "| x | y | 0.0123 | x |"]
    assert "Python 3" in machine()


def test_the_plot_shows_every_panel(tmp_path: Path) -> None:
    figures = [
        Figure("network", "events, 1 pieces", 5.0, "1/s"),
        Figure("length", "8 bars", 5.0, "ms a bar"),
        Figure("formats", ".mid", 5.0, "ms"),
    ]
    draw(figures, tmp_path / "figures.png")
    assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")


def test_a_part_is_measured_in_a_process_of_its_own() -> None:
    (bandwidth,) = fresh(_bandwidth)
    # From the slowest memory of a telephone to the fastest of a server.
    assert 0.1e9 < bandwidth.value < 1e12


def _bandwidth() -> list[Figure]:
    return [Figure("network", "reading memory", network.read_bandwidth(), "B/s")]


def test_a_longer_piece_costs_no_more_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "LENGTHS", (4, 16))
    short, long = throughput.measure_lengths(3)
    assert (short.name, long.name) == ("4 bars", "16 bars")
    assert long.value < 3 * short.value


def test_every_format_is_timed() -> None:
    found = {
        figure.name.partition(",")[0]: figure.value for figure in throughput.measure_formats(1)
    }
    assert set(found) >= {".mid", ".musicxml", ".png"}
    assert statistics.fmean(found.values()) > 0
