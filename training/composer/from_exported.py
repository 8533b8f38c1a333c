"""Going on from a network that ships, whose training run nobody has any more.

Tables and biases are in the exported files as they were, the heads in float16, the matrices in
seven bits; what comes out is as near to the network that was trained as what ships is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from melodymuse.writing.hints import HINTS
from melodymuse.writing.network import HEAD_FILES, STEP_FILE
from training.composer.network import PART_NAMES, TABLES, Shape
from training.layers import assign_by_layer

Arrays = dict[str, NDArray[Any]]


def start_from_exported(network: keras.Model, shape: Shape, folder: Path) -> None:
    """Give a network the weights of exported files; tables that these lack begin at zero.

    Args:
        network: to be trained.
        shape: its sizes, which must be those of the exported network.
        folder: as `training.composer.export` writes it.

    Raises:
        MelodyMuseError: the files are of another network.
    """
    found = {name: [np.zeros((size, shape.embedding), np.float32)] for name, size in HINTS.items()}
    found |= _step(_read(folder / STEP_FILE), shape)
    for index, name in enumerate(PART_NAMES):
        found |= _head(_read(folder / HEAD_FILES[name]), name, PART_NAMES[:index])
    assign_by_layer(network, found)


def _read(path: Path) -> Arrays:
    return {
        weights.name: numpy_helper.to_array(weights)
        for weights in onnx.load(str(path)).graph.initializer
    }


def _step(stored: Arrays, shape: Shape) -> dict[str, list[NDArray[Any]]]:
    tables = np.split(stored["table"], stored["first_rows"][1:])
    found = {name: [table] for name, table in zip(TABLES, tables, strict=False)}
    found["bar_controls"] = list(_dense(stored, "bar_controls"))
    found["features"] = list(_dense(stored, "joined_out"))
    for layer in range(shape.layers):
        kernel, bias = (_keras_gates(part) for part in _dense(stored, f"lstm_{layer}"))
        inputs = len(kernel) - shape.units
        found[f"lstm_{layer}"] = [kernel[:inputs], kernel[inputs:], bias]
    return found


def _dense(stored: Arrays, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    kernel = stored[f"{name}_kernel"].astype(np.float32) * stored[f"{name}_scale"]
    return kernel, stored[f"{name}_bias"]


def _keras_gates(columns: NDArray[Any]) -> NDArray[Any]:
    """The exported order (input, forget, output, candidate) as Keras has it, candidate third."""
    enter, keep, leave, candidate = np.split(columns, 4, axis=-1)
    return np.concatenate([enter, keep, candidate, leave], axis=-1)


def _head(stored: Arrays, name: str, earlier: tuple[str, ...]) -> dict[str, list[NDArray[Any]]]:
    kernel, bias = (stored[f"{part}_stored"].astype(np.float32) for part in ("kernel", "bias"))
    found: dict[str, list[NDArray[Any]]] = {name: [kernel, bias]}
    if earlier:
        tables = np.split(stored["table_stored"], stored["first_rows"][1:])
        for part, table in zip(earlier, tables, strict=True):
            found[f"{name}_given_{part}"] = [table.astype(np.float32)]
    return found
