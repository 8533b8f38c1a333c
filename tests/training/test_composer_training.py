"""Training on a tiny set that the test writes: it learns, resumes, and exports what it learned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.pop909_set import write_set

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.writing.network import NoteNetwork  # noqa: E402
from training.composer import export as exporting  # noqa: E402
from training.composer.__main__ import main  # noqa: E402
from training.composer.batches import as_batch, song_steps, without_recall  # noqa: E402
from training.composer.corpus import load_corpus  # noqa: E402
from training.composer.export import Kernel  # noqa: E402
from training.composer.from_exported import start_from_exported  # noqa: E402
from training.composer.measure import measure  # noqa: E402
from training.composer.network import PART_NAMES, Shape, training_network  # noqa: E402
from training.loop import Nats  # noqa: E402
from training.updates import keras_nats  # noqa: E402

pytestmark = pytest.mark.slow
SMALL = Shape(embedding=16, units=24, head=16)
WIDER = Shape(embedding=16, units=32, head=16)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one epoch."""
    data = write_set(tmp_path_factory.mktemp("data"))
    folder = tmp_path_factory.mktemp("run")
    assert train(data, folder, epochs=1) == 0
    return folder


def train(data: Path, folder: Path, epochs: int, more: Sequence[str] = ()) -> int:
    sizes = ["--units", "24", "--embedding", "16", "--head", "16"]
    sizes += ["--lanes", "16", "--window", "16"]
    rate = ["--rate", "0.02", "--warm-up", "2", "--quiet"]
    where = ["--data", str(data), "--run", str(folder), "--epochs", str(epochs)]
    return main([*where, *sizes, *rate, *more])


def nats_of(network: keras.Model) -> Nats:
    return lambda batch: keras_nats(network, batch)


def history(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_it_keeps_its_log_and_curves(run: Path) -> None:
    (row,) = history(run)
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert set(row["validation"]) == {"event", *PART_NAMES}


def test_it_learns_and_goes_on_where_it_stopped(run: Path, tmp_path: Path) -> None:
    for file in run.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert train(tmp_path / "nowhere", tmp_path, epochs=2) == 0  # the prepared corpus is enough
    first, second = history(tmp_path)
    assert [first] == history(run)
    assert second["validation"]["event"] < first["validation"]["event"]


def test_missing_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path, tmp_path / "run", epochs=1) == 2
    assert capsys.readouterr().err.startswith("training.composer: no music in")


def test_another_run_gives_its_weights_to_begin_with(run: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.npz").write_bytes((run / "corpus.npz").read_bytes())
    assert train(tmp_path / "nowhere", tmp_path, epochs=1, more=("--start-from", str(run))) == 0
    # It begins where the other stood, so one epoch more is better than the other's last.
    assert history(tmp_path)[0]["training"] < history(run)[0]["training"]
    assert history(tmp_path)[0]["validation"]["event"] < history(run)[0]["validation"]["event"]


def test_what_it_cannot_start_from_is_one_line(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus.npz").write_bytes((run / "corpus.npz").read_bytes())
    more = ("--start-from", str(tmp_path / "nothing"))
    assert train(tmp_path / "nowhere", tmp_path, epochs=1, more=more) == 2
    error = capsys.readouterr().err
    assert error.startswith("training.composer: no run to start from in") and "\n" not in error[:-1]


def test_too_little_music_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_set(tmp_path / "data", songs=2)
    assert train(data, tmp_path / "run", epochs=1, more=("--lanes", "400")) == 2
    assert "do not fill one batch of 400x16" in capsys.readouterr().err


def test_onnx_follows_keras_step_by_step(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the coarser kernels of the step, which the next test looks at."""
    monkeypatch.setattr(exporting, "quantise", lambda kernel, bias: Kernel(kernel, ONES, bias))
    monkeypatch.setattr(exporting, "dense", exact_dense)
    for exported, expected in logits_of_both(run, tmp_path):
        np.testing.assert_allclose(exported, expected, atol=2e-4)


ONES = np.ones(4 * SMALL.units, np.float32)


def exact_dense(graph: Any, name: str, kernel: Any, source: str) -> str:
    values = graph.constant(f"{name}_kernel", kernel.values)
    product = graph.add("MatMul", [source, values], f"{name}_product")
    bias = graph.constant(f"{name}_bias", kernel.bias)
    return str(graph.add("Add", [product, bias], f"{name}_out"))


def test_coarser_kernels_hardly_change_what_is_likely(run: Path, tmp_path: Path) -> None:
    apart = [
        np.abs(softmax(exported) - softmax(expected)).sum() / 2
        for exported, expected in logits_of_both(run, tmp_path)
    ]
    # Total variation: the share of probability that moves elsewhere.
    assert 0 < np.mean(apart) < 0.02


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def logits_of_both(run: Path, folder: Path) -> Iterator[tuple[Any, Any]]:
    """At each step of a song and for each part, the logits of the exported network and Keras'."""
    network = training_network(SMALL)
    network.load_weights(run / "best.weights.h5")
    for variable in network.trainable_variables:
        # The file keeps half precision: compare what can be kept.
        halved = keras.ops.convert_to_numpy(variable.value).astype(np.float16)
        variable.assign(halved.astype(np.float32))
    exporting.export(network, SMALL, folder)
    exported = NoteNetwork(folder)
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
            steps.hints[[index]].astype(np.int64),
            state,
        )
        for part, name in enumerate(PART_NAMES):
            chosen = steps.target[[index], :part].astype(np.int64)
            yield exported.logits(part, features, chosen), expected[name][:, index]


def test_exported_files_are_gone_on_from(run: Path, tmp_path: Path) -> None:
    """Their network is what was trained, but for what the export leaves out."""
    trained, again = training_network(SMALL), training_network(SMALL)
    trained.load_weights(run / "best.weights.h5")
    exporting.export(trained, SMALL, tmp_path)
    start_from_exported(again, SMALL, tmp_path)
    songs = load_corpus(run / "corpus.npz")[:3]
    assert measure(nats_of(again), songs)["event"] == pytest.approx(
        measure(nats_of(trained), songs)["event"], abs=0.01
    )
    for variable, other in zip(again.trainable_variables, trained.trainable_variables, strict=True):
        found, expected = (keras.ops.convert_to_numpy(v.value) for v in (variable, other))
        np.testing.assert_allclose(found, expected, atol=np.abs(expected).max() / 64)
    with pytest.raises(MelodyMuseError, match="other sizes"):
        start_from_exported(training_network(WIDER), WIDER, tmp_path)


def test_validation_counts_nats_a_part(run: Path) -> None:
    songs = load_corpus(run / "corpus.npz")[:3]
    network = training_network(SMALL)
    for variable in network.trainable_variables:
        variable.assign(np.zeros(variable.shape, np.float32))
    # A network that knows nothing pays the logarithm of the number of choices.
    found = measure(nats_of(network), songs)
    assert found["position"] == pytest.approx(np.log(49), abs=1e-4)
    assert found["velocity"] == pytest.approx(np.log(17), abs=1e-4)
    assert measure(nats_of(network), songs, without_recall) == pytest.approx(found)
