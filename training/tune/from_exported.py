"""Going on from a tune network that ships, whose training run nobody has any more.

Tables are in the exported files in float16, matrices in seven bits, biases as they were.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from melodymuse.writing.tune.network import BAR_FILE, HEAD_FILES, STEP_FILE
from training.tune.network import HEADS

Arrays = dict[str, NDArray[Any]]


def exported_weights(folder: Path) -> dict[str, list[NDArray[np.float32]]]:
    """What each layer had learned, in Keras' order, by the layer's name."""
    found: dict[str, list[NDArray[np.float32]]] = {}
    bar, step = _read(folder / BAR_FILE), _read(folder / STEP_FILE)
    heads = {name: _read(folder / HEAD_FILES[name]) for name in HEADS}
    for stored in (bar, step, *heads.values()):
        for name, values in stored.items():
            if name.endswith("_table_stored"):
                found[name.removesuffix("_table_stored")] = [values.astype(np.float32)]
    found["beat_chords"] = [_kernel(bar, "beat_chords"), bar["beat_chords_bias"]]
    layers = [name.removesuffix("_bias") for name in step if name.startswith("lstm")]
    for name in (layer for layer in layers if f"{layer}_bias" in step):
        kernels = [_kernel(step, f"{name}_{part}") for part in ("input", "hidden")]
        found[name] = [*kernels, step[f"{name}_bias"]]
    parts = [_kernel(step, f"features_{part}") for part in ("flow", "read")]
    found["features"] = [np.concatenate(parts), step["features_bias"]]
    pitch = heads["pitch"]
    found["pitch_chords"] = [_kernel(pitch, "pitch_chords"), pitch["pitch_chords_bias"]]
    for name, stored in heads.items():
        found[name] = [_kernel(stored, "logits"), stored["logits_bias"]]
    return found


def _read(path: Path) -> Arrays:
    return {
        weights.name: numpy_helper.to_array(weights)
        for weights in onnx.load(str(path)).graph.initializer
    }


def _kernel(stored: Arrays, name: str) -> NDArray[np.float32]:
    return np.asarray(stored[f"{name}_kernel"] * stored[f"{name}_sizes"], np.float32)
