"""Training on a tiny set that the test writes: it learns, resumes, and exports what it learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.training.pop909_set import write_set

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from melodymuse.composition.generator import NoteNetwork  # noqa: E402
from training.composer.__main__ import main  # noqa: E402
from training.composer.batches import Lanes, as_batch, song_steps, without_recall  # noqa: E402
from training.composer.corpus import load_corpus  # noqa: E402
from training.composer.export import export  # noqa: E402
from training.composer.measure import measure  # noqa: E402
from training.composer.network import PART_NAMES, Shape, training_network  # noqa: E402

SMALL = Shape(embedding=16, units=24, head=16)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two epochs."""
    data = write_set(tmp_path_factory.mktemp("data"))
    folder = tmp_path_factory.mktemp("run")
    assert train(data, folder, epochs=2) == 0
    return folder


def train(data: Path, folder: Path, epochs: int) -> int:
    sizes = ["--units", "24", "--embedding", "16", "--head", "16", "--lanes", "4", "--window", "16"]
    rate = ["--rate", "0.02", "--warm-up", "2", "--quiet"]
    return main(["--data", str(data), "--run", str(folder), "--epochs", str(epochs), *sizes, *rate])


def history(folder: Path) -> list[dict[str, dict[str, float]]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_it_learns_and_keeps_its_log_and_curves(run: Path) -> None:
    first, second = history(run)
    assert second["validation"]["event"] < first["validation"]["event"]
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    parts = second["validation"]
    assert set(parts) == {"event", *PART_NAMES}


def test_it_goes_on_where_it_stopped(run: Path, tmp_path: Path) -> None:
    for file in run.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert train(tmp_path / "nowhere", tmp_path, epochs=3) == 0  # the prepared corpus is enough
    rows = history(tmp_path)
    assert rows[:2] == history(run)
    assert rows[2]["validation"]["event"] < rows[1]["validation"]["event"]


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path, tmp_path / "run", epochs=1) == 2
    assert capsys.readouterr().err.startswith("training.composer: no POP909-CL in")


def test_an_epoch_plays_every_step_once_and_forgets_some(run: Path) -> None:
    songs = load_corpus(run / "corpus.npz")
    lanes = Lanes(songs, lanes=4, window=16, seed=3)
    steps = sum(len(song.events) - 1 for song in songs)
    assert len(lanes) == steps // (4 * 16)
    inputs, targets, weights = lanes[0]
    assert inputs["events"].shape == (4, 16, 4) and inputs["likeness"].shape == (4, 16)
    assert set(targets) == set(weights) == set(PART_NAMES)
    # What comes out at a step is what goes in at the next.
    np.testing.assert_array_equal(inputs["chosen"][:, 0, 1], targets["item"][:, 0])
    told = np.concatenate([lanes[i][0]["likeness"].ravel() for i in range(len(lanes))])
    assert 0.1 < (told == 5).mean() < 0.7


def test_onnx_follows_keras_step_by_step(run: Path, tmp_path: Path) -> None:
    network = training_network(SMALL)
    network.load_weights(run / "best.weights.h5")
    for variable in network.trainable_variables:
        # The file keeps half precision: compare what can be kept.
        halved = keras.ops.convert_to_numpy(variable.value).astype(np.float16)
        variable.assign(halved.astype(np.float32))
    export(network, SMALL, tmp_path)
    exported = NoteNetwork(tmp_path)
    steps = song_steps(load_corpus(run / "corpus.npz")[0])
    inputs, _, _ = as_batch(steps)
    expected = network.predict_on_batch({name: value[None] for name, value in inputs.items()})
    state = exported.initial_state(1)
    for index in range(len(steps.events)):
        features, state = exported.step(
            steps.events[[index]].astype(np.int64),
            steps.recalled[[index]].astype(np.int64),
            steps.likeness[[index]].astype(np.int64),
            steps.controls[[index]],
            state,
        )
        for part, name in enumerate(PART_NAMES):
            chosen = steps.target[[index], :part].astype(np.int64)
            logits = exported.logits(part, features, chosen)
            np.testing.assert_allclose(logits, expected[name][:, index], atol=2e-4)


def test_validation_counts_nats_a_part(run: Path) -> None:
    songs = load_corpus(run / "corpus.npz")[:3]
    network = training_network(SMALL)
    for variable in network.trainable_variables:
        variable.assign(np.zeros(variable.shape, np.float32))
    # A network that knows nothing pays the logarithm of the number of choices.
    found = measure(network, songs)
    assert found["position"] == pytest.approx(np.log(49), abs=1e-4)
    assert found["velocity"] == pytest.approx(np.log(17), abs=1e-4)
    assert measure(network, songs, without_recall) == pytest.approx(found)
