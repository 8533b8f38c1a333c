"""From picture to music, on pictures and clips that the tests make."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras", reason="evaluation needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

from melodymuse.music.emotion import EMOTIONS
from tests.training.test_evaluate import performance, write_emopia
from training.evaluate import from_pictures, quadrants
from training.evaluate.__main__ import main
from training.evaluate.quadrants import QUADRANTS, QuadrantListener, read_clips


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadrants, "TREES", 40)
    monkeypatch.setattr(from_pictures, "BARS", 4)


def test_the_listener_hears_caricatures_on_their_sides_of_the_plane(tmp_path: Path) -> None:
    listener = QuadrantListener(read_clips(write_emopia(tmp_path)))
    places = listener.place([performance(quadrant, 99) for quadrant in QUADRANTS])
    assert (np.sign(places) == [(1, 1), (-1, 1), (-1, -1), (1, -1)]).all()
    assert np.abs(places).max() <= 1


def test_what_is_felt_seen_and_heard_is_compared(tmp_path: Path) -> None:
    write_emopia(tmp_path / "emopia")
    images = tmp_path / "set" / "images"
    images.mkdir(parents=True)
    rng = np.random.default_rng(0)
    with (tmp_path / "set" / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "source", "kind", "valence", "arousal", *EMOTIONS])
        for number, felt in enumerate((-0.6, -0.2, 0.2, 0.6)):
            Image.fromarray(rng.integers(0, 60 + 60 * number, (64, 64, 3)).astype(np.uint8)).save(
                images / f"{number}.png"
            )
            rows.writerow([f"{number}.png", "made", "abstract", felt, felt, *[0.125] * 8])
    words = ["--data", str(tmp_path), "--pictures", str(tmp_path / "set")]
    assert main(["pictures", *words, "--out", str(tmp_path / "out"), "--pieces", "9"]) == 0
    figures = json.loads((tmp_path / "out" / "pictures.json").read_text())
    assert figures["pieces"] == 4
    for compared in (figures["seen"], figures["everything"]["heard"]):
        for axis in ("valence", "arousal"):
            low, high = compared[axis]["interval"]
            assert -1 <= low <= high <= 1 and -1 <= compared[axis]["r"] <= 1


def test_no_pictures_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--data", str(tmp_path), "--pictures", str(tmp_path), "--out", str(tmp_path)]
    assert main(["pictures", *words]) == 2
    error = capsys.readouterr().err
    assert "no annotated pictures" in error and error.count("\n") == 1
