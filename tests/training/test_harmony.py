"""Learning chords for tunes on tiny sets: the experts' laid over the tune, and what is exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.tune_set import write_lead_sheets, write_sung

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from melodymuse.networks import open_network  # noqa: E402
from melodymuse.writing.harmony.frames import FRAME  # noqa: E402
from melodymuse.writing.harmony.model import PLACES, HarmonyNetwork  # noqa: E402
from melodymuse.writing.tune.notes import CHORDS  # noqa: E402
from training.composer.song import Song  # noqa: E402
from training.harmony.__main__ import main  # noqa: E402
from training.harmony.corpus import HarmonizedTune, read_harmonized, with_experts  # noqa: E402
from training.harmony.measures import always_tonic, best_diatonic, measure, own_chords  # noqa: E402
from training.harmony.network import Shape, Weighing, export, training_network  # noqa: E402
from training.harmony.tables import changes, chord_shares  # noqa: E402
from training.tune.pop909 import read_tune  # noqa: E402


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for number in (1, 2):
        write_sung(folder / "pop909_structure" / f"{number:03d}", seed=number)
    write_lead_sheets(folder / "openewld", songs=3)
    return folder


def expert_of(data: Path) -> tuple[HarmonizedTune, Song]:
    """A tune, and what experts made of it: two bars later, a fourth away, with sevenths."""
    tune = read_tune(data / "pop909_structure" / "001")
    assert tune is not None
    moved = [
        tuple(replace(c, root=(c.root + 5) % 12, quality="dominant-seventh") for c in bar)
        for bar in tune.chords
    ]
    song = Song(tune.name, "pop", tune.metre, ("major",) * 18, None, ((),) * 18,
                ((), (), *moved), (None,) * 18)  # fmt: skip
    return HarmonizedTune(tune, False, 0.0), song


def test_the_experts_chords_are_laid_over_the_tune(data: Path) -> None:
    alone, song = expert_of(data)
    found = with_experts(alone.tune, song)
    assert found.is_expert and found.agreement == 1.0
    assert {c.quality for bar in found.tune.chords for c in bar} == {"dominant-seventh"}
    assert [c.root for bar in found.tune.chords for c in bar] == [
        c.root for bar in alone.tune.chords for c in bar
    ]
    other = replace(song, chords=tuple(((),) * 18))
    assert not with_experts(alone.tune, other).is_expert
    assert not with_experts(alone.tune, replace(song, metre="3/4")).is_expert


def test_agreement_is_whole_with_oneself_and_less_with_the_tonic(data: Path) -> None:
    tunes = list(read_harmonized(data))
    report = measure(tunes, {"own": own_chords, "tonic": always_tonic, "diatonic": best_diatonic})
    assert report["own"]["root"]["mean"] == report["own"]["triad"]["mean"] == 1.0
    assert 0.2 < report["tonic"]["root"]["mean"] < 0.8
    assert report["diatonic"]["inside"]["mean"] > report["tonic"]["inside"]["mean"]


def test_the_graph_says_what_keras_says(data: Path, tmp_path: Path) -> None:
    tunes = list(read_harmonized(data))
    network = training_network(Shape(units=(16, 8)))
    shares, following = chord_shares(tunes), changes(tunes)
    assert np.exp(following).sum(axis=2) == pytest.approx(1.0, abs=1e-3)
    path = tmp_path / "harmony.onnx"
    export(network, shares, following, path, Weighing(prior=0.5, context=1.0, moves=(0, 0, 0)))
    read = np.random.default_rng(0).normal(size=(5, FRAME)).astype(np.float32)
    suits = open_network(path).run(["suits"], {"frames": read})[0]
    logits = np.asarray(network.predict(read, verbose=0))
    said = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert suits == pytest.approx(said - 0.5 * np.log(shares), abs=0.02)
    ours = HarmonyNetwork(open_network(path))
    assert ours.follows.shape == (PLACES, CHORDS, CHORDS)
    assert ours.follows == pytest.approx(following, abs=0.02)


def test_training_writes_a_network_and_a_report(data: Path, tmp_path: Path) -> None:
    words = ["--data", data, "--run", tmp_path, "--epochs", 2, "--rows", 16, "--rate", 0.01]
    assert main([str(word) for word in words]) == 0
    assert HarmonyNetwork(open_network(tmp_path / "harmony.onnx")).follows.shape[0] == PLACES
    assert isinstance(json.loads((tmp_path / "report.json").read_text()), dict)
    assert main(["--data", str(tmp_path / "nothing"), "--run", str(tmp_path)]) == 2
