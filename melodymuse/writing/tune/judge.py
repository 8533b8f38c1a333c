"""The judge: how much a phrase sounds like those that people wrote.

Boosted trees (Friedman 2001, Annals of Statistics 29:1189-1232) that have learned to tell phrases
of real tunes from composed ones by `phrase_features`, as an ONNX graph of one node.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from melodymuse.networks import MODELS, open_network

FILE = "judge.onnx"
SHIPPED = f"tune/{FILE}"
INPUT = "features"


class Listener(Protocol):
    """What the critic asks of a judge."""

    def real(self, features: Sequence[float]) -> float:
        """Log odds that a phrase of such numbers is a real one; of equally many of both."""


class Judge:
    """The trained judge.

    Args:
        path: the file that `training.tune.judge` writes.

    Raises:
        ModelError: it is missing, is no ONNX model, or ships and is not as shipped.
    """

    def __init__(self, path: Path) -> None:
        self._trees: Any = open_network(path)

    @classmethod
    def shipped(cls) -> Judge:
        """The one that comes with the package."""
        return cls(MODELS / SHIPPED)

    def real(self, features: Sequence[float]) -> float:
        """As `Listener` says."""
        # A phrase at a time: sums of floats come in one order only for one row.
        [[odds]] = self._trees.run(None, {INPUT: np.asarray([features], np.float32)})[0]
        return float(odds)
