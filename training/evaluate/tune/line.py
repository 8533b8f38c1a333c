"""How a tune moves: steps and leaps, the range and the breath of its phrases, its rhythms."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log2
from statistics import fmean

from training.evaluate.tune.piece import TWO_QUARTERS, TunePiece, neighbours

LEAP = 5
_STEPS = (1, 2)


def repeats(piece: TunePiece) -> float | None:
    """Share 0..1 of neighbours of one pitch."""
    return _share_of_intervals(piece, 0, 0)


def steps(piece: TunePiece) -> float | None:
    """Share 0..1 of neighbours one or two semitones apart."""
    return _share_of_intervals(piece, *_STEPS)


def leaps(piece: TunePiece) -> float | None:
    """Share 0..1 of neighbours a fourth or more apart."""
    return _share_of_intervals(piece, LEAP, 127)


def answered(piece: TunePiece) -> float | None:
    """Share 0..1 of leaps that a step in the other direction follows."""
    found = [
        (b.pitch - a.pitch, c.pitch - b.pitch if c.onset - b.onset <= TWO_QUARTERS else 0)
        for a, b, c in zip(piece.tune, piece.tune[1:], piece.tune[2:], strict=False)
        if abs(b.pitch - a.pitch) >= LEAP and b.onset - a.onset <= TWO_QUARTERS
    ]
    return _mean([leap * after < 0 and abs(after) in _STEPS for leap, after in found])


def phrase_range(piece: TunePiece) -> float | None:
    """Semitones between the lowest and the highest note of four bars, on average."""
    bars = piece.in_bars(piece.tune)
    pitches = [
        [note.pitch for bar in bars[begin:end] for note in bar] for begin, end in piece.phrases()
    ]
    return _mean([max(found) - min(found) for found in pitches if found])


def breath(piece: TunePiece) -> float | None:
    """Share 0..1 of phrases of four bars from whose last onset it is two quarters or more to the
    next onset; what follows the last phrase is not known."""
    steps = piece.metre.bar_steps
    return _mean(
        [
            b.onset - a.onset >= TWO_QUARTERS
            for a, b in pairwise(piece.tune)
            for begin, end in piece.phrases()
            if begin * steps <= a.onset < end * steps <= b.onset
        ]
    )


def rhythm_entropy(piece: TunePiece) -> float | None:
    """Entropy in bits of the onset patterns of bars."""
    counted = Counter(piece.patterns(piece.tune))
    total = counted.total()
    return -sum(n / total * log2(n / total) for n in counted.values()) if total else None


def _share_of_intervals(piece: TunePiece, low: int, high: int) -> float | None:
    intervals = [abs(b.pitch - a.pitch) for a, b in neighbours(piece.tune)]
    return _mean([low <= interval <= high for interval in intervals])


def _mean(values: list[bool] | list[int]) -> float | None:
    return fmean(values) if values else None
