"""The harmony model: how well each chord suits each beat of a tune, and which chord follows which.

Its numbers are logarithms of odds; the search adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import Metre
from melodymuse.networks import MODELS, open_network
from melodymuse.writing.harmony.frames import Floats, frames
from melodymuse.writing.tune.notes import Bar

FILE = "harmony.onnx"
# Places in a bar where a chord may change, by how strong they are: the bar line, the middle of the
# bar, any other beat.
BAR_LINE, MIDDLE, OTHER = range(3)
PLACES = 3
# The same answer on every processor: what is left of its numbers.
_GRAIN = 1 / 64


class HarmonyModel(Protocol):
    """What the search asks."""

    def suits(self, bars: Sequence[Bar], metre: Metre, modes: Sequence[str]) -> Floats:
        """How well each chord class of `writing.tune.notes` suits each beat, (beats, CHORDS)."""
        ...

    @property
    def follows(self) -> Floats:
        """How readily the second chord follows the first at a beat, (PLACES, CHORDS, CHORDS)."""
        ...


def strength(beat: int, metre: Metre) -> int:
    """How strong a beat of a bar is, one of `PLACES`."""
    if beat == 0:
        return BAR_LINE
    return MIDDLE if beat * metre.beat_steps == metre.half_steps else OTHER


class HarmonyNetwork:
    """The network that ships.

    Args:
        session: of onnxruntime.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._follows: NDArray[np.float32] = self._run(["follows"], np.zeros((0, _width(session))))

    @classmethod
    def shipped(cls) -> HarmonyNetwork:
        """The one that comes with the package.

        Raises:
            ModelError: it is missing or damaged.
        """
        return cls(open_network(MODELS / FILE))

    def suits(self, bars: Sequence[Bar], metre: Metre, modes: Sequence[str]) -> Floats:
        """As `HarmonyModel` says."""
        return self._run(["suits"], frames(bars, metre, modes))

    @property
    def follows(self) -> Floats:
        """As `HarmonyModel` says."""
        return self._follows

    def _run(self, outputs: list[str], read: NDArray[Any]) -> Floats:
        found = self._session.run(outputs, {"frames": read.astype(np.float32)})[0]
        grained: Floats = (np.rint(found / _GRAIN) * _GRAIN).astype(np.float32)
        return grained


def _width(session: Any) -> int:
    return int(session.get_inputs()[0].shape[1])
