"""How near an eye comes to what is felt at pictures, in one row of figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.measures import accuracy, macro_f1, pearson

Array = npt.NDArray[Any]


def how_good(said: Array, probabilities: Array, felt: Array, shares: Array) -> dict[str, float]:
    """Correlations, and agreement of the emotions where shares are known.

    Args:
        said: valence and arousal that an eye told, (N, 2).
        probabilities: of the eight emotions that it told, (N, 8).
        felt: valence and arousal, (N, 2).
        shares: of the eight emotions, (N, 8); rows of nan do not count.

    Returns:
        Pearson's r of valence and of arousal; the share of pictures whose leading emotion is that
        of the shares; macro-F1 of it; the mean overlap of both distributions, 0..1.
    """
    known = ~np.isnan(shares).any(axis=1)
    told, labels = probabilities[known], shares[known].argmax(axis=1)
    figures = {
        "valence r": pearson(said[:, 0], felt[:, 0]),
        "arousal r": pearson(said[:, 1], felt[:, 1]),
    }
    if known.any():
        figures |= {
            "leading emotion": accuracy(told, labels),
            "macro-F1": macro_f1(told, labels),
            "overlap": float(np.minimum(told, shares[known]).sum(axis=1).mean()),
        }
    return {name: round(figure, 4) for name, figure in figures.items()}
