"""Export the tune network to ONNX: what a bar is told, one step of the LSTM, and each head.

`python -m training.tune.export --run DIR --out melodymuse/models/tune`

The graphs are built from the weights, node by node.  Every product is of integers: matrices in
seven bits with a scale a column, what meets them in eight bits with a scale of its own in every
row, so that a row's answer is the same whatever stands beside it and on every processor.  Tables
are stored as float16.  A test holds the graphs to the Keras network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from melodymuse.writing.tune.copies import FILE as RUNS_FILE
from melodymuse.writing.tune.network import BAR_FILE, HEAD_FILES, STEP_FILE
from melodymuse.writing.tune.notes import CHORD_NUMBERS
from melodymuse.writing.tune.told import CHORD_SLOTS, TOLD
from training.layers import weights_by_layer
from training.loop import BEST_WEIGHTS
from training.tune.corpus import CORPUS_FILE, load_corpus, split
from training.tune.network import GIVEN, HEADS, Shape, training_network
from training.tune.runs import known_runs

OPSET = 18
# Seven bits: sums of eight-bit products overflow in the 16-bit registers of older processors.
_MATRIX_LEVELS, _ROW_LEVELS, _ZERO = 63, 127, 128
Weights = Mapping[str, list[NDArray[np.float32]]]


class _Graph:
    """Nodes and weights of one ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def table(self, name: str, value: NDArray[np.float32]) -> str:
        """Stored as float16, handed out as float32."""
        self.constant(f"{name}_stored", value.astype(np.float16))
        return self.add("Cast", [f"{name}_stored"], name, to=TensorProto.FLOAT)

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def columns(self, source: str, names: Sequence[str]) -> list[str]:
        """Each column of an (N, names) input."""
        return [
            self.add(
                "Gather",
                [source, self.constant(f"{name}_index", np.asarray(index, np.int64))],
                f"{name}_column",
                axis=1,
            )
            for index, name in enumerate(names)
        ]

    def look_up(self, weights: Weights, name: str, column: str) -> str:
        """The rows of a table that a column names."""
        return self.add(
            "Gather", [self.table(f"{name}_table", weights[name][0]), column], f"{name}_read"
        )

    def in_eight_bits(self, source: str) -> tuple[str, str]:
        """A float (N, K) as uint8 with a scale (N, 1) of its own in each row."""
        axis = self.constant(f"{source}_axis", np.asarray([1], np.int64))
        size = self.add("Abs", [source], f"{source}_size")
        largest = self.add("ReduceMax", [size, axis], f"{source}_largest", keepdims=1)
        least = self.constant(f"{source}_least", np.asarray(1e-6, np.float32))
        some = self.add("Max", [largest, least], f"{source}_some")
        levels = self.constant(f"{source}_levels", np.asarray(_ROW_LEVELS, np.float32))
        scale = self.add("Div", [some, levels], f"{source}_scale")
        return self._rounded(source, scale), scale

    def in_fixed_bits(self, source: str) -> tuple[str, str]:
        """A float (N, K) within -1..1 as uint8, with the one scale that this needs."""
        scale = self.constant(f"{source}_scale", np.asarray(1 / _ROW_LEVELS, np.float32))
        return self._rounded(source, scale), scale

    def _rounded(self, source: str, scale: str) -> str:
        zero = self.constant(f"{source}_zero_float", np.asarray(_ZERO, np.float32))
        ratio = self.add("Div", [source, scale], f"{source}_ratio")
        rounded = self.add("Round", [ratio], f"{source}_rounded")
        shifted = self.add("Add", [rounded, zero], f"{source}_shifted")
        self.constant(f"{source}_zero", np.asarray(_ZERO, np.uint8))
        return self.add("Cast", [shifted], f"{source}_eight", to=TensorProto.UINT8)

    def product(
        self, source: str, read: tuple[str, str], name: str, kernel: NDArray[np.float32]
    ) -> str:
        """`source` in eight bits times a kernel in seven."""
        eight, scale = read
        sizes = np.maximum(np.abs(kernel).max(axis=0), 1e-6) / _MATRIX_LEVELS
        whole = np.rint(kernel / sizes).astype(np.int8)
        summed = self.add(
            "MatMulInteger",
            [eight, self.constant(f"{name}_kernel", whole), f"{source}_zero"],
            f"{name}_summed",
        )
        as_float = self.add("Cast", [summed], f"{name}_float", to=TensorProto.FLOAT)
        scaled = self.add("Mul", [as_float, scale], f"{name}_scaled")
        sizes_name = self.constant(f"{name}_sizes", sizes.astype(np.float32))
        return self.add("Mul", [scaled, sizes_name], f"{name}_product")

    def total(self, terms: Sequence[str], output: str) -> str:
        """The sum of terms, always in the same order."""
        found = terms[0]
        for index, term in enumerate(terms[1:]):
            last = index == len(terms) - 2
            found = self.add("Add", [found, term], output if last else f"{output}_{index}")
        return found

    def save(
        self,
        path: Path,
        inputs: Mapping[str, tuple[int, Sequence[Any]]],
        outputs: Mapping[str, Sequence[Any]],
    ) -> None:
        graph = helper.make_graph(
            self.nodes,
            path.stem,
            [helper.make_tensor_value_info(n, kind, shape) for n, (kind, shape) in inputs.items()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
            initializer=self.weights,
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="melodymuse"
        )
        model.ir_version = 10
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))


def export(network: keras.Model, shape: Shape, folder: Path) -> None:
    """Write the graphs into a folder; `melodymuse.writing.tune.network` says what they read."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = weights_by_layer(network)
    _export_bar(weights, shape, folder / BAR_FILE)
    _export_step(weights, shape, folder / STEP_FILE)
    for index, name in enumerate(HEADS):
        _export_head(weights, shape, index, folder / HEAD_FILES[name])


def _export_bar(weights: Weights, shape: Shape, path: Path) -> None:
    graph = _Graph()
    names = [f"told_{name}" for name in TOLD]
    terms = [
        graph.look_up(weights, name, column)
        for name, column in zip(names, graph.columns("told", names), strict=True)
    ]
    kernel, bias = weights["beat_chords"]
    read = graph.in_fixed_bits("beats")
    terms.append(graph.product("beats", read, "beat_chords", kernel))
    terms.append(graph.constant("beat_chords_bias", bias))
    graph.total(terms, "bar")
    graph.save(
        path,
        {
            "told": (TensorProto.INT64, ["N", len(TOLD)]),
            "beats": (TensorProto.FLOAT, ["N", CHORD_SLOTS * CHORD_NUMBERS]),
        },
        {"bar": ["N", shape.embedding]},
    )


def _export_step(weights: Weights, shape: Shape, path: Path) -> None:
    graph = _Graph()
    terms = ["bar"]
    for role in ("event", "recalled"):
        names = [f"{role}_{part}" for part in HEADS]
        terms += [
            graph.look_up(weights, name, column)
            for name, column in zip(names, graph.columns(role, names), strict=True)
        ]
    graph.total(terms, "read")
    states = [f"state_{index}" for index in range(2 * shape.layers)]
    for index, name in enumerate(states):
        row = graph.constant(f"{name}_row", np.asarray(index, np.int64))
        graph.add("Gather", ["state", row], name, axis=0)
    flow, flow_read = "read", graph.in_eight_bits("read")
    read_read, new_states = flow_read, []
    for layer in range(shape.layers):
        hidden, cell = states[2 * layer], states[2 * layer + 1]
        kernel, recurrent, bias = weights[f"lstm_{layer}"]
        name = f"lstm_{layer}"
        gates = graph.total(
            [
                graph.product(flow, flow_read, f"{name}_input", kernel),
                graph.product(hidden, graph.in_fixed_bits(hidden), f"{name}_hidden", recurrent),
                graph.constant(f"{name}_bias", bias),
            ],
            f"{name}_gates",
        )
        parts = [f"{name}_{gate}" for gate in ("in", "forget", "new", "out")]
        graph.nodes.append(helper.make_node("Split", [gates], parts, axis=1, num_outputs=4))
        opened = [
            graph.add("Tanh" if part == parts[2] else "Sigmoid", [part], f"{part}_open")
            for part in parts
        ]
        kept = graph.add("Mul", [opened[1], cell], f"{name}_kept")
        added = graph.add("Mul", [opened[0], opened[2]], f"{name}_added")
        new_cell = graph.add("Add", [kept, added], f"{name}_cell")
        shown = graph.add("Tanh", [new_cell], f"{name}_shown")
        flow = graph.add("Mul", [opened[3], shown], f"{name}_flow")
        flow_read = graph.in_fixed_bits(flow)
        new_states += [flow, new_cell]
    kernel, bias = weights["features"]
    graph.total(
        [
            graph.product(flow, flow_read, "features_flow", kernel[: shape.units]),
            graph.product("read", read_read, "features_read", kernel[shape.units :]),
            graph.constant("features_bias", bias),
        ],
        "features",
    )
    axis = graph.constant("stack_axis", np.asarray([0], np.int64))
    rows = [graph.add("Unsqueeze", [s, axis], f"{s}_stacked") for s in new_states]
    graph.add("Concat", rows, "new_state", axis=0)
    state = [2 * shape.layers, "N", shape.units]
    graph.save(
        path,
        {
            "event": (TensorProto.INT64, ["N", 3]),
            "recalled": (TensorProto.INT64, ["N", 3]),
            "bar": (TensorProto.FLOAT, ["N", shape.embedding]),
            "state": (TensorProto.FLOAT, state),
        },
        {"features": ["N", len(HEADS) * shape.head], "new_state": state},
    )


def _export_head(weights: Weights, shape: Shape, index: int, path: Path) -> None:
    name = path.stem
    graph = _Graph()
    terms = ["features"]
    inputs: dict[str, tuple[int, Sequence[Any]]] = {
        "features": (TensorProto.FLOAT, ["N", shape.head])
    }
    given = GIVEN[name]
    if given:
        inputs["given"] = (TensorProto.INT64, ["N", len(given)])
        terms += [
            graph.look_up(weights, table, column)
            for table, column in zip(given, graph.columns("given", given), strict=True)
        ]
    if name == "pitch":
        inputs["chords"] = (TensorProto.FLOAT, ["N", 2 * CHORD_NUMBERS])
        kernel, bias = weights["pitch_chords"]
        read = graph.in_fixed_bits("chords")
        terms.append(graph.product("chords", read, "pitch_chords", kernel))
        terms.append(graph.constant("pitch_chords_bias", bias))
    summed = graph.total(terms, "summed") if len(terms) > 1 else "features"
    hidden = graph.add("Relu", [summed], "hidden")
    kernel, bias = weights[name]
    graph.total(
        [
            graph.product(hidden, graph.in_eight_bits(hidden), "logits", kernel),
            graph.constant("logits_bias", bias),
        ],
        "logits",
    )
    graph.save(path, inputs, {"logits": ["N", kernel.shape[1]]})


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.tune.export", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ONNX files")
    options = parser.parse_args(arguments)
    shape = Shape.load(options.run)
    network = training_network(shape)
    network.load_weights(options.run / BEST_WEIGHTS)
    export(network, shape, options.out)
    training, _ = split(load_corpus(options.run / CORPUS_FILE))
    known_runs(training).save(options.out / RUNS_FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
