"""The network's twin in PyTorch answers as Keras' does, learns, and gives back what it learned."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from tests.training.pop909_set import write_set

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
torch = pytest.importorskip("torch", reason="the twin needs torch: 'melodymuse[musicgen]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from training.composer.batches import Steps, as_batch, song_steps  # noqa: E402
from training.composer.bfloat16 import main  # noqa: E402
from training.composer.corpus import EncodedSong, prepare, split_songs  # noqa: E402
from training.composer.measure import measure, side_by_side  # noqa: E402
from training.composer.network import PART_NAMES, Shape, training_network  # noqa: E402
from training.composer.twin import Twin  # noqa: E402

SMALL = Shape(embedding=16, units=24, head=16)
SIZES = ("--units", "24", "--embedding", "16", "--head", "16", "--lanes", "4", "--window", "16")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def songs(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[EncodedSong]:
    return prepare(data, tmp_path_factory.mktemp("run"))


def test_the_twin_answers_as_the_network_and_gives_its_weights_back(
    songs: list[EncodedSong],
) -> None:
    network, other = training_network(SMALL), training_network(SMALL)
    twin = Twin(network, SMALL).eval()
    whole = [song_steps(song) for song in songs[:2]]
    cut = [Steps(*(getattr(s, field.name)[:60] for field in fields(Steps))) for s in whole]
    inputs, _, _ = as_batch(side_by_side(cut, 60))
    first = {name: torch.from_numpy(a[:, :40].copy()) for name, a in inputs.items()}
    then = {name: torch.from_numpy(a[:, 40:].copy()) for name, a in inputs.items()}
    with torch.no_grad():
        begun, state = twin(first, None)
        ended, _ = twin(then, state)
    twin.give(other)
    for teacher in (network, other):
        expected = teacher.predict_on_batch(inputs)
        for part, name in enumerate(PART_NAMES):
            found = np.concatenate([begun[part], ended[part]], axis=1)
            np.testing.assert_allclose(found, expected[name], atol=1e-4)


def test_it_learns_and_keeps_what_it_learned(data: Path, tmp_path: Path) -> None:
    _, held_out = split_songs(prepare(data, tmp_path))
    where = ("--data", str(data), "--run", str(tmp_path))
    assert main([*where, *SIZES, "--rounds", "20", "--share", "1", "--rate", "0.02"]) == 0
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    ours = training_network(SMALL)
    untaught = measure(ours, held_out)["event"]
    ours.load_weights(tmp_path / "best.weights.h5")
    learned = measure(ours, held_out)["event"]
    assert learned < untaught - 2 and len(rows) == 20
    # What is measured in bfloat16 is what is kept.
    assert rows[-1]["validation"]["event"] == pytest.approx(learned, abs=0.05)
