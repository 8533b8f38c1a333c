"""The answering part of the eye as ONNX nodes: heads, kernel machine, their calibrated mean."""

from __future__ import annotations

import keras
import numpy as np
from onnx import helper

from melodymuse.vision.classifier import OUTPUTS
from training.eye.backbone import HEAD_WIDTH
from training.eye.blend import Eye
from training.eye.graph import Graph
from training.eye.kernel import KernelMachine
from training.eye.network import N_EMOTIONS, N_PLEASANT, EyeConfig
from training.eye.words import TEMPERATURE, Words, norms


def add_answers(graph: Graph, eye: Eye, config: EyeConfig, joined: str) -> None:
    """Adds everything from the joined features (N, F) to the two outputs of the file."""
    graph.plain(np.float32(1), "one")
    graph.plain(np.array([0], np.int64), "first")
    graph.plain(np.array([N_PLEASANT, N_EMOTIONS - N_PLEASANT], np.int64), "sizes")
    mean, variance = eye.heads.get_layer("standard").get_weights()
    deviation = np.sqrt(variance + eye.heads.get_layer("standard").epsilon)
    standard = _scaled(graph, joined, mean, deviation, "standard")
    answers = [_head(graph, eye.heads, standard, f"member{i}") for i in range(config.members)]
    places, probabilities = (list(values) for values in zip(*answers, strict=True))
    standard_place = graph.add("Mean", places, "standard_place")
    spread = graph.plain(eye.scale.deviation.astype(np.float32), "rating_deviation")
    middle = graph.plain(eye.scale.mean.astype(np.float32), "rating_mean")
    graph.add("Mul", [standard_place, spread], "spread_place")
    graph.add("Add", ["spread_place", middle], "heads_place")
    graph.add("Mean", probabilities, "heads_probabilities")
    place, probability = _kernel(graph, eye.kernel, joined)
    graph.add("Mean", [_clipped(graph, "heads_place"), _clipped(graph, place)], OUTPUTS[0])
    graph.add("Mean", ["heads_probabilities", probability], "mean_probabilities")
    _calibrated(graph, eye)


def _scaled(graph: Graph, x: str, mean: np.ndarray, deviation: np.ndarray, name: str) -> str:
    shifted = graph.add(
        "Sub", [x, graph.plain(mean.astype(np.float32), f"{name}_mean")], f"{name}_shifted"
    )
    gain = graph.plain((1 / deviation).astype(np.float32), f"{name}_gain")
    return graph.add("Mul", [shifted, gain], name)


def _clipped(graph: Graph, place: str) -> str:
    low, high = (
        graph.plain(np.float32(bound), f"{place}_{name}")
        for name, bound in (("least", -1), ("most", 1))
    )
    return graph.add("Clip", [place, low, high], f"{place}_clipped")


def _head(graph: Graph, heads: keras.Model, standard: str, name: str) -> tuple[str, str]:
    weight, bias = heads.get_layer(f"{name}_fuse").get_weights()
    norm = heads.get_layer(f"{name}_norm")
    gamma, beta, mean, variance = norm.get_weights()
    gain = gamma / np.sqrt(variance + norm.epsilon)
    fused = graph.dense(standard, weight * gain, (bias - mean) * gain + beta, f"{name}_fuse")
    fused = graph.add("Relu", [fused], f"{name}_relu")
    weight, bias = heads.get_layer(f"{name}_place").get_weights()
    place = graph.dense(fused, weight, bias, f"{name}_place")
    weight, bias = heads.get_layer(f"{name}_logits").get_weights()
    logits = graph.dense(fused, weight, bias, f"{name}_logits")
    slope, midpoint = heads.get_layer(f"{name}_emotions").get_weights()
    valence = graph.add("Gather", [place, "first"], f"{name}_valence", axis=1)
    steep = graph.add(
        "Mul", [valence, graph.plain(np.float32(slope), f"{name}_slope")], f"{name}_steep"
    )
    lean = graph.add(
        "Add", [steep, graph.plain(np.float32(midpoint), f"{name}_midpoint")], f"{name}_lean"
    )
    return place, _gated(graph, logits, lean, name)


def _kernel(graph: Graph, kernel: KernelMachine, joined: str) -> tuple[str, str]:
    """Valence and arousal and probabilities of the kernel machine, as `KernelMachine.answers`."""
    standard = _scaled(graph, joined, kernel.mean, kernel.deviation, "kernel_standard")
    nothing = np.zeros(kernel.projection.shape[1])
    components = graph.dense(standard, kernel.projection, nothing, "kernel_components")
    if kernel.words is not None:
        said = _words(graph, kernel.words, joined)
        said = _scaled(graph, said, kernel.word_mean, 1 / kernel.word_gain, "kernel_words")
        components = graph.add("Concat", [components, said], "kernel_point", axis=1)
    lengths = graph.add("ReduceSumSquare", [components], "kernel_lengths", axes=[1], keepdims=1)
    # Distances must fit the stored centres, not those that were rounded away.
    centres = graph.rounded(kernel.centres)
    crossed = graph.dense(components, -2 * centres.T, (centres**2).sum(axis=1), "kernel_crossed")
    apart = graph.add("Relu", [graph.add("Add", [crossed, lengths], "kernel_sum")], "kernel_apart")
    narrow = graph.plain(np.float32(-kernel.narrowness), "kernel_narrowness")
    alike = graph.add("Exp", [graph.add("Mul", [apart, narrow], "kernel_power")], "kernel_alike")
    # Dual weights of either sign nearly cancel: they keep their 32 bits.
    place = _exact(graph, alike, kernel.place_weights, kernel.place_mean, "kernel_place")
    logits = _exact(graph, alike, kernel.emotion_weights, np.zeros(N_EMOTIONS), "kernel_logits")
    valence = graph.add("Gather", [place, "first"], "kernel_valence", axis=1)
    gate = graph.plain(np.float32(kernel.gate), "kernel_gate_slope")
    lean = graph.add("Mul", [valence, gate], "kernel_lean")
    return place, _gated(graph, logits, lean, "kernel")


def _words(graph: Graph, words: Words, joined: str) -> str:
    """The three word norms, as `Words` gives them."""
    bounds = [
        graph.plain(np.array([at], np.int64), f"words_{name}")
        for name, at in (("start", words.start), ("end", words.start + HEAD_WIDTH), ("axis", 1))
    ]
    seen = graph.add("Slice", [joined, *bounds], "words_seen")
    scores = graph.dense(seen, words.weight / TEMPERATURE, words.bias / TEMPERATURE, "words_scores")
    classes = graph.add("Softmax", [scores], "words_classes", axis=1)
    table = graph.plain(norms().astype(np.float32), "words_norms")
    return graph.add("MatMul", [classes, table], "words_said")


def _exact(graph: Graph, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
    inputs = [
        graph.plain(values.astype(np.float32), f"{name}_{part}")
        for part, values in (("weight", weight), ("bias", bias))
    ]
    return graph.add("Gemm", [x, *inputs], name)


def _gated(graph: Graph, logits: str, lean: str, name: str) -> str:
    """A softmax within each four of the logits, shared by the logistic of the lean (N, 1)."""
    halves = [f"{name}_pleasant", f"{name}_unpleasant"]
    graph.nodes.append(helper.make_node("Split", [logits, "sizes"], halves, axis=1))
    gate = graph.add("Sigmoid", [lean], f"{name}_gate")
    shares = (gate, graph.add("Sub", ["one", gate], f"{name}_other_gate"))
    parts = []
    for half, share in zip(halves, shares, strict=True):
        within = graph.add("Softmax", [half], f"{half}_softmax", axis=1)
        parts.append(graph.add("Mul", [within, share], f"{half}_share"))
    return graph.add("Concat", parts, f"{name}_probabilities", axis=1)


def _calibrated(graph: Graph, eye: Eye) -> None:
    """`Calibration` of the mean probabilities, as the file's second output."""
    power, floor = eye.calibration.power, eye.calibration.floor
    least = graph.plain(np.float32(1e-12), "least_probability")
    some = graph.add("Max", ["mean_probabilities", least], "some_probability")
    logs = graph.add("Log", [some], "log_probabilities")
    steep = graph.add("Mul", [logs, graph.plain(np.float32(power), "power")], "powered_logits")
    sharp = graph.add("Softmax", [steep], "sharp_probabilities", axis=1)
    kept = graph.add("Mul", [sharp, graph.plain(np.float32(1 - floor), "kept")], "kept_shares")
    even = graph.plain(np.float32(floor / N_EMOTIONS), "floor")
    graph.add("Add", [kept, even], OUTPUTS[1])
