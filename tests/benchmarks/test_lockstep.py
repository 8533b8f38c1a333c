"""A sample of what `benchmarks/lockstep.py` measures."""

from __future__ import annotations

from benchmarks.lockstep import Counting, measure, pace


def test_every_event_is_counted_and_lockstep_pays() -> None:
    network = Counting.shipped()
    assert isinstance(network, Counting)
    assert pace(network, 2, 1, 1) > 0
    apart = network.events
    pace(network, 2, 1, 2)
    # Candidates and all: the same pieces.
    assert network.events == 2 * apart > 20
    paces = measure(pieces=8, bars=2, runs=1)
    assert paces[8] > 1.5 * paces[1]
