"""What in a tune comes again: figures of four notes, and bars carried to other degrees.

A figure is three pairs of (step in scale degrees, wait in grid steps), so that it is found again on
any degree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from training.evaluate.tune.piece import Sound, TunePiece

PAIRS = 3
# Longer waits are all one: a rest.
LONGEST_WAIT = 48
WINDOW_BARS = 8
_NOTES_OF_A_SEQUENCE = 3

Figure = tuple[tuple[int, int], ...]


def figures(piece: TunePiece, notes: Sequence[Sound] | None = None) -> list[Figure]:
    """All figures of a tune, or of some of its notes, overlapping, in order."""
    line = piece.tune if notes is None else notes
    pairs = [
        (piece.degree(b.pitch) - piece.degree(a.pitch), min(b.onset - a.onset, LONGEST_WAIT))
        for a, b in pairwise(line)
    ]
    return [tuple(pairs[i : i + PAIRS]) for i in range(len(pairs) - PAIRS + 1)]


def recurring(piece: TunePiece) -> float | None:
    """Share 0..1 of figures that occur twice or more."""
    return _recurring(figures(piece))


def recurring_soon(piece: TunePiece) -> float | None:
    """The same within eight bars, on average."""
    shares = []
    for first in range(0, piece.bars - WINDOW_BARS + 1, WINDOW_BARS):
        begin = first * piece.metre.bar_steps
        end = begin + WINDOW_BARS * piece.metre.bar_steps
        share = _recurring(figures(piece, [n for n in piece.tune if begin <= n.onset < end]))
        if share is not None:
            shares.append(share)
    return fmean(shares) if shares else None


def sequences(piece: TunePiece) -> float | None:
    """Share 0..1 of neighbouring bars that have the same onsets and the same steps in degrees on
    other pitches."""
    pairs = list(pairwise(piece.in_bars(piece.tune)))
    return fmean([_carried(piece, a, b) for a, b in pairs]) if pairs else None


def shared(piece: TunePiece, others: Sequence[TunePiece]) -> float | None:
    """Share 0..1 of a piece's figures that stand in any of the others."""
    known = {figure for other in others for figure in figures(other)}
    found = figures(piece)
    return fmean([figure in known for figure in found]) if found else None


def _recurring(found: Sequence[Figure]) -> float | None:
    counted = Counter(found)
    return fmean([counted[figure] > 1 for figure in found]) if found else None


def _carried(piece: TunePiece, a: Sequence[Sound], b: Sequence[Sound]) -> bool:
    if len(a) != len(b) or len(a) < _NOTES_OF_A_SEQUENCE or a[0].pitch == b[0].pitch:
        return False
    steps = piece.metre.bar_steps
    return all(
        x.onset + steps == y.onset
        and piece.degree(x.pitch) - piece.degree(a[0].pitch)
        == piece.degree(y.pitch) - piece.degree(b[0].pitch)
        for x, y in zip(a, b, strict=True)
    )
