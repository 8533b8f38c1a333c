"""The networks' twins in PyTorch answer as Keras' do, learn, and give back what they learned."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.pop909_set import write_set
from tests.training.tune_set import write_tunes

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
torch = pytest.importorskip("torch", reason="the twin needs torch: 'melodymuse[musicgen]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from training.composer import __main__ as composing  # noqa: E402
from training.composer import twin as composer_twin  # noqa: E402
from training.composer.batches import Steps, as_batch, song_steps  # noqa: E402
from training.composer.corpus import prepare, split_songs  # noqa: E402
from training.composer.measure import measure, side_by_side  # noqa: E402
from training.composer.network import Shape, training_network  # noqa: E402
from training.layers import assign_by_layer, weights_by_layer  # noqa: E402
from training.tune import __main__ as tuning  # noqa: E402
from training.tune import batches as tune_batches  # noqa: E402
from training.tune import corpus as tune_corpus  # noqa: E402
from training.tune import network as tune_network  # noqa: E402
from training.tune import twin as tune_twin  # noqa: E402
from training.twin import Twin  # noqa: E402
from training.updates import keras_nats  # noqa: E402

SMALL = Shape(embedding=16, units=24, head=16)
SMALL_TUNE = tune_network.Shape(embedding=16, units=24, head=16)
SIZES = ("--units", "24", "--embedding", "16", "--head", "16", "--window", "16", "--torch", "cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tunes(tmp_path_factory.mktemp("tunes"))


def composed(data: Path, folder: Path) -> Any:
    """The composer's network, another one, how it is made, and a batch."""
    whole = [song_steps(song) for song in prepare(data, folder)[:2]]
    cut = [Steps(*(getattr(s, field.name)[:60] for field in fields(Steps))) for s in whole]
    networks = training_network(SMALL), training_network(SMALL)
    batch = as_batch(side_by_side(cut, 60))
    return *networks, composer_twin.plan(SMALL), composer_twin.batch_of, batch


def sung(tunes: Path, folder: Path) -> Any:
    """The same of the tune network."""
    steps = tune_batches.steps_of(tune_corpus.prepare(tunes, folder)[:4], None)
    batch = tune_batches.as_batch(tune_batches.in_windows(steps, 60))
    networks = (tune_network.training_network(SMALL_TUNE) for _ in range(2))
    return *networks, tune_twin.plan(SMALL_TUNE), tune_twin.batch_of, batch


@pytest.mark.parametrize("which", ["composer", "tune"])
def test_the_twin_answers_as_the_network_and_gives_its_weights_back(
    which: str, data: Path, tunes: Path, tmp_path: Path
) -> None:
    found = composed(data, tmp_path) if which == "composer" else sung(tunes, tmp_path)
    network, other, plan, batch_of, batch = found
    twin = Twin(weights_by_layer(network), plan).eval()

    def part(steps: slice) -> Any:
        cut = [
            {k: np.ascontiguousarray(a[:, steps]) for k, a in arrays.items()} for arrays in batch
        ]
        return batch_of(*({k: torch.from_numpy(a) for k, a in arrays.items()} for arrays in cut))

    with torch.no_grad():
        begun, state = twin(part(slice(40)), None)
        ended, _ = twin(part(slice(40, None)), state)
    assign_by_layer(other, twin.weights())
    for teacher in (network, other):
        for name, expected in teacher.predict_on_batch(batch[0]).items():
            answer = np.concatenate([begun[name], ended[name]], axis=1)
            np.testing.assert_allclose(answer, expected, atol=1e-4)


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def test_it_learns_and_keeps_what_it_learned(data: Path, tmp_path: Path) -> None:
    _, held_out = split_songs(prepare(data, tmp_path))
    where = ("--data", str(data), "--run", str(tmp_path))
    rate = ("--lanes", "4", "--rate", "0.02", "--warm-up", "5", "--epochs", "3")
    assert composing.main([*where, *SIZES, *rate]) == 0
    ours = training_network(SMALL)
    untaught = measure(lambda batch: keras_nats(ours, batch), held_out)["event"]
    ours.load_weights(tmp_path / "best.weights.h5")
    learned = measure(lambda batch: keras_nats(ours, batch), held_out)["event"]
    assert learned < untaught - 2
    # What is measured in bfloat16 is what is kept.
    assert rows_of(tmp_path)[-1]["validation"]["event"] == pytest.approx(learned, abs=0.05)


def test_the_tune_network_learns_so_too_and_goes_on_where_it_stopped(
    tunes: Path, tmp_path: Path
) -> None:
    where = ("--data", str(tunes), "--run", str(tmp_path), "--rows", "2", "--rate", "0.02")
    for epochs in ("2", "3"):
        assert tuning.main([*where, *SIZES, "--warm-up", "2", "--epochs", epochs]) == 0
    rows = rows_of(tmp_path)
    first, second, third = (row["validation"]["note"] for row in rows)
    assert first > second > third
