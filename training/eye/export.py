"""Writes the trained eye as one ONNX file, layer by layer.

The graph is made by hand and not by a converter: batch norms and the standardisation are folded
into the layers before or after them, pixels come in as bytes, and weights are stored small (see
`graph`).
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper

from melodymuse.vision.classifier import INPUTS, OUTPUTS
from training.eye.backbone import EPSILON, VARIANTS, Variant, blocks_of
from training.eye.blend import Eye
from training.eye.export_answers import add_answers
from training.eye.graph import Graph, Storage
from training.eye.network import N_EMOTIONS, EyeConfig

__all__ = ["Storage", "export"]

OPSET = 17
IR_VERSION = 8


def export(
    branch: keras.Model,
    eye: Eye,
    config: EyeConfig,
    path: Path,
    storage: Storage = Storage.COMPACT,
) -> None:
    """The whole network, from bytes to the two answers, as one ONNX file.

    Inputs: `pixels`, uint8 (N, H, W, 3), RGB, H and W multiples of 32; `colour`, float32 (N, 2).
    Outputs: `place`, float32 (N, 2), valence and arousal on -1..1; `probabilities`, float32 (N, 8).
    """
    graph = Graph(storage)
    graph.add("Cast", [INPUTS[0]], "float_pixels", to=TensorProto.FLOAT)
    graph.add("Transpose", ["float_pixels"], "planes", perm=[0, 3, 1, 2])
    graph.add("Sub", ["planes", graph.plain(np.float32(127), "grey")], "centred")
    graph.add("Mul", ["centred", graph.plain(np.float32(1 / 128), "unit")], "scaled")
    graph.plain(np.float32(0), "zero")
    graph.plain(np.float32(6), "six")
    features: list[str] = []
    for name in config.backbones:
        features += _backbone(graph, branch, VARIANTS[name], config.first_stage)
    graph.add("Concat", [*features, INPUTS[1]], "joined", axis=1)
    add_answers(graph, eye, config, "joined")
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


def _backbone(graph: Graph, branch: keras.Model, variant: Variant, first_stage: int) -> list[str]:
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


def _pooled(graph: Graph, op: str, x: str, name: str) -> str:
    return graph.add("Flatten", [graph.add(op, [x], f"{name}_map")], name, axis=1)


def _convolution(
    graph: Graph, branch: keras.Model, x: str, name: str,
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
