"""How much of a bar returns later: the share of its (position, pitch) pairs that stand again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from melodymuse.music.score import Score

DISTANCES = (4, 8, 16)


def bar_contents(score: Score) -> list[frozenset[tuple[int, int]]]:
    """For each bar its (tick from the bar line, pitch) pairs."""
    bars: list[set[tuple[int, int]]] = [set() for _ in range(score.bars)]
    for note in score.notes:
        bar, position = divmod(note.onset, score.time_signature.bar_ticks)
        bars[bar].add((position, note.pitch))
    return [frozenset(bar) for bar in bars]


def returning_shares(score: Score, distance: int) -> list[float]:
    """For each bar that has notes, and a bar `distance` bars after it, the share 0..1 of its pairs
    that stand there too."""
    bars = bar_contents(score)
    pairs = zip(bars, bars[distance:], strict=False)
    return [len(bar & later) / len(bar) for bar, later in pairs if bar]


def returning_share(score: Score, distance: int) -> float | None:
    """The mean of `returning_shares`; None where there are none."""
    shares = returning_shares(score, distance)
    return float(np.mean(shares)) if shares else None


def structure_features(score: Score, distances: Sequence[int] = DISTANCES) -> dict[str, float]:
    """`returning_share` by distance, those that the piece is long enough for."""
    shares = {f"returns_after_{d}": returning_share(score, d) for d in distances}
    return {name: share for name, share in shares.items() if share is not None}


def compare_structure(
    real: Sequence[Score], generated: Sequence[Score], distances: Sequence[int] = DISTANCES
) -> dict[str, Any]:
    """What returns, by distance.

    Returns:
        "real", "generated": medians over all bars; "ratio" of these; "real_piece",
        "generated_piece", "piece_ratio": the same of medians over pieces, a piece being the mean of
        its bars.  None where no piece is long enough, or real is 0.
    """
    return {
        str(distance): {
            **_beside(
                "real", "generated", "ratio", _bars(real, distance), _bars(generated, distance)
            ),
            **_beside(
                "real_piece",
                "generated_piece",
                "piece_ratio",
                _pieces(real, distance),
                _pieces(generated, distance),
            ),
        }
        for distance in distances
    }


def _bars(scores: Sequence[Score], distance: int) -> list[float]:
    return [share for score in scores for share in returning_shares(score, distance)]


def _pieces(scores: Sequence[Score], distance: int) -> list[float]:
    means = [returning_share(score, distance) for score in scores]
    return [mean for mean in means if mean is not None]


def _beside(
    real_name: str, name: str, ratio_name: str, real: Sequence[float], generated: Sequence[float]
) -> dict[str, float | None]:
    ours = float(np.median(generated)) if generated else None
    theirs = float(np.median(real)) if real else None
    ratio = ours / theirs if theirs and ours is not None else None
    return {real_name: theirs, name: ours, ratio_name: ratio}
