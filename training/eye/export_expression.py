"""The network that knows faces as ONNX nodes: three grey looks at a picture, one vector."""

from __future__ import annotations

import keras
import numpy as np

from training.eye.expression import CUTS, EPSILON, MODULES, SIDE
from training.eye.graph import Graph

# Luma of ITU-R BT.601, by which grey photos of faces were made.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32).reshape(1, 3, 1, 1)


def add_expression(graph: Graph, network: keras.Model, planes: str) -> list[str]:
    """Adds everything from planes (N, 3, H, W), 0..255, to a vector for each of `CUTS`."""
    grey = graph.add("Conv", [planes, graph.plain(_LUMA / 127.5, "luma")], "luma_conv")
    grey = graph.add("Sub", [grey, graph.plain(np.float32(1), "middle_grey")], "grey")
    graph.add("Shape", [planes], "plane_sizes")
    graph.plain(np.array([2], np.int64), "rows")
    graph.plain(np.array([4], np.int64), "behind")
    graph.plain(np.array([2, 3], np.int64), "sides")
    graph.add("Slice", ["plane_sizes", "rows", "behind"], "side_lengths")
    return [_look(graph, network, grey, cut, f"look{i}") for i, cut in enumerate(CUTS)]


def _look(graph: Graph, network: keras.Model, grey: str, cut: float, name: str) -> str:
    """One look: the middle of the picture at 64 x 64, through the network."""
    x = grey
    if cut:
        # Sides are multiples of 32: an eighth and a quarter are whole pixels.
        part = graph.plain(np.array([round(1 / cut)], np.int64), f"{name}_part")
        start = graph.add("Div", ["side_lengths", part], f"{name}_start")
        end = graph.add("Sub", ["side_lengths", start], f"{name}_end")
        x = graph.add("Slice", [x, start, end, "sides"], f"{name}_cut")
    # Averages over areas first, so that no fine pattern is folded into a face.
    size = graph.add("Concat", [_batch(graph, name), _side(graph, name)], f"{name}_to", axis=0)
    x = graph.add(
        "Resize",
        [x, "", "", size],
        f"{name}_small", mode="linear", antialias=1, coordinate_transformation_mode="half_pixel",
    )  # fmt: skip
    for i in range(2):
        x = _convolution(graph, network, x, f"stem{i}", name, valid=True)
        x = graph.add("Relu", [x], f"{name}_stem{i}_relu")
    for i in range(len(MODULES)):
        module = f"module{i}"
        aside = _convolution(graph, network, x, f"{module}_aside", name, stride=2)
        x = _separable(graph, network, x, f"{module}_first", name)
        x = graph.add("Relu", [x], f"{name}_{module}_relu")
        x = _separable(graph, network, x, f"{module}_second", name)
        x = graph.add(
            "MaxPool", [x], f"{name}_{module}_pool",
            kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER",
        )  # fmt: skip
        x = graph.add("Add", [x, aside], f"{name}_{module}_add")
    kernel, bias = network.get_layer("scores").get_weights()
    scores = graph.add(
        "Conv", [x, *_stored(graph, np.transpose(kernel, (3, 2, 0, 1)), bias, "scores", name)],
        f"{name}_scores", pads=[1, 1, 1, 1],
    )  # fmt: skip
    pooled = [
        graph.add("GlobalAveragePool", [scores], f"{name}_scores_mean"),
        graph.add("GlobalAveragePool", [x], f"{name}_maps_mean"),
        graph.add("GlobalMaxPool", [x], f"{name}_maps_max"),
    ]
    return graph.add("Flatten", [graph.add("Concat", pooled, f"{name}_map", axis=1)], name, axis=1)


def _batch(graph: Graph, name: str) -> str:
    """The first two of the sizes (N, 1)."""
    graph.plain(np.array([0], np.int64), f"{name}_zeroth")
    graph.plain(np.array([1], np.int64), f"{name}_one")
    count = graph.add("Slice", ["plane_sizes", f"{name}_zeroth", f"{name}_one"], f"{name}_count")
    return graph.add("Concat", [count, f"{name}_one"], f"{name}_batch", axis=0)


def _side(graph: Graph, name: str) -> str:
    return graph.plain(np.array([SIDE, SIDE], np.int64), f"{name}_side")


def _convolution(
    graph: Graph, network: keras.Model, x: str, layer: str, look: str,
    *, stride: int = 1, valid: bool = False,
) -> str:  # fmt: skip
    (kernel,) = network.get_layer(layer).get_weights()
    weight, bias = _folded(network, layer, np.transpose(kernel, (3, 2, 0, 1)))
    padding = "VALID" if valid else "SAME_UPPER"
    return graph.add(
        "Conv", [x, *_stored(graph, weight, bias, layer, look)], f"{look}_{layer}",
        strides=[stride, stride], auto_pad=padding,
    )  # fmt: skip


def _separable(graph: Graph, network: keras.Model, x: str, layer: str, look: str) -> str:
    depthwise, pointwise = network.get_layer(layer).get_weights()
    (weight,) = _stored(graph, np.transpose(depthwise, (2, 3, 0, 1)), None, f"{layer}_apart", look)
    x = graph.add(
        "Conv",
        [x, weight],
        f"{look}_{layer}_apart",
        group=depthwise.shape[2],
        auto_pad="SAME_UPPER",
    )
    folded = _folded(network, layer, np.transpose(pointwise, (3, 2, 0, 1)))
    return graph.add("Conv", [x, *_stored(graph, *folded, layer, look)], f"{look}_{layer}")


def _folded(network: keras.Model, layer: str, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of a convolution that does its batch norm's work as well."""
    gamma, beta, mean, variance = network.get_layer(f"{layer}_norm").get_weights()
    gain = gamma / np.sqrt(variance + EPSILON)
    return weight * gain[:, None, None, None], beta - mean * gain


def _stored(
    graph: Graph, weight: np.ndarray, bias: np.ndarray | None, layer: str, look: str
) -> list[str]:
    """Weight and bias of a layer, stored by the first look and shared by the others."""
    names = [f"expression_{layer}_w"] + ([f"expression_{layer}_b"] if bias is not None else [])
    if look == "look0":
        graph.weight(weight, names[0])
        if bias is not None:
            graph.plain(bias.astype(np.float32), names[1])
    return names
