"""Export the trained network to ONNX: one step of the LSTM, and each head by itself.

`python -m training.composer.export --run DIR --out melodymuse/models/composer`

The graphs are built from the weights, node by node: sampling wants the recurrent step and the four
heads apart, because what is chosen by one head decides what the next may choose.  The heads'
weights are stored as float16 and computed with as float32.  The step's matrices are quantised to
seven bits, which makes a step four times as quick; their products are summed in integers, so that
every processor gets the same.  A test holds the graphs to the Keras network.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from melodymuse.planning.bar_controls import VECTOR_SIZE
from melodymuse.writing.network import HEAD_FILES, STEP_FILE
from training.composer.network import PART_NAMES, Shape, training_network

OPSET = 18


class _Graph:
    """Nodes and weights of one ONNX graph, whose weights are stored in a precision."""

    def __init__(self, stored: type[np.floating[Any]]) -> None:
        self._stored = stored
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: NDArray[np.float32]) -> str:
        """Store in the graph's precision, hand out as float32."""
        if self._stored is np.float32:
            self.weights.append(numpy_helper.from_array(value.astype(np.float32), name))
            return name
        stored = numpy_helper.from_array(value.astype(self._stored), f"{name}_stored")
        self.weights.append(stored)
        return self.add("Cast", [f"{name}_stored"], name, to=TensorProto.FLOAT)

    def integers(self, name: str, values: Sequence[int]) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(values, np.int64), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def split(self, source: str, outputs: Sequence[str], axis: int) -> None:
        self.nodes.append(
            helper.make_node("Split", [source], list(outputs), axis=axis, num_outputs=len(outputs))
        )

    def save(
        self,
        path: Path,
        inputs: Sequence[onnx.ValueInfoProto],
        outputs: Sequence[onnx.ValueInfoProto],
    ) -> None:
        graph = helper.make_graph(
            self.nodes, path.stem, list(inputs), list(outputs), initializer=self.weights
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="melodymuse"
        )
        model.ir_version = 10
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))


def export(network: keras.Model, shape: Shape, folder: Path) -> None:
    """Write `step.onnx` and the four heads into a folder.

    The step reads event (N, 4) int64, recalled (N, 4) int64, likeness (N,) int64, controls
    (N, VECTOR_SIZE) float32 and state (2 * layers, N, units) float32 (hidden and cell state of each
    layer in turn); it gives features (N, 4 * head) and the new state.  A head reads its part of the
    features (N, head) and the parts already chosen (N, 0..3) int64, and gives logits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights_by_layer(network)
    with tempfile.TemporaryDirectory() as scratch:
        exact = Path(scratch) / STEP_FILE
        _export_step(weights, shape, exact)
        quantise(exact, folder / STEP_FILE)
    for index, name in enumerate(PART_NAMES):
        _export_head(weights, shape, index, folder / HEAD_FILES[name])


def quantise(exact: Path, path: Path) -> None:
    """Write a graph again with the kernels of its products in seven bits, a scale for each column.

    Seven rather than eight: sums of eight-bit products overflow in the 16-bit registers of older
    processors, which then get other notes.
    """
    quantize_dynamic(
        exact,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _weights_by_layer(network: keras.Model) -> dict[str, list[NDArray[np.float32]]]:
    layers: dict[str, list[NDArray[np.float32]]] = {}
    for layer in network._flatten_layers(include_self=False):
        if layer.trainable_variables and not isinstance(layer, keras.Model):
            layers[layer.name] = [
                keras.ops.convert_to_numpy(v.value) for v in layer.trainable_variables
            ]
    return layers


def _export_step(
    weights: Mapping[str, list[NDArray[np.float32]]], shape: Shape, path: Path
) -> None:
    graph = _Graph(np.float32)
    terms = []
    for role, source in (("event", "event"), ("recalled", "recalled")):
        columns = [f"{role}_{name}_index" for name in PART_NAMES]
        graph.split(source, [f"{c}_column" for c in columns], axis=1)
        for name, column in zip(PART_NAMES, columns, strict=True):
            index = graph.add(
                "Squeeze", [f"{column}_column", graph.integers(f"{column}_axis", [1])], column
            )
            table = graph.weight(f"{role}_{name}", weights[f"{role}_{name}"][0])
            terms.append(graph.add("Gather", [table, index], f"{role}_{name}_read"))
    table = graph.weight("likeness_class", weights["likeness_class"][0])
    terms.append(graph.add("Gather", [table, "likeness"], "likeness_read"))
    terms.append(_dense(graph, "bar_controls", weights["bar_controls"], "controls"))
    read = graph.add("Sum", terms, "read")
    states = [f"state_{i}" for i in range(2 * shape.layers)]
    graph.split("state", [f"{s}_row" for s in states], axis=0)
    axis = graph.integers("row_axis", [0])
    flow, new_states = read, []
    for layer in range(shape.layers):
        hidden, cell = (
            graph.add("Squeeze", [f"{s}_row", axis], s) for s in states[2 * layer : 2 * layer + 2]
        )
        flow, new_cell = _lstm(graph, f"lstm_{layer}", weights[f"lstm_{layer}"], flow, hidden, cell)
        new_states += [flow, new_cell]
    rows = [graph.add("Unsqueeze", [s, axis], f"{s}_new_row") for s in new_states]
    graph.add("Concat", rows, "new_state", axis=0)
    joined = graph.add("Concat", [flow, read], "joined", axis=1)
    graph.add(
        "Identity", [_dense(graph, "features_layer", weights["features"], joined)], "features"
    )
    state_shape: list[str | int | None] = [2 * shape.layers, "N", shape.units]
    graph.save(
        path,
        [
            helper.make_tensor_value_info("event", TensorProto.INT64, ["N", 4]),
            helper.make_tensor_value_info("recalled", TensorProto.INT64, ["N", 4]),
            helper.make_tensor_value_info("likeness", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("controls", TensorProto.FLOAT, ["N", VECTOR_SIZE]),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, state_shape),
        ],
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 4 * shape.head]),
            helper.make_tensor_value_info("new_state", TensorProto.FLOAT, state_shape),
        ],
    )


def _dense(graph: _Graph, name: str, weights: Sequence[NDArray[np.float32]], source: str) -> str:
    kernel, bias = weights
    product = graph.add("MatMul", [source, graph.weight(f"{name}_kernel", kernel)], f"{name}_dot")
    return graph.add("Add", [product, graph.weight(f"{name}_bias", bias)], f"{name}_out")


def _lstm(
    graph: _Graph,
    name: str,
    weights: Sequence[NDArray[np.float32]],
    source: str,
    hidden: str,
    cell: str,
) -> tuple[str, str]:
    """One LSTM cell, Keras' gate order: input, forget, candidate, output."""
    kernel, recurrent, bias = weights
    both = graph.add("Concat", [source, hidden], f"{name}_both", axis=1)
    gates = _dense(graph, name, (np.concatenate([kernel, recurrent]), bias), both)
    parts = [f"{name}_{gate}" for gate in ("input", "forget", "candidate", "output")]
    graph.split(gates, parts, axis=1)
    enter, keep, leave = (graph.add("Sigmoid", [parts[i]], f"{parts[i]}_gate") for i in (0, 1, 3))
    candidate = graph.add("Tanh", [parts[2]], f"{name}_new")
    kept = graph.add("Mul", [keep, cell], f"{name}_kept")
    entered = graph.add("Mul", [enter, candidate], f"{name}_entered")
    new_cell = graph.add("Add", [kept, entered], f"{name}_cell")
    shown = graph.add("Tanh", [new_cell], f"{name}_shown")
    return graph.add("Mul", [leave, shown], f"{name}_hidden"), new_cell


def _export_head(
    weights: Mapping[str, list[NDArray[np.float32]]], shape: Shape, index: int, path: Path
) -> None:
    graph = _Graph(np.float16)
    name = PART_NAMES[index]
    terms = ["features"]
    if index:
        columns = [f"chosen_{earlier}" for earlier in range(index)]
        graph.split("chosen", [f"{c}_column" for c in columns], axis=1)
        axis = graph.integers("column_axis", [1])
        for earlier, column in enumerate(columns):
            picked = graph.add("Squeeze", [f"{column}_column", axis], column)
            table_name = f"{name}_given_{PART_NAMES[earlier]}"
            table = graph.weight(table_name, weights[table_name][0])
            terms.append(graph.add("Gather", [table, picked], f"{table_name}_read"))
    total = graph.add("Sum", terms, "total")
    logits = _dense(graph, name, weights[name], graph.add("Relu", [total], "hidden"))
    graph.add("Identity", [logits], "logits")
    inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", shape.head])]
    if index:
        inputs.append(helper.make_tensor_value_info("chosen", TensorProto.INT64, ["N", index]))
    size = weights[name][1].shape[0]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", size])]
    graph.save(path, inputs, outputs)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.composer.export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ONNX files")
    options = parser.parse_args(arguments)
    shape = Shape.load(options.run)
    network = training_network(shape)
    network.load_weights(options.run / "best.weights.h5")
    export(network, shape, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
