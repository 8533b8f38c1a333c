"""The trained note network in onnxruntime: one recurrent step, and a head for each part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.networks import MODELS, open_network

STEP_FILE = "step.onnx"
HEAD_FILES = {name: f"{name}.onnx" for name in ("position", "item", "duration", "velocity")}
SHIPPED = "composer"
_STEP_OUTPUTS, _HEAD_OUTPUTS = ("features", "new_state"), ("logits",)

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


class NoteNetwork:
    """The exported network: one recurrent step, and a head for each part of an event.

    Args:
        folder: holds `step.onnx` and the heads as `training.composer.export` writes them.

    Raises:
        ModelError: a file is missing, is no ONNX model, or ships and is not as shipped.
    """

    def __init__(self, folder: Path) -> None:
        self._step: Any = open_network(folder / STEP_FILE)
        self._heads: list[Any] = [open_network(folder / name) for name in HEAD_FILES.values()]
        features, state = (output.shape for output in self._step.get_outputs())
        self._state_size, self._head_size = state[1], features[1] // len(self._heads)

    @classmethod
    def shipped(cls) -> NoteNetwork:
        """The network that comes with the package."""
        return cls(MODELS / SHIPPED)

    def initial_state(self, rows: int) -> Floats:
        """An empty memory, a row for each of so many pieces side by side."""
        return np.zeros((rows, self._state_size), np.float32)

    def step(
        self,
        events: Indices,
        recalled: Indices,
        likeness: Indices,
        controls: Floats,
        hints: Indices,
        state: Floats,
    ) -> tuple[Floats, Floats]:
        """Read one event in each row.

        A row is a piece of its own: what comes out of it is the same to the last bit whatever
        stands in the other rows, and however many they are.

        Args:
            events: int64 (rows, 4), the events just written.
            recalled: int64 (rows, 4), the recalled bars' next events.
            likeness: int64 (rows,), likeness classes.
            controls: float32 (rows, VECTOR_SIZE).
            hints: int64 (rows, len(HINTS)), of tune and figure.
            state: float32, as `initial_state` and this method give it.

        Returns:
            Features (rows, 4 * head) for the heads, and the new state.
        """
        features, new_state = self._step.run(
            _STEP_OUTPUTS,
            {
                "event": events,
                "recalled": recalled,
                "likeness": likeness,
                "controls": controls,
                "hints": hints,
                "state": state,
            },
        )
        return features, new_state

    def logits(self, part: int, features: Floats, chosen: Indices) -> Floats:
        """Logits (rows, size) of a part of the next events, given the parts chosen before it,
        `chosen` int64 (rows, part)."""
        size = self._head_size
        inputs: dict[str, Floats | Indices] = {
            "features": features[:, part * size : (part + 1) * size]
        }
        if part:
            inputs["chosen"] = chosen
        result: Floats = self._heads[part].run(_HEAD_OUTPUTS, inputs)[0]
        return result
