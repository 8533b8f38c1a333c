"""Train the judge of phrases: `python -m training.tune.judge --data DIR --out DIR`.

It learns to tell phrases of real tunes (those that the tune network learns from; nothing that is
held out) from phrases that the tune network sings with and without the critic's choice, and from
real ones that were damaged: without these it takes whatever is unlike our tunes for real.  Metres
and modes stand on all sides.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from melodymuse.errors import MelodyMuseError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.tune_plan import RETURN
from melodymuse.writing.tune.judge import FILE, INPUT
from melodymuse.writing.tune.network import TuneNetwork
from melodymuse.writing.tune.notes import HIGHEST_TUNE, LOWEST_TUNE, Bar, Tune, chord_steps
from melodymuse.writing.tune.phrase_features import REMEMBERED_BARS, Sung, phrase_features
from melodymuse.writing.tune.script import TunePiece
from melodymuse.writing.tune.stage import tune_piece
from melodymuse.writing.tune.writer import TAKES, write_tunes
from training.composer.corpus import is_held_out
from training.tune.corpus import read_tunes
from training.tune.song import TuneSong

Rows = NDArray[np.float32]

# Phrases of so many bars are judged; a marked one of eight is two.
SHORTEST, LONGEST = 3, 6
_TWO_PHRASES = 8
_FEWEST_NOTES = 4
# How much of what is real is whose.
_STYLES = {"pop": 0.55, "song": 0.25, "standard": 0.2}
# Pieces composed without and with the critic's choice, their bars, and how their metres come.
_FREE, _CHOSEN, _BARS = 256, 64, 32
# Pieces newly composed, with the choice, on which it is tried beside the held-out songs.
_FRESH = 32
_METRES = ("4/4", "4/4", "4/4", "4/4", "4/4", "3/4", "6/8", "2/4")
_SEED = 20_000
# How far a damaged note is moved, how often one is, and what share of what is not real is damaged.
_FURTHEST, _MOVED, _DAMAGED_SHARE = 9, 0.35, 0.4
_TREES = {"n_estimators": 160, "max_depth": 3, "learning_rate": 0.1, "min_samples_leaf": 30}
_SUBSAMPLE = 0.6
_OPSET, _ML_OPSET = 18, 3


def real_phrases(
    songs: Iterable[TuneSong], random: Random, *, held_out: bool = False
) -> Iterator[tuple[str, list[float], list[float]]]:
    """(style, numbers, numbers when damaged) of each phrase that is known, of the songs that are
    held out or of the others; what a song says again counts once."""
    for song in songs:
        if is_held_out(song.name) != held_out:
            continue
        known = set()
        for begin, bars in _marked(song):
            own = song.bars[begin : begin + bars]
            if own in known:
                continue
            known.add(own)
            numbers = partial(
                _row,
                chords=song.chords,
                metre=METRES[song.metre],
                mode=song.modes[begin],
                begin=begin,
                bars=bars,
            )
            spoiled = damaged(own, song.bars, random)
            row = numbers(song.bars)
            worse = numbers((*song.bars[:begin], *spoiled, *song.bars[begin + bars :]))
            if row is not None and worse is not None:
                yield song.style, row, worse


def damaged(phrase: Sequence[Bar], song: Sequence[Bar], random: Random) -> tuple[Bar, ...]:
    """A phrase that nobody would write: its pitches in another order, some of them elsewhere, a
    walk in its rhythm, or bars from all over its song."""
    notes = [note for bar in phrase for note in bar]
    pitches = [note.pitch for note in notes]
    kind = random.choice(("shuffled", "moved", "walk", "torn"))
    if kind == "torn":
        return tuple(random.choice([bar for bar in song if bar] or list(phrase)) for _ in phrase)
    if kind == "shuffled":
        random.shuffle(pitches)
    elif kind == "moved":
        pitches = [
            pitch + (random.randint(-_FURTHEST, _FURTHEST) if random.random() < _MOVED else 0)
            for pitch in pitches
        ]
    else:
        widest = random.choice((3, 6, _FURTHEST))
        for index in range(1, len(pitches)):
            step = random.randint(-widest, widest)
            pitches[index] = min(max(pitches[index - 1] + step, LOWEST_TUNE), HIGHEST_TUNE)
    line = iter(pitches)
    return tuple(tuple(note._replace(pitch=next(line)) for note in bar) for bar in phrase)


def _marked(song: TuneSong) -> Iterator[tuple[int, int]]:
    for bar, place in enumerate(song.phrases):
        if place is None or place[0] or bar + place[1] >= len(song.bars):
            continue
        bars = place[1] + 1
        if bars == _TWO_PHRASES:
            yield bar, bars // 2
            yield bar + bars // 2, bars // 2
        elif SHORTEST <= bars <= LONGEST:
            yield bar, bars


def sung_phrases(pieces: Sequence[TunePiece], tunes: Sequence[Tune]) -> Iterator[list[float]]:
    """The numbers of each phrase of composed tunes that does not merely return."""
    for piece, tune in zip(pieces, tunes, strict=True):
        starts = [bar for bar, plan in enumerate(piece.plans) if plan.since == 0]
        for begin, end in zip(starts, [*starts[1:], len(piece.plans)], strict=True):
            own = piece.plans[begin : end - 1]
            if SHORTEST <= end - begin <= LONGEST and any(p.device != RETURN for p in own):
                row = _row(tune, piece.chords, piece.metre, piece.mode, begin, end - begin)
                if row is not None:
                    yield row


def _row(
    tune: Tune,
    chords: Sequence[Sequence[GridChord]],
    metre: Metre,
    mode: str,
    begin: int,
    bars: int,
) -> list[float] | None:
    sounding = chord_steps(chords, metre.bar_steps)

    def sung(first: int, until: int) -> list[Sung]:
        return [
            Sung(
                bar * metre.bar_steps + note.position,
                note.duration,
                note.pitch,
                int(sounding[bar, note.position]),
            )
            for bar in range(max(first, 0), until)
            for note in tune[bar]
        ]

    notes = sung(begin, begin + bars)
    if len(notes) < _FEWEST_NOTES:
        return None
    return phrase_features(notes, sung(begin - REMEMBERED_BARS, begin), begin, bars, metre, mode)


def composed(network: TuneNetwork, count: int, takes: int, seed: int) -> list[list[float]]:
    """The numbers of the phrases of so many pieces, emotions and metres in turn."""
    rows: list[list[float]] = []
    for first in range(0, count, 32):
        pieces = [tune_piece(_plan(seed, i)) for i in range(first, min(first + 32, count))]
        tunes = write_tunes(network, pieces, takes=takes, known=None)
        rows += sung_phrases(pieces, tunes)
    return rows


def _plan(seed: int, index: int) -> Plan:
    metre = _METRES[index // len(EMOTIONS) % len(_METRES)]
    profile = EmotionProfile.of(EMOTIONS[index % len(EMOTIONS)])
    controls = controls_for(profile, seed=seed + index, bars=_BARS, time_signature=metre)
    return plan_for(profile, profile, controls)


def learn(
    real: Rows, weights: NDArray[np.float64], ours: Rows, worse: Rows
) -> GradientBoostingClassifier:
    """The judge that tells them apart, what is real weighing as much as what is not.

    Args:
        real: float32 (phrases, features).
        weights: what each of them counts.
        ours, worse: composed and damaged ones, likewise.
    """
    trees = GradientBoostingClassifier(**_TREES, subsample=_SUBSAMPLE, init="zero", random_state=0)
    rows = np.concatenate([real, ours, worse])
    labels = np.repeat([1, 0], [len(real), len(ours) + len(worse)])
    share = np.concatenate(
        [
            weights / weights.sum(),
            np.full(len(ours), (1 - _DAMAGED_SHARE) / len(ours)),
            np.full(len(worse), _DAMAGED_SHARE / len(worse)),
        ]
    )
    trees.fit(rows, labels, sample_weight=share * len(rows) / 2)
    return trees


def export(judge: GradientBoostingClassifier, path: Path) -> None:
    """Write a judge as one ONNX node, which gives its log odds."""
    node: dict[str, Any] = {
        name: []
        for name in (
            "nodes_treeids",
            "nodes_nodeids",
            "nodes_featureids",
            "nodes_modes",
            "nodes_values",
            "nodes_truenodeids",
            "nodes_falsenodeids",
            "target_treeids",
            "target_nodeids",
            "target_ids",
            "target_weights",
        )
    }
    for index, estimator in enumerate(judge.estimators_[:, 0]):
        tree = estimator.tree_
        for place in range(tree.node_count):
            leaf = tree.children_left[place] < 0
            node["nodes_treeids"].append(index)
            node["nodes_nodeids"].append(place)
            node["nodes_featureids"].append(0 if leaf else int(tree.feature[place]))
            node["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            node["nodes_values"].append(0.0 if leaf else float(tree.threshold[place]))
            node["nodes_truenodeids"].append(0 if leaf else int(tree.children_left[place]))
            node["nodes_falsenodeids"].append(0 if leaf else int(tree.children_right[place]))
            if leaf:
                node["target_treeids"].append(index)
                node["target_nodeids"].append(place)
                node["target_ids"].append(0)
                value = judge.learning_rate * float(tree.value[place, 0, 0])
                node["target_weights"].append(value)
    made = helper.make_node(
        "TreeEnsembleRegressor", [INPUT], ["odds"], domain="ai.onnx.ml", n_targets=1, **node
    )
    width = judge.n_features_in_
    graph = helper.make_graph(
        [made],
        path.stem,
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", width])],
        [helper.make_tensor_value_info("odds", TensorProto.FLOAT, ["N", 1])],
    )
    model = helper.make_model(
        graph,
        opset_imports=[
            helper.make_opsetid("", _OPSET),
            helper.make_opsetid("ai.onnx.ml", _ML_OPSET),
        ],
        producer_name="melodymuse",
    )
    model.ir_version = 10
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="training.tune.judge", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="see training/README.md")
    parser.add_argument("--out", type=Path, required=True, help=f"folder that {FILE} goes to")
    options = parser.parse_args(arguments)
    try:
        songs = list(read_tunes(options.data))
        found = real_phrases(songs, Random(_SEED))
        styles, real, worse = zip(*found, strict=True)
        _, unknown, _ = zip(*real_phrases(songs, Random(_SEED), held_out=True), strict=True)
        network = TuneNetwork.shipped()
        free = composed(network, _FREE, 1, _SEED)
        chosen = composed(network, _CHOSEN, TAKES, _SEED + _FREE)
        fresh = composed(network, _FRESH, TAKES, _SEED + _FREE + _CHOSEN)
    except MelodyMuseError as error:
        print(f"training.tune.judge: {error}", file=sys.stderr)
        return 2
    counts = {style: styles.count(style) for style in _STYLES}
    weights = np.asarray([_STYLES[style] / counts[style] for style in styles])
    ours = np.asarray([*free, *chosen], np.float32)
    trees = learn(np.asarray(real, np.float32), weights, ours, np.asarray(worse, np.float32))
    export(trees, options.out / FILE)
    print(f"{len(real)} real phrases and as many damaged ones, {len(ours)} composed ones")
    odds = trees.decision_function(np.asarray([*unknown, *fresh], np.float32))
    labels = [1] * len(unknown) + [0] * len(fresh)
    area = roc_auc_score(labels, odds)
    print(
        f"AUC on {len(unknown)} held-out phrases and {len(fresh)} newly composed ones: {area:.3f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
