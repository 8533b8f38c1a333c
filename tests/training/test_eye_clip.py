"""A head on a tiny CLIP: learned from pictures whose colour tells what is felt."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melodymuse.music.emotion import EMOTIONS
from melodymuse.vision import load_eye
from melodymuse.vision.eyes.opening import open_eye
from tests.vision.tiny_clip import save_clip
from training.eye import clip, compare
from training.eye.felt_measures import how_good
from training.eye.linear_head import best_penalty, fit_head, grouped_folds, held_out_answers
from training.eye.oasis import DataError
from training.eye.picture_sets import read_annotated, read_rated


def annotated_set(folder: Path, count: int = 60) -> Path:
    """Pictures from dark to bright: dark ones sad and unpleasant, bright ones amusing."""
    rng = np.random.default_rng(0)
    (folder / "images").mkdir(parents=True)
    rows = []
    for index in range(count):
        bright = index / (count - 1)
        pixels = np.clip(rng.normal(40 + 180 * bright, 12, (40, 50, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / "images" / f"p{index}.png")
        shares = {emotion: 0.0 for emotion in EMOTIONS}
        shares["amusement"], shares["sadness"] = round(bright, 3), round(1 - bright, 3)
        row = {"file": f"p{index}.png", "source": "drawn", "kind": "abstract"}
        rows.append({**row, "valence": 2 * bright - 1, "arousal": 0.5 - bright, **shares})
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=[*rows[0], "annotators"])
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_head_learns_and_is_taken_as_an_eye(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, data = save_clip(tmp_path / "model"), annotated_set(tmp_path / "data")
    run = tmp_path / "run"
    words = ["--model", str(model), "--annotated", str(data), "--out", str(run)]
    assert clip.main(words).is_file()
    report = json.loads((run / "report.json").read_text())
    assert report["fitted, held out"]["valence r"] > 0.9
    assert report["fitted, held out"]["leading emotion"] > 0.8
    assert report["fitted, held out"]["valence r"] > report["zero-shot"]["valence r"]
    eye = open_eye(str(run))
    dark, bright = (load_eye(eye)(np.full((40, 50, 3), level, np.uint8)) for level in (45, 215))
    assert dark.profile.valence < -0.3 < 0.3 < bright.profile.valence
    assert (dark.profile.emotion, bright.profile.emotion) == ("sadness", "amusement")
    # What the encoder saw is kept: a second run needs no pictures.
    for picture in (data / "images").iterdir():
        picture.unlink()
    before = (run / "eye_head.npz").read_bytes()
    assert clip.main(words).read_bytes() == before


def test_eyes_are_compared_on_the_same_pictures(tmp_path: Path) -> None:
    model, data = save_clip(tmp_path / "model"), annotated_set(tmp_path / "data", 20)
    words = ["built-in", str(model), "--annotated", str(data), "--every", "2"]
    lines = compare.main([*words, "--out", str(tmp_path / "eyes.md")]).read_text().splitlines()
    assert lines[0] == "10 pictures."
    assert lines[2].startswith("| eye | valence r | arousal r | leading emotion | macro-F1 |")
    assert [line.split(" | ")[0] for line in lines[4:]] == ["| built-in", f"| {model}"]
    eye = open_eye(str(model))
    profiles = [
        load_eye(eye)(data / "images" / f"p{index}.png").profile for index in range(0, 20, 2)
    ]
    said = np.corrcoef([profile.valence for profile in profiles], range(10))[0, 1]
    assert float(lines[5].split(" | ")[1]) == pytest.approx(said, abs=0.001)


def test_folds_keep_groups_together() -> None:
    groups = [f"g{index % 7}" for index in range(70)]
    folds = grouped_folds(groups, 3, seed=1)
    assert set(folds) == {0, 1, 2}
    for group in set(groups):
        assert len({fold for fold, name in zip(folds, groups, strict=True) if name == group}) == 1


def test_the_head_finds_a_linear_rule_and_shrinks_noise() -> None:
    rng = np.random.default_rng(2)
    places = rng.normal(size=(300, 5))
    felt = np.tanh(places[:, :2] * 0.4)
    shares = np.zeros((300, 8))
    shares[np.arange(300), (places[:, 2] > 0).astype(int) * 4] = 1
    head = fit_head("m", places, felt, shares, 0.003)
    logits, said = head.answers(places)
    assert np.corrcoef(said[:, 0], felt[:, 0])[0, 1] > 0.98
    assert (logits.argmax(axis=1) == shares.argmax(axis=1)).mean() > 0.95
    folds = grouped_folds([str(i) for i in range(300)], 5, 0)
    assert best_penalty(places, felt, shares, folds) < 0.1
    assert best_penalty(places, rng.normal(size=(300, 2)), shares, folds) == 1.0
    said, probabilities = held_out_answers(places, felt, shares, folds, 0.003)
    assert how_good(said, probabilities, felt, shares)["leading emotion"] > 0.9


def test_pictures_without_shares_teach_the_plane_alone() -> None:
    places = np.random.default_rng(3).normal(size=(50, 4))
    shares = np.full((50, 8), np.nan)
    head = fit_head("m", places, places[:, :2], shares, 0.01)
    assert not head.emotions.any()
    assert list(how_good(places[:, :2], np.full((50, 8), 0.125), places[:, :2], shares)) == [
        "valence r",
        "arousal r",
    ]


def test_sets_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no labels\.csv"):
        read_annotated(tmp_path)
    with pytest.raises(DataError, match="no OASIS"):
        read_rated(tmp_path)
    data = annotated_set(tmp_path / "data", 2)
    table = data / "labels.csv"
    table.write_text(table.read_text().replace("-1.0", "sad"))
    with pytest.raises(DataError, match="damaged"):
        read_annotated(data)
