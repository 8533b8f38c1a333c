"""Many pieces over all emotions, keys and lengths: does any break a convention, stay empty or hang?

    python benchmarks/two_hundred.py [--pieces 200] [--seconds-a-bar 1.0]

Prints one line for each piece that fails, then a summary; exit status 1 if one failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import melodymuse
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.theory import MODES, Key

KEYS = tuple(Key.of(pitch_class, mode) for mode in MODES for pitch_class in range(12))
SHORTEST, LONGEST = 4, 64


@dataclass(frozen=True)
class Wish:
    """What one piece is asked to be."""

    emotion: str
    key: Key
    bars: int
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What became of it: the faults found, notes, seconds of processor time."""

    wish: Wish
    faults: tuple[str, ...]
    notes: int
    seconds: float


def wishes(seed: int = 0) -> Iterator[Wish]:
    """Every emotion in every key (192 wishes), then again, each with a length of its own."""
    random = Random(seed)
    number = 0
    while True:
        combinations = [(emotion, key) for key in KEYS for emotion in EMOTIONS]
        random.shuffle(combinations)
        for emotion, key in combinations:
            yield Wish(emotion, key, random.randint(SHORTEST, LONGEST), number)
            number += 1


def attempt(wish: Wish, seconds_a_bar: float) -> Outcome:
    """Compose one piece and look for faults in the bytes that a DAW would read."""
    begin = time.process_time()
    piece = melodymuse.compose(wish.emotion, key=wish.key, bars=wish.bars, seed=wish.seed)
    data = midi_bytes(piece.score)
    elapsed = time.process_time() - begin
    faults = [str(breach) for breach in broken_conventions(data)]
    if not piece.score.notes:
        faults.append("empty")
    if piece.score.bars != wish.bars:
        faults.append(f"{piece.score.bars} bars instead of {wish.bars}")
    if elapsed > seconds_a_bar * wish.bars:
        faults.append(f"took {elapsed:.1f} s")
    return Outcome(wish, tuple(faults), len(piece.score.notes), elapsed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--seconds-a-bar", type=float, default=1.0)
    options = parser.parse_args()
    outcomes = []
    for wish in islice(wishes(), options.pieces):
        outcome = attempt(wish, options.seconds_a_bar)
        outcomes.append(outcome)
        if outcome.faults:
            print(f"{wish}: {'; '.join(outcome.faults)}", flush=True)
    kinds = Counter(fault.split(":")[0] for outcome in outcomes for fault in outcome.faults)
    faulty = sum(bool(outcome.faults) for outcome in outcomes)
    bars = sum(outcome.wish.bars for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"{len(outcomes)} pieces, {bars} bars, {sum(o.notes for o in outcomes)} notes")
    slowest = max(outcome.seconds for outcome in outcomes)
    print(f"{seconds / bars * 1000:.0f} ms a bar, slowest piece {slowest:.1f} s")
    print(f"{faulty} faulty", dict(kinds) if kinds else "")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
