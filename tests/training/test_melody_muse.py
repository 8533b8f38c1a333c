"""Melody Muse's own composer, trained for a moment on a table that is drawn here."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from melodymuse.comparison.melody_muse import Composer, notes_of
from melodymuse.comparison.specs import load_maker, read_spec
from melodymuse.errors import ModelError
from melodymuse.midi.reader import read_midi
from tests.comparison.makers import briefs_for
from training.melody_muse.__main__ import figures, main
from training.melody_muse.network import STEPS, network, split
from training.melody_muse.reading import WORDS, read_clips


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten clips of each emotion, in the published columns."""
    folder = tmp_path_factory.mktemp("turkish")
    chance = np.random.default_rng(0)
    columns = ["Class", "_Tempo_Mean", *(f"_MFCC_Mean_{n}" for n in range(1, 14))]
    with (folder / "turkish.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number in range(40):
            word = ("relax", "happy", "sad", "angry")[number % 4]
            means = chance.normal(number % 4, 0.1, 13)
            writer.writerow([word, 120, *means])
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    words = ["--data", data, "--out", out, "--splits", 1, "--epochs", 1, "--over", "clip"]
    assert main([str(word) for word in words]) == 0
    return out


def test_a_run_leaves_figures_pictures_and_the_composer(run: Path) -> None:
    result = json.loads((run / "result.json").read_text())
    assert set(result) == {"clip"} and set(result["clip"]["f1"]) == set(WORDS)
    for name in ("mfcc.png", "confusion-clip.png"):
        assert (run / name).read_bytes().startswith(b"\x89PNG")
    assert "| anger | 0 | 0 | 1 | 0 |" in (run / "emotions.md").read_text()


def test_the_network_is_the_papers() -> None:
    for over, shape in STEPS.items():
        layers = [type(layer).__name__ for layer in network(over).layers]
        assert layers == ["InputLayer", "Reshape", "Dropout", *["LSTM"] * 3, *["Dense"] * 5]
        assert network(over).layers[1].output.shape[1:] == shape


@pytest.mark.parametrize("over", STEPS)
def test_the_maker_hears_what_keras_hears(over: str) -> None:
    model, features = network(over), np.random.default_rng(1).normal(size=(3, 13))
    empty = np.zeros((4, 1, 13))
    composer = Composer(tuple(model.get_weights()), WORDS, empty, empty[:, 0], empty[:, 0])
    heard = np.stack([composer.chances(one) for one in features])
    np.testing.assert_allclose(heard, np.asarray(model(features)), atol=1e-5)


def test_splits_hold_every_emotion_and_figures_are_over_them(data: Path) -> None:
    clips = read_clips(data)
    learned, tested = split(clips, 3)
    assert np.bincount(clips.labels[tested]).tolist() == [2] * 4
    assert not set(learned) & set(tested) and len(learned) + len(tested) == 40
    wrong = (clips.labels[tested] + 1) % 4
    found = figures([(tested, clips.labels[tested]), (tested, wrong)], clips)
    assert found["accuracy"][0] == 0.5 and found["f1"]["sad"][0] == 0.5
    assert figures([(tested, wrong)], clips)["accuracy"] == [0.0, None, None]


def test_a_seed_is_a_piece_that_begins_with_a_clip_of_its_emotion(run: Path) -> None:
    composer = Composer.load(str(run))
    told = composer.features("sad", 30, seed=4)
    assert any(np.array_equal(told[:13], clip) for clip in composer.seeds[WORDS.index("sad")])
    np.testing.assert_array_equal(told, composer.features("sad", 30, seed=4))
    assert not np.array_equal(told[13:], composer.features("sad", 30, seed=5)[13:])
    notes = read_midi(notes_of(np.array([0.0, 1.0, -1.0, 40.0]))).notes
    assert [note.pitch for note in sorted(notes, key=lambda note: note.onset)] == [60, 67, 53, 108]


def test_it_makes_a_piece_for_a_brief(run: Path, photograph: Path) -> None:
    maker = load_maker(read_spec(f"melody-muse:model={run}"))
    take = maker.make(briefs_for(photograph)[0])
    assert take.score is not None and take.maker == "melody-muse"
    assert take.facts["Emotion"] in WORDS and take.clip.seconds == pytest.approx(10, abs=1.5)


def test_what_is_no_set_or_no_composer_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "o")]) == 2
    assert "no Turkish Music Emotion at" in capsys.readouterr().err
    (tmp_path / "x.csv").write_text("Class,a\nsad,1\n")
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "o")]) == 2
    assert "is not Turkish Music Emotion" in capsys.readouterr().err
    (tmp_path / "composer.npz").write_bytes(b"PK")
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(ModelError, match="no composer of Melody Muse at"):
            Composer.load(str(folder))
    with pytest.raises(Exception, match="melody-muse: name its folder"):
        load_maker(read_spec("melody-muse"))
