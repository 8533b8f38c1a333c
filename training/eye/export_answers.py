"""The answering part of the eye as ONNX nodes: kernel machine, probabilities, doubt."""

from __future__ import annotations

import numpy as np
from onnx import helper

from melodymuse.vision.classifier import DOUBT_OUTPUT, OUTPUTS
from training.eye.calibration import LEAST_CHANCE, Calibration
from training.eye.graph import Graph
from training.eye.kernel import (
    ANGER,
    CHEERFUL,
    LEAST_SHARE,
    N_EMOTIONS,
    KernelMachine,
    Projection,
)


def add_answers(
    graph: Graph, machine: KernelMachine, calibration: Calibration, scene: str, expression: str
) -> None:
    """Adds everything from the features, (N, F) and (N, E), to the outputs of the file."""
    likeness = _gaussian(
        graph, scene, machine.scene, machine.scenes, machine.scene_narrowness, "scene"
    )
    gates = graph.exact(likeness, machine.gate_weights, machine.gate_means, "gate_scores")
    gates = graph.between(gates, 0, 1, "gates")
    face, rated = "face", "rated"
    each = graph.constant([1, 1], "each_gate")
    graph.nodes.append(helper.make_node("Split", [gates, each], [face, rated], axis=1))
    more = _both(graph, likeness, rated, machine.among_rated * machine.gates[:, 1], "rated_alike")
    scenes = graph.add("Add", [likeness, more], "scenes_alike")
    looks = _gaussian(
        graph, expression, machine.expression, machine.expressions,
        machine.expression_narrowness, "expression",
    )  # fmt: skip
    faces = _both(graph, looks, face, machine.gates[:, 0], "faces_alike")
    alike = graph.add("Add", [scenes, faces], "alike")
    # (N, members * 10): dual weights of either sign nearly cancel, so they keep their 32 bits.
    count = len(machine.weights)
    said = graph.exact(
        alike, machine.weights.reshape(count, -1), machine.means.reshape(-1), "members_said"
    )
    by_member = graph.constant([0, machine.weights.shape[1], 2 + N_EMOTIONS], "by_member")
    said = graph.add("Reshape", [said, by_member], "members")
    sizes = graph.constant([2, N_EMOTIONS], "parts")
    halves = ["members_place", "members_shares"]
    graph.nodes.append(helper.make_node("Split", [said, sizes], halves, axis=2))
    place = graph.between("members_place", -1, 1, "members_clipped")
    graph.reduced("ReduceMean", place, [1], OUTPUTS[0], keep=False)
    shares = graph.reduced("ReduceMean", "members_shares", [1], "mean_shares", keep=False)
    shares = _leaning(graph, machine, shares, face)
    _probabilities(graph, calibration, shares, face)
    _doubt(graph, calibration, likeness, place, face)


def _leaning(graph: Graph, machine: KernelMachine, said: str, face: str) -> str:
    """`kernel.leaning`: shares (N, 8)."""
    least = graph.add("Max", [said, graph.number(LEAST_SHARE, "least_share")], "some_shares")
    scene = graph.add("Sub", [graph.number(1, "all_scene"), face], "scene_part")
    gains = graph.number(np.log(machine.gains), "log_gains")
    gains = graph.add("Exp", [graph.add("Mul", [scene, gains], "gained")], "gains")
    shares = graph.add("Mul", [least, gains], "gained_shares")
    angry = np.eye(N_EMOTIONS)[ANGER]
    anger = graph.exact(shares, angry[:, None], [0.0], "anger")
    cheer = graph.exact(shares, machine.yielding * CHEERFUL[:, None], [0.0], "cheer")
    against = graph.between(graph.add("Div", [anger, cheer], "against"), 0, 1, "anger_stands")
    stays = graph.add("Mul", [against, against], "anger_stays")
    yields = graph.add("Sub", [graph.number(1, "all_anger"), stays], "anger_yields")
    lost = graph.add("Mul", [face, yields], "lost")
    lost = graph.add("Mul", [lost, graph.number(angry, "only_anger")], "lost_anger")
    kept = graph.add("Sub", [graph.number(1, "all_shares"), lost], "kept_part")
    return _normed(graph, graph.add("Mul", [shares, kept], "leaning"), "shares")


def _both(graph: Graph, alike: str, gate: str, known: np.ndarray, name: str) -> str:
    """Likeness (N, C), as far as both a picture (N, 1) and a known one (C,) pass a gate."""
    part = graph.add("Mul", [alike, graph.number(known, f"{name}_known")], f"{name}_part")
    return graph.add("Mul", [part, gate], name)


def _gaussian(
    graph: Graph, x: str, projection: Projection, centres: np.ndarray, narrowness: float, name: str
) -> str:
    """Likeness (N, C), 0..1, of features to the pictures learned from."""
    points = graph.dense(x, projection.matrix, projection.offset, f"{name}_points")
    lengths = graph.reduced("ReduceSumSquare", points, [1], f"{name}_lengths")
    # Distances must fit the stored centres, not those that were rounded away.
    kept = graph.rounded(centres)
    crossed = graph.dense(
        points, -2 * kept.T, (kept**2).sum(axis=1), f"{name}_crossed", eight_bits=False
    )
    apart = graph.add(
        "Relu", [graph.add("Add", [crossed, lengths], f"{name}_sum")], f"{name}_apart"
    )
    narrow = graph.number(-narrowness, f"{name}_narrowness")
    return graph.add("Exp", [graph.add("Mul", [apart, narrow], f"{name}_power")], f"{name}_alike")


def _probabilities(graph: Graph, calibration: Calibration, shares: str, face: str) -> None:
    """`Calibration.probabilities` as the file's second output."""
    more = graph.add("Mul", [face, graph.number(calibration.face_power, "face_power")], "more")
    power = graph.add("Add", [more, graph.number(calibration.power, "least_power")], "power")
    raised = graph.add("Mul", [graph.add("Log", [shares], "log_shares"), power], "raised_shares")
    graph.add("Softmax", [raised], OUTPUTS[1], axis=1)


def _doubt(graph: Graph, calibration: Calibration, likeness: str, place: str, face: str) -> None:
    """Chance of being right, likeness to what is known, and the members' distance, (N, 3)."""
    most = graph.reduced("ReduceMax", OUTPUTS[1], [1], "most_probable")
    most = graph.between(most, LEAST_CHANCE, 1 - LEAST_CHANCE, "most")
    less = graph.add("Sub", [graph.number(1, "certain"), most], "others")
    odds = graph.add("Log", [graph.add("Div", [most, less], "odds")], "log_odds")
    nearest = graph.reduced("ReduceMax", likeness, [1], "nearest")
    middle = graph.reduced("ReduceMean", place, [1], "middle_place")
    away = graph.add("Sub", [place, middle], "members_away")
    spread = graph.add("Mul", [away, away], "members_squared")
    variance = graph.reduced("ReduceMean", spread, [1, 2], "members_variance", keep=False)
    columns = graph.add("Reshape", [variance, graph.constant([-1, 1], "column")], "variance")
    apart = graph.add("Sqrt", [columns], "apart")
    doubted = graph.add("Concat", [odds, nearest, apart, face, OUTPUTS[1]], "doubted", axis=1)
    lean = graph.exact(
        doubted, calibration.chance_weight[:, None], [calibration.chance_bias], "chance_lean"
    )
    chance = graph.add("Sigmoid", [lean], "chance")
    graph.add("Concat", [chance, nearest, apart], DOUBT_OUTPUT, axis=1)


def _normed(graph: Graph, x: str, name: str) -> str:
    total = graph.reduced("ReduceL1", x, [1], f"{name}_total")
    return graph.add("Div", [x, total], name)
