"""Writes the trained eye as one ONNX file, layer by layer.

The graph is made by hand and not by a converter: batch norms and the standardisation are folded
into the layers before or after them, pixels come in as bytes, and weights are stored small
(`Storage.COMPACT`: pointwise convolutions and the fusing layer as 8-bit integers with a scale per
output channel, the rest as 16-bit floats; onnxruntime unpacks them once, when it loads the file,
and computes in 32-bit floats).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from melodymuse.vision.classifier import INPUTS, OUTPUTS
from training.eye.backbone import EPSILON, VARIANTS, Variant, blocks_of
from training.eye.fit import Scale
from training.eye.network import N_EMOTIONS, N_PLEASANT, EyeConfig

OPSET = 17
IR_VERSION = 8
# Dense layers of more inputs than this are stored in 8 bits.
_WIDE = 1024

Array = npt.NDArray[Any]


class Storage(enum.Enum):
    """How weights lie in the file."""

    FLOAT32 = "float32"
    COMPACT = "compact"


class _Graph:
    """Nodes and weights of a graph under construction; every method returns a tensor's name."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def plain(self, values: Array | np.generic, name: str) -> str:
        """A weight as it is."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, values: Array, name: str, *, eight_bits: bool = False) -> str:
        """A weight, stored as the graph's storage says; output channels come first."""
        values = np.ascontiguousarray(values, np.float32)
        if self.storage is Storage.FLOAT32:
            return self.plain(values, name)
        if not eight_bits:
            self.plain(values.astype(np.float16), f"{name}_half")
            return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        axes = tuple(range(1, values.ndim))
        step = np.maximum(np.abs(values).max(axis=axes, keepdims=True) / 127, 1e-12)
        self.plain(np.rint(values / step).astype(np.int8), f"{name}_bytes")
        self.plain(step.astype(np.float32), f"{name}_step")
        self.add("Cast", [f"{name}_bytes"], f"{name}_levels", to=TensorProto.FLOAT)
        return self.add("Mul", [f"{name}_levels", f"{name}_step"], name)


def export(
    branch: keras.Model,
    head: keras.Model,
    config: EyeConfig,
    scale: Scale,
    temperature: float,
    path: Path,
    storage: Storage = Storage.COMPACT,
) -> None:
    """The whole network, from bytes to the two answers, as one ONNX file.

    Inputs: `pixels`, uint8 (N, H, W, 3), RGB, H and W multiples of 32; `colour`, float32 (N, 2).
    Outputs: `place`, float32 (N, 2), valence and arousal (clip to -1..1); `probabilities`,
    float32 (N, 8), at the given temperature.
    """
    graph = _Graph(storage)
    graph.add("Cast", [INPUTS[0]], "float_pixels", to=TensorProto.FLOAT)
    graph.add("Transpose", ["float_pixels"], "planes", perm=[0, 3, 1, 2])
    graph.add("Sub", ["planes", graph.plain(np.float32(127), "grey")], "centred")
    graph.add("Mul", ["centred", graph.plain(np.float32(1 / 128), "unit")], "scaled")
    graph.plain(np.float32(0), "zero")
    graph.plain(np.float32(6), "six")
    graph.plain(np.float32(1), "one")
    features: list[str] = []
    for name in config.backbones:
        features += _backbone(graph, branch, VARIANTS[name], config.first_stage)
    graph.add("Concat", [*features, INPUTS[1]], "joined", axis=1)
    _head(graph, head, config, scale, temperature)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "melodymuse-eye",
            [
                helper.make_tensor_value_info(
                    INPUTS[0], TensorProto.UINT8, ["batch", "height", "width", 3]
                ),
                helper.make_tensor_value_info(INPUTS[1], TensorProto.FLOAT, ["batch", 2]),
            ],
            [
                helper.make_tensor_value_info(OUTPUTS[0], TensorProto.FLOAT, ["batch", 2]),
                helper.make_tensor_value_info(OUTPUTS[1], TensorProto.FLOAT, ["batch", N_EMOTIONS]),
            ],
            graph.weights,
        ),
        producer_name="melodymuse",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(model.SerializeToString())
    beside.replace(path)


def _backbone(graph: _Graph, branch: keras.Model, variant: Variant, first_stage: int) -> list[str]:
    """Adds a backbone; the names of its feature vectors, in the order of `backbone`."""
    name = variant.name
    x = _convolution(graph, branch, "scaled", f"{name}_stem", kernel=3, stride=2, active=True)
    pooled = []
    for block in blocks_of(variant):
        layer, inputs = f"{name}_{block.index}", x
        if block.expansion != 1:
            x = _convolution(graph, branch, x, f"{layer}_expand", active=True)
        x = _convolution(
            graph, branch, x, f"{layer}_depthwise",
            kernel=block.kernel, stride=block.stride, active=True,
        )  # fmt: skip
        x = _convolution(graph, branch, x, f"{layer}_project")
        if block.residual:
            x = graph.add("Add", [x, inputs], f"{layer}_add")
        if block.last_of_stage and block.stage >= first_stage:
            pooled.append(_pooled(graph, "GlobalAveragePool", x, f"{name}_stage{block.stage}_mean"))
            pooled.append(_pooled(graph, "GlobalMaxPool", x, f"{name}_stage{block.stage}_max"))
    x = _convolution(graph, branch, x, f"{name}_head", active=True)
    return [_pooled(graph, "GlobalAveragePool", x, f"{name}_head_mean"), *pooled]


def _pooled(graph: _Graph, op: str, x: str, name: str) -> str:
    return graph.add("Flatten", [graph.add(op, [x], f"{name}_map")], name, axis=1)


def _convolution(
    graph: _Graph, branch: keras.Model, x: str, name: str,
    *, kernel: int = 1, stride: int = 1, active: bool = False,
) -> str:  # fmt: skip
    """A convolution with its batch norm folded in, and ReLU6 where it is active."""
    (weight,) = branch.get_layer(name).get_weights()
    gamma, beta, mean, variance = branch.get_layer(f"{name}_bn").get_weights()
    depthwise = name.endswith("depthwise")
    weight = np.transpose(weight, (2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
    gain = gamma / np.sqrt(variance + EPSILON)
    # TensorFlow's "same" at stride 2 on even sides pads one less before than after.
    before = (kernel - stride) // 2
    after = kernel - stride - before
    y = graph.add(
        "Conv",
        [
            x,
            graph.weight(weight * gain[:, None, None, None], f"{name}_w", eight_bits=kernel == 1),
            graph.plain((beta - mean * gain).astype(np.float32), f"{name}_b"),
        ],
        f"{name}_conv",
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        pads=[before, before, after, after],
        group=len(weight) if depthwise else 1,
    )
    return graph.add("Clip", [y, "zero", "six"], f"{name}_clip") if active else y


def _head(
    graph: _Graph, head: keras.Model, config: EyeConfig, scale: Scale, temperature: float
) -> None:
    mean, variance = head.get_layer("standard").get_weights()
    deviation = np.sqrt(variance + head.get_layer("standard").epsilon)
    graph.add("Sub", ["joined", graph.plain(mean.astype(np.float32), "mean")], "shifted")
    graph.add(
        "Mul", ["shifted", graph.plain((1 / deviation).astype(np.float32), "gain")], "standard"
    )
    places, probabilities = [], []
    for i in range(config.members):
        place, answer = _member(graph, head, f"member{i}")
        places.append(place)
        probabilities.append(answer)
    standard_place = graph.add("Mean", places, "standard_place")
    graph.add(
        "Mul",
        [standard_place, graph.plain(scale.deviation.astype(np.float32), "rating_deviation")],
        "spread_place",
    )
    graph.add(
        "Add",
        ["spread_place", graph.plain(scale.mean.astype(np.float32), "rating_mean")],
        OUTPUTS[0],
    )
    graph.add("Mean", probabilities, "mean_probabilities")
    graph.add(
        "Max", ["mean_probabilities", graph.plain(np.float32(1e-12), "least")], "some_probability"
    )
    graph.add("Log", ["some_probability"], "log_probabilities")
    graph.add(
        "Div",
        ["log_probabilities", graph.plain(np.float32(temperature), "temperature")],
        "tempered_logits",
    )
    graph.add("Softmax", ["tempered_logits"], OUTPUTS[1], axis=1)


def _member(graph: _Graph, head: keras.Model, name: str) -> tuple[str, str]:
    weight, bias = head.get_layer(f"{name}_fuse").get_weights()
    norm = head.get_layer(f"{name}_norm")
    gamma, beta, mean, variance = norm.get_weights()
    gain = gamma / np.sqrt(variance + norm.epsilon)
    fused = _dense(graph, "standard", weight * gain, (bias - mean) * gain + beta, f"{name}_fuse")
    fused = graph.add("Relu", [fused], f"{name}_relu")
    weight, bias = head.get_layer(f"{name}_place").get_weights()
    place = _dense(graph, fused, weight, bias, f"{name}_place")
    weight, bias = head.get_layer(f"{name}_logits").get_weights()
    logits = _dense(graph, fused, weight, bias, f"{name}_logits")
    slope, midpoint = head.get_layer(f"{name}_emotions").get_weights()
    graph.plain(np.array([N_PLEASANT, N_EMOTIONS - N_PLEASANT], np.int64), f"{name}_sizes")
    graph.nodes.append(
        helper.make_node(
            "Split", [logits, f"{name}_sizes"], [f"{name}_pleasant", f"{name}_unpleasant"], axis=1
        )
    )
    graph.plain(np.array([0], np.int64), f"{name}_first")
    graph.add("Gather", [place, f"{name}_first"], f"{name}_valence", axis=1)
    graph.add(
        "Mul",
        [f"{name}_valence", graph.plain(np.float32(slope), f"{name}_slope")],
        f"{name}_steep",
    )
    graph.add(
        "Add",
        [f"{name}_steep", graph.plain(np.float32(midpoint), f"{name}_midpoint")],
        f"{name}_lean",
    )
    gate = graph.add("Sigmoid", [f"{name}_lean"], f"{name}_gate")
    other = graph.add("Sub", ["one", gate], f"{name}_other_gate")
    parts = []
    for sign, share in (("pleasant", gate), ("unpleasant", other)):
        graph.add("Softmax", [f"{name}_{sign}"], f"{name}_{sign}_softmax", axis=1)
        parts.append(graph.add("Mul", [f"{name}_{sign}_softmax", share], f"{name}_{sign}_share"))
    return place, graph.add("Concat", parts, f"{name}_probabilities", axis=1)


def _dense(graph: _Graph, x: str, weight: Array, bias: Array, name: str) -> str:
    return graph.add(
        "Gemm",
        [
            x,
            graph.weight(weight.T, f"{name}_w", eight_bits=len(weight) > _WIDE),
            graph.plain(np.asarray(bias, np.float32), f"{name}_bias"),
        ],
        f"{name}_gemm",
        transB=1,
    )
