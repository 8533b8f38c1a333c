"""How many events a second the composer writes: one piece after another, and many in lockstep.

    python benchmarks/lockstep.py [--pieces 64] [--bars 16] [--runs 3]

Counts the note network's events and the processor's seconds of one thread, over writing what is
free under tunes that are written before: a tune's takes stand side by side even in one piece.  The
widths run in turn, so that what else the machine does meets all alike, and the best run of each
counts.  The aim is at least six times as many at sixty-four pieces as at one.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import replace
from functools import cache

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.planning.planner import plan_for
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.network import Floats, Indices, NoteNetwork
from melodymuse.writing.tune.stage import Singer

AIM = 6.0
WIDTHS = (1, 8, 64)
# One after another as many pieces as tell the pace.
FEWEST = 8


class Counting(NoteNetwork):
    """The network, counting the events that it reads."""

    events = 0

    def step(
        self,
        events: Indices,
        recalled: Indices,
        likeness: Indices,
        controls: Floats,
        hints: Indices,
        state: Floats,
    ) -> tuple[Floats, Floats]:
        self.events += len(events)
        return super().step(events, recalled, likeness, controls, hints, state)


@cache
def drafted(pieces: int, bars: int) -> list[Draft]:
    """Drafts with tunes, of the eight emotions in turn."""
    plans = []
    for seed in range(pieces):
        profile = EmotionProfile.of(EMOTIONS[seed % len(EMOTIONS)])
        plans.append(plan_for(profile, profile, controls_for(profile, seed=seed, bars=bars)))
    tunes = Singer.shipped().tunes(plans)
    return [replace(Draft.of(plan), tune=tune) for plan, tune in zip(plans, tunes, strict=True)]


def pace(network: Counting, pieces: int, bars: int, rows: int) -> float:
    """Events a processor second."""
    drafts = drafted(pieces, bars)
    begun, begin = network.events, time.process_time()
    write_drafts(network, drafts, rows=rows)
    return (network.events - begun) / (time.process_time() - begin)


def measure(pieces: int, bars: int, runs: int) -> dict[int, float]:
    """Width -> events a processor second in the best of so many runs."""
    network = Counting.shipped()
    assert isinstance(network, Counting)
    found: dict[int, list[float]] = defaultdict(list)
    pace(network, 2, 2, 2)
    for _ in range(runs):
        for rows in WIDTHS:
            some = min(max(FEWEST, rows), pieces)
            found[rows].append(pace(network, some, bars, rows))
    return {rows: max(paces) for rows, paces in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, default=64)
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    paces = measure(options.pieces, options.bars, options.runs)
    for rows, found in paces.items():
        print(f"{rows:3} at once  {found:8.0f} events a second  {found / paces[1]:.1f} times one")
    ratio = paces[WIDTHS[-1]] / paces[1]
    print(f"ratio {ratio:.1f} ({'within' if ratio >= AIM else 'short of'} the aim of {AIM})")


if __name__ == "__main__":
    main()
