"""The trained tune network in onnxruntime: what a bar is told, one recurrent step, three heads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.networks import MODELS, open_network

BAR_FILE, STEP_FILE = "bar.onnx", "step.onnx"
HEAD_FILES = {name: f"{name}.onnx" for name in ("position", "duration", "pitch")}
SHIPPED = "tune"

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Inputs = dict[str, NDArray[Any]]


class TuneModel(Protocol):
    """What `write_tunes` asks of a network; rows are independent of each other."""

    def initial_state(self, rows: int) -> Floats:
        """An empty memory, (.., rows, ..)."""

    def read_bar(self, told: Indices, beats: Floats) -> Floats:
        """What is told of each row's bar, as the step reads it: from int64 (rows, len(TOLD))
        classes and float32 (rows, CHORD_SLOTS * 24) chords of its beats."""

    def step(
        self, event: Indices, recalled: Indices, bar: Floats, state: Floats
    ) -> tuple[Floats, Floats]:
        """Read a note (rows, 3) in each row, the recalled bar's next one (rows, 3), and the bar as
        `read_bar` gives it; returns features for the heads, and the new state."""

    def positions(self, features: Floats) -> Floats:
        """Logits (rows, POSITIONS) of the next note's position, the last one the next bar line."""

    def durations(self, features: Floats, given: Indices) -> Floats:
        """Logits (rows, DURATIONS), given (rows, 2): the position, and the recalled bar's duration
        class there."""

    def pitches(self, features: Floats, given: Indices, chords: Floats) -> Floats:
        """Logits (rows, PITCHES), given (rows, 3): position, duration class, and the recalled bar's
        pitch class there; and the chords (rows, 2 * 24) where the note begins and ends."""


class TuneNetwork:
    """The exported network.

    Args:
        folder: holds the files that `training.tune.export` writes.

    Raises:
        ModelError: a file is missing, is no ONNX model, or ships and is not as shipped.
    """

    def __init__(self, folder: Path) -> None:
        self._bar: Any = open_network(folder / BAR_FILE)
        self._step: Any = open_network(folder / STEP_FILE)
        self._heads: dict[str, Any] = {
            name: open_network(folder / file) for name, file in HEAD_FILES.items()
        }
        state = next(i for i in self._step.get_inputs() if i.name == "state").shape
        self._state_rows, self._units = state[0], state[2]
        self._head = self._step.get_outputs()[0].shape[1] // len(self._heads)

    @classmethod
    def shipped(cls) -> TuneNetwork:
        """The network that comes with the package."""
        return cls(MODELS / SHIPPED)

    def initial_state(self, rows: int) -> Floats:
        """An empty memory for so many rows."""
        return np.zeros((self._state_rows, rows, self._units), np.float32)

    def read_bar(self, told: Indices, beats: Floats) -> Floats:
        """As `TuneModel` says."""
        return self._run(self._bar, {"told": told, "beats": beats})

    def step(
        self, event: Indices, recalled: Indices, bar: Floats, state: Floats
    ) -> tuple[Floats, Floats]:
        """As `TuneModel` says."""
        features, new_state = self._step.run(
            None, {"event": event, "recalled": recalled, "bar": bar, "state": state}
        )
        return features, new_state

    def positions(self, features: Floats) -> Floats:
        """As `TuneModel` says."""
        return self._run(self._heads["position"], {"features": self._part(features, 0)})

    def durations(self, features: Floats, given: Indices) -> Floats:
        """As `TuneModel` says."""
        inputs: Inputs = {"features": self._part(features, 1), "given": given}
        return self._run(self._heads["duration"], inputs)

    def pitches(self, features: Floats, given: Indices, chords: Floats) -> Floats:
        """As `TuneModel` says."""
        inputs: Inputs = {
            "features": self._part(features, 2),
            "given": given,
            "chords": chords,
        }
        return self._run(self._heads["pitch"], inputs)

    def _part(self, features: Floats, index: int) -> Floats:
        return features[:, index * self._head : (index + 1) * self._head]

    @staticmethod
    def _run(session: Any, inputs: Inputs) -> Floats:
        result: Floats = session.run(None, inputs)[0]
        return result
