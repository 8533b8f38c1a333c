"""What serves the tune: how far the hands spread, the left hand's figures, how sections differ."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

from training.evaluate.tune.piece import TunePiece

SECTION_BARS = 8
_BARS = 32


def spread(piece: TunePiece) -> float | None:
    """Standard deviation of the pitches of a bar, semitones, on average."""
    bars = piece.in_bars((*piece.right, *piece.left))
    found = [pstdev(n.pitch for n in bar) for bar in bars if bar]
    return fmean(found) if found and piece.left else None


def left_patterns(piece: TunePiece) -> float | None:
    """How many different onset patterns the left hand's bars have, in 32 bars."""
    found = {pattern for pattern in piece.patterns(piece.left) if pattern}
    return len(found) * _BARS / piece.bars if found else None


def left_again(piece: TunePiece) -> float | None:
    """Share 0..1 of the left hand's patterns that the next bar has again."""
    pairs = [(a, b) for a, b in pairwise(piece.patterns(piece.left)) if a]
    return fmean([a == b for a, b in pairs]) if pairs else None


def section_contrast(piece: TunePiece) -> float | None:
    """Standard deviation over sections of eight bars of the notes a bar."""
    counts = [len(bar) for bar in piece.in_bars((*piece.right, *piece.left))]
    sections = [
        fmean(counts[first : first + SECTION_BARS])
        for first in range(0, piece.bars - SECTION_BARS + 1, SECTION_BARS)
    ]
    return pstdev(sections) if len(sections) > 1 and piece.left else None
