"""Export the trained network to ONNX: one step of the LSTM, and each head by itself.

`python -m training.composer.export --run DIR --out melodymuse/models/composer`

The graphs are built from the weights, node by node: sampling wants the recurrent step and the four
heads apart, because what is chosen by one head decides what the next may choose.  The heads'
weights are stored as float16 and computed with as float32.  The step's matrices are quantised to
seven bits, which makes a step four times as quick; what they meet is quantised row by row and the
products are summed in integers, so that every processor gets the same, and a row the same whatever
stands in the others.  A test holds the graphs to the Keras network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from melodymuse.planning.bar_controls import VECTOR_SIZE
from melodymuse.writing.hints import HINTS
from melodymuse.writing.network import HEAD_FILES, STEP_FILE
from training.composer.network import PART_NAMES, TABLES, Shape, training_network
from training.layers import weights_by_layer
from training.loop import BEST_WEIGHTS
from training.manifest import update_manifest

OPSET = 18
_GATES = 4
# Of a quantised weight, and of a quantised input.
_MOST_WEIGHT, _MOST_INPUT = 64, 127
# What is smaller counts as nothing; so that no scale is 0.
_LEAST = 1e-12


class _Graph:
    """Nodes and weights of one ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def halved(self, name: str, value: NDArray[np.float32]) -> str:
        """Store as float16, hand out as float32."""
        stored = self.constant(f"{name}_stored", value.astype(np.float16))
        return self.add("Cast", [stored], name, to=TensorProto.FLOAT)

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def split(self, source: str, outputs: Sequence[str], sizes: Sequence[int]) -> None:
        """Cut the columns of a matrix apart."""
        lengths = self.constant(f"{outputs[0]}_sizes", np.asarray(sizes, np.int64))
        self.nodes.append(helper.make_node("Split", [source, lengths], list(outputs), axis=1))

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


@dataclass(frozen=True, slots=True)
class Kernel:
    """A quantised kernel: int8 (inputs, outputs), the scale of each output, the bias."""

    values: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StepWeights:
    """What the step computes with.

    Attributes:
        tables: what is looked up and added: (classes, embedding) for each part of the event, then
            of the recalled one, then for the likeness, then for each of `HINTS`.
        controls: from a bar's controls to the embedding.
        layers: each LSTM's kernel from its input and its own last output, gates in Keras' order.
        features: from the last layer's output and its input to the features.
    """

    tables: tuple[NDArray[np.float32], ...]
    controls: Kernel
    layers: tuple[Kernel, ...]
    features: Kernel


def quantise(kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> Kernel:
    """A kernel in seven bits, a scale for each column.

    Seven rather than eight: sums of eight-bit products overflow in the 16-bit registers of older
    processors, which then get other notes.
    """
    scale = np.maximum(np.abs(kernel).max(axis=0), _LEAST) / _MOST_WEIGHT
    return Kernel(np.rint(kernel / scale).astype(np.int8), scale.astype(np.float32), bias)


def export(network: keras.Model, shape: Shape, folder: Path) -> None:
    """Write `step.onnx` and the four heads into a folder.

    The step reads event (N, 4) int64, recalled (N, 4) int64, likeness (N,) int64, controls
    (N, VECTOR_SIZE) float32, hints (N, len(HINTS)) int64 and state (N, 2 * layers * units) float32
    (hidden and cell state of each layer in turn); it gives features (N, 4 * head) and the new
    state.  A head reads its part
    of the features (N, head) and the parts already chosen (N, 0..3) int64, and gives logits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = weights_by_layer(network)
    write_step(_step_weights(weights, shape), folder / STEP_FILE)
    for index, name in enumerate(PART_NAMES):
        _export_head(weights, shape, index, folder / HEAD_FILES[name])


def _step_weights(weights: Mapping[str, list[NDArray[np.float32]]], shape: Shape) -> StepWeights:
    layers = []
    for layer in range(shape.layers):
        kernel, recurrent, bias = weights[f"lstm_{layer}"]
        layers.append(quantise(np.concatenate([kernel, recurrent]), bias))
    return StepWeights(
        tables=tuple(weights[name][0] for name in TABLES),
        controls=quantise(*weights["bar_controls"]),
        layers=tuple(layers),
        features=quantise(*weights["features"]),
    )


def write_step(weights: StepWeights, path: Path) -> None:
    """Write the recurrent step."""
    graph = _Graph()
    one = graph.constant("one", np.array([1], np.int64))
    likeness = graph.add("Unsqueeze", ["likeness", one], "likeness_column")
    classes = graph.add("Concat", ["event", "recalled", likeness, "hints"], "classes", axis=1)
    looked_up = _look_up(
        graph,
        graph.constant("table", np.concatenate(weights.tables)),
        [len(table) for table in weights.tables],
        classes,
    )
    told = dense(graph, "bar_controls", weights.controls, "controls")
    read = graph.add("Add", [looked_up, told], "read")
    units = len(weights.layers[0].bias) // _GATES
    states = [f"state_{i}" for i in range(2 * len(weights.layers))]
    graph.split("state", states, [units] * len(states))
    flow, new_states = read, []
    for layer, kernel in enumerate(weights.layers):
        hidden, cell = states[2 * layer : 2 * layer + 2]
        flow, new_cell = _lstm(graph, f"lstm_{layer}", kernel, flow, hidden, cell)
        new_states += [flow, new_cell]
    graph.add("Concat", new_states, "new_state", axis=1)
    joined = graph.add("Concat", [flow, read], "joined", axis=1)
    graph.add("Identity", [dense(graph, "joined_out", weights.features, joined)], "features")
    state_shape: list[str | int | None] = ["N", units * len(states)]
    features = len(weights.features.bias)
    graph.save(
        path,
        [
            helper.make_tensor_value_info("event", TensorProto.INT64, ["N", 4]),
            helper.make_tensor_value_info("recalled", TensorProto.INT64, ["N", 4]),
            helper.make_tensor_value_info("likeness", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("controls", TensorProto.FLOAT, ["N", VECTOR_SIZE]),
            helper.make_tensor_value_info("hints", TensorProto.INT64, ["N", len(HINTS)]),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, state_shape),
        ],
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", features]),
            helper.make_tensor_value_info("new_state", TensorProto.FLOAT, state_shape),
        ],
    )


def _look_up(graph: _Graph, table: str, sizes: Sequence[int], classes: str) -> str:
    """The sum of one row of each table, by `classes` (N, tables); the tables stand in one.

    Summed along the first axis: along another one onnxruntime sums in another order for one row.
    """
    first_rows = graph.constant("first_rows", np.cumsum([0, *sizes[:-1]]))
    rows = graph.add("Add", [classes, first_rows], "rows")
    by_table = graph.add("Transpose", [rows], "rows_by_table", perm=[1, 0])
    found = graph.add("Gather", [table, by_table], "found")
    first = graph.constant("first_axis", np.array([0], np.int64))
    return graph.add("ReduceSum", [found, first], "looked_up", keepdims=0)


def dense(graph: _Graph, name: str, kernel: Kernel, source: str) -> str:
    """A dense layer whose input is quantised row by row: what stands in one row never moves what
    comes out of another."""
    axis = graph.constant(f"{name}_axis", np.array([1], np.int64))
    sizes = graph.add("Abs", [source], f"{name}_sizes")
    widest = graph.add("ReduceMax", [sizes, axis], f"{name}_widest")
    least = graph.constant(f"{name}_least", np.float32(_LEAST))
    reach = graph.add("Max", [widest, least], f"{name}_reach")
    most = graph.constant(f"{name}_most", np.float32(_MOST_INPUT))
    row_scale = graph.add("Div", [reach, most], f"{name}_row_scale")
    scaled = graph.add("Div", [source, row_scale], f"{name}_scaled")
    unit = graph.constant(f"{name}_unit", np.float32(1))
    zero = graph.constant(f"{name}_zero", np.uint8(128))
    whole = graph.add("QuantizeLinear", [scaled, unit, zero], f"{name}_whole")
    values = graph.constant(f"{name}_kernel", kernel.values)
    products = graph.add("MatMulInteger", [whole, values, zero], f"{name}_products")
    summed = graph.add("Cast", [products], f"{name}_summed", to=TensorProto.FLOAT)
    columns = graph.constant(f"{name}_scale", kernel.scale)
    by_column = graph.add("Mul", [summed, columns], f"{name}_by_column")
    by_row = graph.add("Mul", [by_column, row_scale], f"{name}_by_row")
    bias = graph.constant(f"{name}_bias", kernel.bias)
    return graph.add("Add", [by_row, bias], f"{name}_out")


def _lstm(
    graph: _Graph, name: str, kernel: Kernel, source: str, hidden: str, cell: str
) -> tuple[str, str]:
    """One LSTM cell; of Keras' gates (input, forget, candidate, output) the third comes last."""
    units = len(kernel.bias) // _GATES
    order = np.arange(_GATES * units).reshape(_GATES, units)[[0, 1, 3, 2]].ravel()
    sorted_kernel = Kernel(kernel.values[:, order], kernel.scale[order], kernel.bias[order])
    both = graph.add("Concat", [source, hidden], f"{name}_both", axis=1)
    gates = dense(graph, name, sorted_kernel, both)
    graph.split(gates, [f"{name}_gates", f"{name}_candidate"], [3 * units, units])
    opened = graph.add("Sigmoid", [f"{name}_gates"], f"{name}_opened")
    enter, keep, leave = (f"{name}_{gate}" for gate in ("enter", "keep", "leave"))
    graph.split(opened, [enter, keep, leave], [units] * 3)
    candidate = graph.add("Tanh", [f"{name}_candidate"], f"{name}_new")
    kept = graph.add("Mul", [keep, cell], f"{name}_kept")
    entered = graph.add("Mul", [enter, candidate], f"{name}_entered")
    new_cell = graph.add("Add", [kept, entered], f"{name}_cell")
    shown = graph.add("Tanh", [new_cell], f"{name}_shown")
    return graph.add("Mul", [leave, shown], f"{name}_hidden"), new_cell


def _export_head(
    weights: Mapping[str, list[NDArray[np.float32]]], shape: Shape, index: int, path: Path
) -> None:
    name = PART_NAMES[index]
    tables = [weights[f"{name}_given_{earlier}"][0] for earlier in PART_NAMES[:index]]
    kernel, bias = weights[name]
    write_head(tables, kernel, bias, path)


def write_head(
    tables: Sequence[NDArray[np.float32]],
    kernel: NDArray[np.float32],
    bias: NDArray[np.float32],
    path: Path,
) -> None:
    """Write a head: what it looks up for each part already chosen, and its output layer."""
    graph = _Graph()
    total = "features"
    if tables:
        table = graph.halved("table", np.concatenate(tables))
        given = _look_up(graph, table, [len(table) for table in tables], "chosen")
        total = graph.add("Add", ["features", given], "total")
    hidden = graph.add("Relu", [total], "hidden")
    product = graph.add("MatMul", [hidden, graph.halved("kernel", kernel)], "product")
    graph.add("Add", [product, graph.halved("bias", bias)], "logits")
    wide = kernel.shape[0]
    inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", wide])]
    if tables:
        chosen: list[str | int | None] = ["N", len(tables)]
        inputs.append(helper.make_tensor_value_info("chosen", TensorProto.INT64, chosen))
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(bias)])]
    graph.save(path, inputs, outputs)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.composer.export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ONNX files")
    options = parser.parse_args(arguments)
    shape = Shape.load(options.run)
    network = training_network(shape)
    network.load_weights(options.run / BEST_WEIGHTS)
    export(network, shape, options.out)
    update_manifest(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
