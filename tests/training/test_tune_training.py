"""Training the tune network on tiny sets: what it is told, that it learns, what is exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.tune_set import write_tunes

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("onnx", reason="export needs onnx: pip install 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.planning.tune_plan import SAME, UNKNOWN  # noqa: E402
from melodymuse.writing.tune.copies import KnownRuns  # noqa: E402
from melodymuse.writing.tune.network import TuneNetwork  # noqa: E402
from melodymuse.writing.tune.notes import NEXT_BAR, NO_RECALL  # noqa: E402
from melodymuse.writing.tune.told import TOLD  # noqa: E402
from training.layers import weights_by_layer  # noqa: E402
from training.tune import export as exporting  # noqa: E402
from training.tune.__main__ import main  # noqa: E402
from training.tune.batches import Windows, as_batch, steps_of  # noqa: E402
from training.tune.corpus import (  # noqa: E402
    CORPUS_FILE,
    encode,
    load_corpus,
    prepare,
    read_tunes,
    save_corpus,
    split,
)
from training.tune.from_exported import exported_weights  # noqa: E402
from training.tune.network import HEADS, Shape, training_network  # noqa: E402
from training.tune.runs import placed_notes  # noqa: E402

SMALL = Shape(embedding=16, units=24, head=16)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tunes(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one epoch."""
    folder = tmp_path_factory.mktemp("run")
    assert train(data, folder, 1) == 0
    return folder


def train(data: Path, folder: Path, epochs: int, *more: str) -> int:
    sizes = ["--units", "24", "--embedding", "16", "--head", "16", "--rows", "8", "--window", "16"]
    rate = ["--rate", "0.02", "--warm-up", "2", "--quiet"]
    return main(
        ["--data", str(data), "--run", str(folder), "--epochs", str(epochs), *sizes, *rate, *more]
    )


def test_all_sets_are_read(data: Path) -> None:
    sources = {song.name.partition("/")[0] for song in read_tunes(data)}
    assert sources == {"pop909", "openewld", "lieder"}


def test_steps_tell_what_the_next_note_is(data: Path) -> None:
    song = next(read_tunes(data))
    steps = encode(song)
    assert (steps.events[1:, 0] == steps.target[:-1, 0]).all()
    notes = steps.target[:, 0] != NEXT_BAR
    assert notes.sum() == sum(map(len, song.bars))
    assert (steps.chords[notes] > 0).all()
    assert not steps.chords[~notes].any()


def test_a_phrase_that_returns_recalls_its_notes(data: Path) -> None:
    steps = encode(next(read_tunes(data)))
    fifth = np.flatnonzero(steps.bar == 4)
    assert steps.likeness[0, 4].tolist() == [SAME, SAME]
    told = steps.recalled[0, fifth[:-1]]
    assert (told == steps.target[fifth[:-1]]).all()
    assert (steps.aligned[0, fifth[:-1]] == steps.target[fifth[:-1], 1:]).all()


def test_a_corpus_is_kept_and_read_again(data: Path, tmp_path: Path) -> None:
    songs = [encode(song) for song in read_tunes(data)]
    save_corpus(songs, tmp_path / "a.npz")
    for ours, theirs in zip(songs, load_corpus(tmp_path / "a.npz"), strict=True):
        for name in type(ours).__dataclass_fields__:
            assert np.array_equal(getattr(ours, name), getattr(theirs, name))


def test_a_damaged_corpus_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / CORPUS_FILE).write_bytes(b"no corpus")
    with pytest.raises(MelodyMuseError, match="damaged"):
        load_corpus(tmp_path / CORPUS_FILE)
    with pytest.raises(MelodyMuseError, match="no tunes"):
        prepare(tmp_path, tmp_path / "run")


def test_songs_held_out_of_the_composer_are_held_out_here(data: Path) -> None:
    songs = load_corpus_of(data, ("009", "001"))
    training, held_out = split(songs)
    assert "pop909/009" in {song.name for song in held_out}
    assert "pop909/001" in {song.name for song in training}


def load_corpus_of(data: Path, names: tuple[str, ...]) -> list:  # type: ignore[type-arg]
    song = next(read_tunes(data))
    return [encode(replace(song, name=f"pop909/{name}")) for name in names]


def test_batches_tell_less_than_everything(data: Path) -> None:
    song = encode(next(read_tunes(data)))
    everything = steps_of([song], None)
    notes = list(TOLD).index("notes")
    assert (everything["told"][:, notes] > 0).all()
    some = [steps_of([song], np.random.default_rng(seed)) for seed in range(30)]
    untold = np.mean([(steps["told"][:, notes] == 0).mean() for steps in some])
    forgotten = np.mean([(steps["told"][:, -2] == UNKNOWN).mean() for steps in some])
    assert 0.2 < untold < 0.5
    assert 0.1 < forgotten < 0.45
    for steps in some:
        hidden = steps["told"][:, -2] == UNKNOWN
        assert (steps["recalled"][hidden, 0] == NO_RECALL).all()
        assert not steps["aligned"][hidden].any()


def test_windows_hold_every_step_once(data: Path) -> None:
    songs = [encode(song) for song in read_tunes(data)]
    batches = Windows(songs, 2, 16, seed=0)
    inputs, targets, weights = batches[0]
    assert inputs["event"].shape == (2, 16, 3)
    assert set(targets) == set(weights) == set(HEADS)
    assert len(batches) >= sum(len(s.events) for s in songs) // 32 - 2
    with pytest.raises(MelodyMuseError, match="smaller --rows"):
        Windows(songs, 64, 4096, seed=0)


def test_it_learns_and_goes_on_where_it_stopped(run: Path, data: Path, tmp_path: Path) -> None:
    for file in run.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert train(data, tmp_path, 2) == 0
    (before,) = (json.loads(line) for line in (run / "log.jsonl").read_text().splitlines())
    first, second = (json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines())
    assert first == before
    assert second["validation"]["note"] < first["validation"]["note"]


def test_it_starts_from_what_another_run_has_learned(run: Path, data: Path, tmp_path: Path) -> None:
    assert train(data, tmp_path, 1, "--start-from", str(run)) == 0
    [started] = (json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines())
    anew = json.loads((run / "log.jsonl").read_text().splitlines()[0])
    assert started["validation"]["note"] < anew["validation"]["note"]


def test_bad_data_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path, tmp_path / "run", 1) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_is_exported_answers_as_the_keras_network(data: Path, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    network = training_network(SMALL)
    exporting.export(network, SMALL, tmp_path)
    songs = [steps_of([encode(song)], None) for song in read_tunes(data)][:4]
    inputs, _, _ = as_batch({k: np.stack([s[k][:20] for s in songs]) for k in songs[0]})
    expected = network.predict(inputs, verbose=0)
    exported = TuneNetwork(tmp_path)
    state = exported.initial_state(4)
    for step in range(20):
        now = {
            name: value[:, step].astype(np.float32 if value.dtype.kind == "f" else np.int64)
            for name, value in inputs.items()
        }
        bar = exported.read_bar(now["told"], now["beats"])
        features, state = exported.step(now["event"], now["recalled"], bar, state)
        position, duration, _ = now["target"].T
        length, pitch = now["aligned"].T
        found = (
            exported.positions(features),
            exported.durations(features, np.stack([position, length], 1)),
            exported.pitches(features, np.stack([position, duration, pitch], 1), now["chords"]),
        )
        for name, logits in zip(HEADS, found, strict=True):
            assert np.abs(logits - expected[name][:, step]).max() < 0.05


def test_exported_files_are_gone_on_from(tmp_path: Path) -> None:
    network = training_network(SMALL)
    exporting.export(network, SMALL, tmp_path)
    found, expected = exported_weights(tmp_path), weights_by_layer(network)
    assert set(found) == set(expected)
    for name, values in expected.items():
        for ours, theirs in zip(found[name], values, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=np.abs(theirs).max() / 100)


def test_rows_do_not_know_of_each_other(data: Path, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    exporting.export(training_network(SMALL), SMALL, tmp_path)
    exported = TuneNetwork(tmp_path)
    random = np.random.default_rng(0)
    event = random.integers(0, 20, (9, 3))
    bar = random.normal(size=(9, SMALL.embedding)).astype(np.float32) * np.arange(9)[:, None]
    bar = bar.astype(np.float32)
    state = random.uniform(-1, 1, (4, 9, SMALL.units)).astype(np.float32)
    together, _ = exported.step(event, event, bar, state)
    for row in range(9):
        only = slice(row, row + 1)
        alone, _ = exported.step(event[only], event[only], bar[only], state[:, only])
        assert np.array_equal(alone[0], together[row])


def test_the_command_exports_what_was_learned_and_the_runs(run: Path, tmp_path: Path) -> None:
    assert exporting.main(["--run", str(run), "--out", str(tmp_path)]) == 0
    assert TuneNetwork(tmp_path).initial_state(1).shape == (4, 1, 24)
    training, _ = split(load_corpus(run / CORPUS_FILE))
    assert KnownRuns.load(tmp_path / "runs.bin").has_part_of(placed_notes(training[0]))
