"""How feelings, captions and sounds go together: relations of known answer, and the command."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="evaluation needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")
pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("soundfile", reason="the extra compare is not installed")

import soundfile

from melodymuse.audio.clip import Clip
from melodymuse.comparison.evaluation import Judges
from melodymuse.errors import MelodyMuseError
from tests.comparison.sounds import RATE, noise, tone
from training.evaluate.__main__ import main
from training.evaluate.space.captions import WordCounts
from training.evaluate.space.measuring import measure_space
from training.evaluate.space.relations import (
    components,
    line,
    line_of_pairs,
    nearest_alike,
    normalised,
    similarities,
    upper,
)
from training.evaluate.space.rows import read_rows

COLUMNS = (
    "audio", "emotion", "caption", "split", "valence", "arousal",
    "truth", "truth_valence", "truth_arousal",
)  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tones and three noises of one emotion each; each piece's truth is itself or another."""
    folder = tmp_path_factory.mktemp("space")
    rows = []
    for number in range(6):
        glad = number < 3
        sound = tone(300 + 40 * number, 6) if glad else noise(6, seed=number)
        soundfile.write(folder / f"{number}.wav", sound, RATE)
        caption = "a bright meadow in the sun" if glad else "a dark cellar full of smoke"
        truth = number if number % 2 else (number + 3) % 6
        place = (0.8, 0.1 * number) if glad else (-0.8, -0.1 * number)
        true_place = place if number % 2 else (-place[0], 0.0)
        split = ("train", "test")[number % 2]
        rows.append(
            (f"{number}.wav", ("contentment", "fear")[not glad], f"{caption} {number}", split,
             *place, f"{truth}.wav", *true_place)
        )  # fmt: skip
    with (folder / "table.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return folder / "table.csv"


class Ear:
    """Hears tones as one genre and noises as another."""

    name = "ear"
    labels: Sequence[str] = ("choral", "noise")

    def classify(self, clip: Clip) -> np.ndarray:
        samples = clip.mono()
        crossings = float(np.mean(np.diff(np.sign(samples)) != 0))
        return np.array([[0.9, 0.1] if crossings < 0.1 else [0.1, 0.9]])


def test_likeness_is_one_in_place_and_falls_with_distance() -> None:
    places = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 4.0)])
    alike = similarities(places, places)
    assert np.allclose(alike.diagonal(), 1)
    # Of axes brought to one length, both neighbours are equally far: e^-(1 / sigma).
    sigma = (2 * (1 + 1 + 2**0.5)) / 9
    assert alike[0, 1] == pytest.approx(alike[0, 2]) == pytest.approx(np.exp(-1 / sigma))


def test_matrices_are_clipped_at_three_deviations() -> None:
    matrix = np.ones((30, 30))
    matrix[0, 1] = matrix[1, 0] = 100.0
    matrix[2, 3] = matrix[3, 2] = 0.0
    scaled = normalised(matrix)
    assert scaled.min() == 0 and scaled[0, 1] == 1
    pairs = upper(matrix)
    assert scaled[4, 5] == pytest.approx(1 / (pairs.mean() + 3 * pairs.std()))


def test_lines_know_what_goes_together() -> None:
    x = np.arange(10.0)
    told = line(x, 3 - 2 * x)
    assert (told["slope"], told["intercept"], told["r"]) == pytest.approx((-2, 3, -1))
    assert line(x, np.ones(10))["r"] is None
    chance = np.random.default_rng(0)
    places = chance.normal(size=(20, 2))
    near = np.linalg.norm(places[:, None] - places[None], axis=2)
    other = chance.normal(size=(20, 2))
    far = np.linalg.norm(other[:, None] - other[None], axis=2)
    assert line_of_pairs(near, near**2)["p"] == pytest.approx(0.001)
    assert line_of_pairs(near, far)["p"] > 0.05


def test_components_and_neighbours() -> None:
    chance = np.random.default_rng(1)
    rows = np.outer(np.linspace(-1, 1, 12), [3.0, 4.0, 0.0]) + chance.normal(0, 0.01, (12, 3))
    places, shares = components(rows)
    assert shares[0] > 0.99 and np.ptp(places[:, 0]) == pytest.approx(10, abs=0.1)
    labels = ["low"] * 6 + ["high"] * 6
    assert nearest_alike(rows, labels) == pytest.approx({"share": 1.0, "chance": 5 / 11}, abs=0.17)


def test_the_command_measures_and_draws(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["space", "--table", str(table), "--out", str(tmp_path), "--seconds", "5"]) == 0
    figures = json.loads((tmp_path / "space.json").read_text())
    assert json.loads(capsys.readouterr().out) == figures
    # Captions and timbre both tell tones from noises.
    assert figures["captions_and_timbre"]["r"] < -0.8
    assert figures["captions_and_timbre"]["by"] == "tf-idf"
    assert figures["similarity_and_timbre"]["r"] < -0.5
    assert figures["truth: MFCC-DTW to the truth"]["r"] < -0.8
    assert figures["embeddings"]["log-mel statistics"]["share"] == 1
    assert "truth: KL(truth || piece)" not in figures
    names = {path.name for path in tmp_path.iterdir()}
    pictures = {f"{name}.png" for name in ("lines", "maps", "tables", "counts", "spreads")}
    assert names == {"space.json", *pictures}


def test_a_classifier_tells_genres_and_divergence(table: Path) -> None:
    space = measure_space(read_rows(table), Judges(classifier=Ear()), WordCounts(), 5.0)
    cloud = space.clouds[-1]
    assert cloud.up == "KL(truth || piece)"
    far = 0.8 * np.log(9)
    assert cloud.y == pytest.approx([far, 0, far, 0, far, 0])
    assert space.counts["genre, as heard"] == {"choral": 3, "noise": 3}
    assert {split: len(v) for split, v in space.spreads["valence"].items()} == {
        "train": 3,
        "test": 3,
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("audio,caption\nx,y\n", "no column 'emotion'"),
        ("audio,emotion\n0.wav,fear\n", "at least 4"),
        ("audio,emotion\nnone.wav,fear\n", "row 2: there is no sound file 'none.wav'"),
        ("audio,emotion\n0.wav,\n", "row 2: there is no emotion"),
        ("audio,emotion,valence\n0.wav,fear,1\n", "valence and arousal must be two numbers"),
    ],
)
def test_bad_tables_are_one_line(table: Path, text: str, complaint: str) -> None:
    path = table.parent / "bad.csv"
    path.write_text(text)
    with pytest.raises(MelodyMuseError, match=complaint):
        read_rows(path)
