"""EmoSet as published: reading, the three networks, the command, on a set that the test draws."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS
from tests.training.oasis_set import draw_set
from training.emoset import __main__ as command
from training.emoset import oasis
from training.emoset.fit import Batches, Recipe, answers, fit
from training.emoset.measures import score
from training.emoset.networks import NETWORKS, Weights, classifier
from training.emoset.reading import EmoSet, read_emoset
from training.eye.network import EyeConfig
from training.eye.oasis import DataError

EACH = 10
# One colour an emotion, so that every network can learn it.
COLOURS = np.random.default_rng(5).integers(0, 256, (8, 3))
SMALL = EyeConfig(backbones=("lite0",), first_stage=6, hidden=32, members=1, dropout=0.1)


def draw_emoset(folder: Path, *, lists: bool) -> Path:
    """Pictures of 48 x 36 in EmoSet's layout, `EACH` of each emotion."""
    rng = np.random.default_rng(0)
    rows: dict[str, list[list[str]]] = {"train": [], "val": [], "test": []}
    for index, emotion in enumerate(EMOTIONS):
        for kind in ("image", "annotation"):
            (folder / kind / emotion).mkdir(parents=True)
        for number in range(EACH):
            name = f"{emotion}_{number:05d}"
            noise = rng.normal(0, 12, (36, 48, 3))
            pixels = np.clip(COLOURS[index] + noise, 0, 255).astype(np.uint8)
            image = f"image/{emotion}/{name}.jpg"
            annotation = f"annotation/{emotion}/{name}.json"
            Image.fromarray(pixels).save(folder / image)
            facts = {
                "image_id": name,
                "emotion": emotion,
                "brightness": round(float(pixels.mean() / 255), 1),
                "colorfulness": 0.5,
                "scene": "beach",
                "object": ["Person"],
            }
            (folder / annotation).write_text(json.dumps(facts))
            part = "train" if number < 6 else "val" if number < 8 else "test"
            rows[part].append([emotion, name, image, annotation])
    if lists:
        for part, listed in rows.items():
            (folder / f"{part}.json").write_text(json.dumps(listed))
    label2idx = {emotion: index for index, emotion in enumerate(EMOTIONS)}
    (folder / "info.json").write_text(json.dumps({"emotion": {"label2idx": label2idx}}))
    return folder


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_emoset(tmp_path_factory.mktemp("listed"), lists=True)


@pytest.fixture(scope="module")
def unlisted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_emoset(tmp_path_factory.mktemp("unlisted"), lists=False)


def counts(emoset: EmoSet) -> tuple[int, int, int]:
    return len(emoset.train), len(emoset.val), len(emoset.test)


def test_the_lists_decide_the_parts(listed: Path) -> None:
    emoset = read_emoset(listed)
    assert counts(emoset) == (48, 16, 16)
    first = emoset.train[0]
    assert first.path == listed / "image/amusement/amusement_00000.jpg"
    assert EMOTIONS[first.emotion] == "amusement"
    assert first.colorfulness == 0.5
    assert 0 <= first.brightness <= 1
    assert {sample.path.stem[-1] for sample in emoset.test} == {"8", "9"}


def test_without_lists_each_emotion_is_dealt_eighty_ten_ten(unlisted: Path) -> None:
    emoset = read_emoset(unlisted)
    assert counts(emoset) == (64, 8, 8)
    for part, each in ((emoset.train, 8), (emoset.val, 1), (emoset.test, 1)):
        assert np.bincount([sample.emotion for sample in part]).tolist() == [each] * 8
    paths = [sample.path for part in (emoset.train, emoset.val, emoset.test) for sample in part]
    assert len(set(paths)) == 80
    assert read_emoset(unlisted) == emoset
    assert read_emoset(unlisted, seed=1) != emoset


@pytest.mark.parametrize("samples", [10, 40, 80])
def test_a_part_is_drawn_in_proportion(listed: Path, samples: int) -> None:
    emoset = read_emoset(listed, samples)
    assert counts(emoset) == (samples * 6 // 10, samples * 2 // 10, samples * 2 // 10)
    whole = read_emoset(listed)
    assert set(emoset.train) <= set(whole.train)
    assert set(emoset.test) <= set(whole.test)


def test_what_the_annotation_lacks_is_measured(tmp_path: Path) -> None:
    folder = draw_emoset(tmp_path, lists=True)
    path = folder / "annotation/awe/awe_00000.json"
    path.write_text('{"emotion": "awe"}')
    sample = next(s for s in read_emoset(folder).train if s.path.stem == "awe_00000")
    expected = float(np.dot(COLOURS[1], (0.299, 0.587, 0.114)) / 255)
    assert sample.brightness == pytest.approx(expected, abs=0.03)
    assert 0 <= sample.colorfulness <= 1


def test_what_is_not_emoset_is_named(tmp_path: Path, listed: Path) -> None:
    with pytest.raises(DataError, match="image/ and annotation/"):
        read_emoset(tmp_path)
    with pytest.raises(DataError, match="cannot draw 81"):
        read_emoset(listed, 81)
    folder = draw_emoset(tmp_path / "set", lists=True)
    (folder / "annotation/fear/fear_00000.json").write_text("{")
    with pytest.raises(DataError, match="fear_00000"):
        read_emoset(folder)
    (folder / "train.json").write_text('[["boredom", "x", "y", "z"]]')
    with pytest.raises(DataError, match="boredom"):
        read_emoset(folder)
    (folder / "info.json").write_text('{"emotion": {"label2idx": {"joy": 0}}}')
    with pytest.raises(DataError, match="joy"):
        read_emoset(folder)


def test_batches_hold_every_picture_once(listed: Path) -> None:
    samples = read_emoset(listed).train
    plain = Batches(samples, 32, 20)
    parts = [plain[i] for i in range(len(plain))]
    assert [len(labels) for _, labels in parts] == [20, 20, 8]
    labels = np.concatenate([labels for _, labels in parts]).argmax(axis=1)
    assert labels.tolist() == [sample.emotion for sample in samples]
    pixels = parts[0][0]["pixels"]
    assert pixels.shape == (20, 32, 32, 3)
    np.testing.assert_allclose(pixels[0].mean(axis=(0, 1)), COLOURS[0], atol=10)
    dealt = Batches(samples, 32, 48, seed=3)
    first = dealt[0][1].argmax(axis=1)
    dealt.on_epoch_end()
    assert sorted(first) == sorted(dealt[0][1].argmax(axis=1))
    assert first.tolist() != dealt[0][1].argmax(axis=1).tolist()


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of ResNet50, whose weights are not here, one convolution as coarse as its maps."""

    def coarse(*, include_top: bool, weights: str | None, input_shape: Any) -> keras.Model:
        assert not include_top and weights == "imagenet"
        return keras.Sequential(
            [keras.Input(input_shape), keras.layers.Conv2D(8, 32, 32, activation="relu")]
        )

    monkeypatch.setattr(keras.applications, "ResNet50", coarse)


@pytest.mark.usefixtures("no_download")
@pytest.mark.parametrize(
    ("name", "side", "weights", "epochs", "rate", "fall"),
    [
        ("melody-muse", 32, Weights.RANDOM, 3, 3e-3, 0.7),
        ("ours", 32, Weights.RANDOM, 2, 3e-2, 0.95),
        ("bigru-attention", 64, Weights.IMAGENET, 2, 3e-3, 0.9),
    ],
)
def test_each_network_learns(
    listed: Path, name: str, side: int, weights: Weights, epochs: int, rate: float, fall: float
) -> None:
    """A few steps make the loss fall."""
    keras.utils.set_random_seed(1)
    emoset = read_emoset(listed)
    model = classifier(name, side, weights, SMALL)
    history = fit(model, emoset, Recipe(epochs, 24, rate, patience=epochs), seed=0)
    assert len(history["loss"]) == epochs
    assert min(history["loss"]) < fall * history["loss"][0]
    said = answers(model, emoset.test, 16)
    assert said.shape == (len(emoset.test), 8)
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-4)


def test_the_papers_network_is_as_described() -> None:
    model = classifier("melody-muse", 128, Weights.RANDOM)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("Conv2D") == kinds.count("MaxPooling2D") == 2
    after = kinds[kinds.index("Concatenate") :]
    assert after == ["Concatenate", "Dropout", "BatchNormalization", "Dense"]


def test_unknown_networks_and_sides_are_refused() -> None:
    with pytest.raises(ModelError, match="melody-muse, bigru-attention, ours"):
        classifier("vgg", 64, Weights.RANDOM)
    with pytest.raises(ModelError, match="multiple of 32"):
        classifier("ours", 100, Weights.RANDOM)
    assert NETWORKS == ("melody-muse", "bigru-attention", "ours")


def test_missing_imagenet_weights_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(**_: object) -> None:
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "ResNet50", no_network)
    with pytest.raises(ModelError, match="--weights random"):
        classifier("bigru-attention", 64, Weights.IMAGENET)


def test_scores_against_hand_counts() -> None:
    labels = np.array([0, 0, 0, 1])
    said = np.eye(8)[[0, 0, 1, 1]]
    found = score(said, labels)
    assert found.accuracy == 0.75
    assert found.precision == pytest.approx((1 + 1 / 2) / 2)
    assert found.recall == pytest.approx((2 / 3 + 1) / 2)
    assert found.f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found.confusion.tolist()[0][:2] == [2, 1]
    assert found.confusion.sum() == 4


def test_the_command_reports(unlisted: Path, tmp_path: Path) -> None:
    words = ["--data", unlisted, "--out", tmp_path, "--network", "melody-muse", "--samples", 40]
    words += ["--side", 32, "--epochs", 2, "--batch", 16]
    result = command.main([str(word) for word in words])
    assert result == json.loads((tmp_path / "result.json").read_text())
    assert result["pictures"] == {"train": 32, "val": 4, "test": 4}
    assert set(result["test"]) == {"accuracy", "precision", "recall", "f1"}
    with (tmp_path / "confusion.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0][1:] == list(EMOTIONS)
    assert sum(int(cell) for row in rows[1:] for cell in row[1:]) == 4
    for name in ("confusion.png", "losses.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.size[0] > 500
    assert (tmp_path / "network.weights.h5").stat().st_size > 1000


def test_the_papers_network_is_judged_on_oasis_with_themes_held_out(tmp_path: Path) -> None:
    data = draw_set(tmp_path / "set", 8, 2)
    words = ["--data", data, "--out", tmp_path / "run", "--folds", 2, "--seeds", 1]
    report = oasis.main([str(word) for word in [*words, "--epochs", 2, "--side", 32]])
    assert report == json.loads((tmp_path / "run" / "paper_cnn.json").read_text())
    assert -1 <= report["summary"]["valence_r"]["mean"] <= 1
    assert 0 <= report["summary"]["macro_f1"]["mean"] <= 1
