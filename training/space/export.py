"""The towers as two ONNX files, from features or events to embedding and guess."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper

from training.eye.graph import Graph, Storage
from training.manifest import update_manifest
from training.space.events import ROWS, WIDTH
from training.space.towers import EMBEDDING, Projection

PICTURE_FILE, MUSIC_FILE = "picture.onnx", "music.onnx"
OPSET, _IR_VERSION = 18, 9
_GATES = (0, 3, 1, 2)  # Keras has input, forget, cell, output; ONNX input, output, forget, cell


def export_picture(tower: keras.Model, projection: Projection, folder: Path) -> None:
    """`PICTURE_FILE`: features (N, F) -> `embedding` (N, EMBEDDING), `guess` (N, 2)."""
    graph = Graph(Storage.COMPACT)
    _ended(graph, "features", projection, tower)
    _write(graph, [_of("features", "batch", len(projection.mean))], folder / PICTURE_FILE)


def export_music(
    reads: keras.Model, tower: keras.Model, projection: Projection, folder: Path
) -> None:
    """`MUSIC_FILE`: events (N, ROWS, WIDTH) -> `embedding` (N, EMBEDDING), `guess` (N, 2)."""
    graph = Graph(Storage.COMPACT)
    kernel, recurrent, bias = reads.get_layer("lstm").get_weights()
    units = len(recurrent)

    def gates(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values[..., g * units : (g + 1) * units] for g in _GATES], axis=-1)

    graph.add("Transpose", ["events"], "by_row", perm=[1, 0, 2])
    graph.add(
        "LSTM",
        [
            "by_row",
            graph.weight(gates(kernel).T[None], "lstm_kernel"),
            graph.weight(gates(recurrent).T[None], "lstm_recurrent"),
            graph.number(np.concatenate([gates(bias), np.zeros(4 * units)])[None], "lstm_bias"),
        ],
        "states",
        hidden_size=units,
    )
    graph.add("Squeeze", ["states", graph.constant([1], "direction")], "flow")
    bounds = [graph.constant([at], name) for at, name in ((WIDTH - 1, "last"), (WIDTH, "end"))]
    graph.add("Slice", ["by_row", *bounds, graph.constant([2], "columns")], "there")
    graph.add("Mul", ["flow", "there"], "heard")
    total = graph.reduced("ReduceSum", "heard", [0], "total", keep=False)
    count = graph.reduced("ReduceSum", "there", [0], "count", keep=False)
    graph.add("Max", [count, graph.number(1.0, "one")], "some")
    graph.add("Div", [total, "some"], "mean_state")
    _ended(graph, "mean_state", projection, tower)
    _write(graph, [_of("events", "batch", ROWS, WIDTH)], folder / MUSIC_FILE)


def _ended(graph: Graph, x: str, projection: Projection, tower: keras.Model) -> None:
    """From features to both answers."""
    name = tower.name
    shift = -projection.mean @ projection.matrix
    x = graph.dense(x, projection.matrix, shift, "projected")
    for layer in ("hidden", "embedding"):
        kernel, bias = tower.get_layer(f"{name}_{layer}").get_weights()
        x = graph.dense(x, kernel, bias, layer)
        x = graph.add("Relu", [x], f"{layer}_positive") if layer == "hidden" else x
    length = graph.reduced("ReduceL2", x, [1], "length")
    graph.add("Max", [length, graph.number(1e-6, "least")], "some_length")
    x = graph.add("Div", [x, "some_length"], "embedding")
    for index in range(2):
        (kernel,) = tower.get_layer(f"{name}_guess_{index}").get_weights()
        norm = tower.get_layer(f"{name}_norm_{index}")
        gamma, beta, mean, variance = norm.get_weights()
        gain = gamma / np.sqrt(variance + norm.epsilon)
        x = graph.dense(x, kernel * gain, beta - mean * gain, f"guess_{index}")
        x = graph.add("Relu", [x], f"guess_{index}_positive")
    kernel, bias = tower.get_layer(f"{name}_guess").get_weights()
    graph.add("Sigmoid", [graph.dense(x, kernel, bias, "guess_score")], "guess")


def _of(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _write(graph: Graph, inputs: list[onnx.ValueInfoProto], path: Path) -> None:
    outputs = [_of("embedding", "batch", EMBEDDING), _of("guess", "batch", 2)]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "melodymuse-space", inputs, outputs, graph.weights),
        producer_name="melodymuse",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.checker.check_model(model)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(model.SerializeToString())
    beside.replace(path)
    update_manifest(path)
