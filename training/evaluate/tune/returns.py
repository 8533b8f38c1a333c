"""How a theme comes back: the first four bars of a section whose letter came before, beside those
of its first statement."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from training.evaluate.tune.piece import TunePiece

_OPENING_BARS = 4
_HALF = 2


def returning_tune(piece: TunePiece) -> float | None:
    """Mean Jaccard index 0..1 of the bars' sets of (onset, pitch)."""
    pairs = _tune_pairs(piece)
    return fmean([len(a & b) / len(a | b) for a, b in pairs]) if pairs else None


def identical_bars(piece: TunePiece) -> float | None:
    """Share 0..1 of those bars whose sets are the same."""
    pairs = _tune_pairs(piece)
    return fmean([a == b for a, b in pairs]) if pairs else None


def same_chords_first(piece: TunePiece) -> float | None:
    """Share 0..1 of the beats of the first two bars on the same root as before."""
    return _same_roots(piece, 0, _HALF)


def same_chords_then(piece: TunePiece) -> float | None:
    """The same of bars three and four, where cadences begin."""
    return _same_roots(piece, _HALF, _OPENING_BARS)


def _returning_bars(piece: TunePiece) -> Iterator[tuple[int, int, int]]:
    """(place in its section, bar of the first statement, returning bar)."""
    first: dict[str, tuple[int, int]] = {}
    for letter, bar, bars in piece.parts:
        model, length = first.setdefault(letter, (bar, bars))
        if model != bar:
            for place in range(min(_OPENING_BARS, length, bars)):
                yield place, model + place, bar + place


def _tune_pairs(piece: TunePiece) -> list[tuple[set[tuple[int, int]], set[tuple[int, int]]]]:
    steps = piece.metre.bar_steps
    bars = [{(n.onset % steps, n.pitch) for n in bar} for bar in piece.in_bars(piece.tune)]
    pairs = [(bars[before], bars[bar]) for _, before, bar in _returning_bars(piece)]
    return [(a, b) for a, b in pairs if a or b]


def _same_roots(piece: TunePiece, first: int, until: int) -> float | None:
    same = []
    for place, before, bar in _returning_bars(piece):
        if first <= place < until:
            for beat in range(0, piece.metre.bar_steps, piece.metre.beat_steps):
                a, b = (piece.chord_at(x * piece.metre.bar_steps + beat) for x in (before, bar))
                if a is not None and b is not None:
                    same.append(a.root == b.root)
    return fmean(same) if same else None
