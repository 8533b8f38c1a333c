"""The harmony network in Keras, from the numbers of a beat to logits of its chord; its export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from melodymuse.writing.harmony.frames import FRAME
from melodymuse.writing.tune.notes import CHORDS

OPSET = 18


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network: of its hidden layers, and how much is left out while it learns."""

    units: tuple[int, ...] = (256, 128)
    dropout: float = 0.4


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the search weighs what the network says; chosen on a sixteenth of the training songs.

    Attributes:
        prior: how much of what is common anyway is taken off, so that it is not counted twice.
        context: how much it counts which chord follows which.
        moves: nats taken off a chord that stays, by how strong the beat is: the likeliest way of
            all would change chords too seldom.
    """

    prior: float = 0.3
    context: float = 0.3
    moves: tuple[float, ...] = (1.0, 0.5, 0.0)


def training_network(shape: Shape) -> keras.Model:
    """The network; inputs (batch, FRAME), outputs logits (batch, CHORDS)."""
    read = keras.Input((FRAME,), name="frames")
    flow = keras.layers.Dropout(shape.dropout / 2)(read)
    for index, units in enumerate(shape.units):
        flow = keras.layers.Dense(units, activation="relu", name=f"hidden_{index}")(flow)
        flow = keras.layers.Dropout(shape.dropout)(flow)
    return keras.Model(read, keras.layers.Dense(CHORDS, name="chord")(flow))


def export(
    network: keras.Model,
    shares: NDArray[np.float64],
    changes: NDArray[np.float32],
    path: Path,
    weighing: Weighing | None = None,
) -> None:
    """Write the graph that `melodymuse.writing.harmony.model` runs; weights as float16.

    Args:
        network: as `training_network` gives it.
        shares: how often each chord stands, (CHORDS,).
        changes: log P(chord | chord before), (PLACES, CHORDS, CHORDS).
        path: of the ONNX file.
        weighing: what is made of these.
    """
    weighing = weighing or Weighing()
    nodes: list[onnx.NodeProto] = []
    stored: list[onnx.TensorProto] = []

    def table(name: str, value: NDArray[Any]) -> str:
        stored.append(numpy_helper.from_array(np.asarray(value, np.float16), f"{name}_stored"))
        return add("Cast", [f"{name}_stored"], name, to=TensorProto.FLOAT)

    def add(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    flow = "frames"
    layers = [layer for layer in network.layers if layer.weights]
    for layer in layers:
        kernel, bias = (np.asarray(keras.ops.convert_to_numpy(w.value)) for w in layer.weights)
        weights = [table(f"{layer.name}_kernel", kernel), table(f"{layer.name}_bias", bias)]
        flow = add("Gemm", [flow, *weights], f"{layer.name}_sum")
        if layer is not layers[-1]:
            flow = add("Relu", [flow], f"{layer.name}_out")
    flow = add("LogSoftmax", [flow], "said", axis=1)
    add("Sub", [flow, table("prior", weighing.prior * np.log(shares))], "suits")
    staying = np.eye(CHORDS) * np.asarray(weighing.moves)[:, None, None]
    add("Identity", [table("changes", weighing.context * changes - staying)], "follows")
    number = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "harmony",
        [helper.make_tensor_value_info("frames", number, ["N", FRAME])],
        [
            helper.make_tensor_value_info("suits", number, ["N", CHORDS]),
            helper.make_tensor_value_info("follows", number, list(changes.shape)),
        ],
        initializer=stored,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="melodymuse"
    )
    model.ir_version = 10
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))
