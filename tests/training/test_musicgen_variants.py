"""The painting-music paper's four variants in one command, on tiny networks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")

from PIL import Image

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.variants import VARIANTS
from tests.comparison import listening_networks
from tests.training.test_musicgen import sound
from tests.waveform import tiny
from training.musicgen.paintings import Painting, parted, read_paintings
from training.musicgen.variants import PUBLISHED, main


@pytest.fixture(scope="module")
def paintings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_paintings(tmp_path_factory.mktemp("paintings"))


def write_paintings(folder: Path, count: int = 6) -> Path:
    """Paintings of two emotions in turn, each with a sound."""
    rows = []
    for number in range(count):
        colour = np.full((32, 32, 3), 30 * number, np.uint8)
        Image.fromarray(colour).save(folder / f"{number}.png")
        sound(folder / f"{number}.wav", 6, hertz=200 + 90 * number)
        rows.append((f"{number}.png", ("happy", "sad")[number % 2], f"{number}.wav"))
    path = folder / "paintings.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("picture", "emotion", "audio"), *rows])
    return path


def test_parts_hold_every_emotion_and_share_no_sound(tmp_path: Path) -> None:
    many = [
        Painting(tmp_path / f"{n}.png", ("happy", "sad", "fun")[n % 3], tmp_path / f"{n}.wav")
        for n in range(120)
    ]
    parts = parted(many, 1)
    sizes = [len(part) for part in (parts.learned, parts.held_out, parts.tested)]
    assert sizes == [96, 12, 12]
    for part in (parts.learned, parts.held_out, parts.tested):
        assert {one.emotion for one in part} == {"happy", "sad", "fun"}
    sounds = [one.audio for part in (parts.learned, parts.held_out, parts.tested) for one in part]
    assert len(set(sounds)) == len(sounds) == 120


@pytest.mark.slow
def test_every_variant_is_trained_and_scored(
    paintings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (
        "--paintings", paintings, "--model", tiny.save(tiny.musicgen(coarse=True), tmp_path / "m"),
        "--out", tmp_path / "out", "--captioner", tiny.save_captioner(tmp_path / "blip"),
        "--rewriter", tiny.save_language_model(tmp_path / "writer"), "--device", "cpu",
        "--clap", listening_networks.clap(tmp_path / "clap"),
        "--classifier", listening_networks.classifier(tmp_path / "ast"),
        "--seconds", 5, "--epochs", 1, "--batch", 4,
    )  # fmt: skip
    assert main([str(word) for word in words]) == 0
    assert capsys.readouterr().out.count("trained and scored") == 4
    said = {name: json.loads((tmp_path / "out" / f"{name}.json").read_text()) for name in VARIANTS}
    assert set(said["emotive"]) == {"happy", "sad"}
    assert all(text.startswith(("happy", "sad")) for text in said["narrative"])
    assert said["lyrical"] == said["optimised"] != said["narrative"]
    frozen = {
        name: json.loads((tmp_path / "out" / name / "result.json").read_text())["manner"]["frozen"]
        for name in VARIANTS
    }
    assert frozen == {"emotive": 0, "narrative": 0, "lyrical": 0, "optimised": 1}
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (tmp_path / "out" / "table.md").read_text().splitlines()
    ]
    head, _, *body = rows
    assert [row[0] for row in body] == [
        *(f"{name}, published" for name in PUBLISHED),
        *(f"{name}, ours" for name in VARIANTS),
    ]
    kl = next(index for index, name in enumerate(head) if name.startswith("kl_divergence"))
    assert [row[kl] for row in body[:4]] == ["0.054", "0.045", "0.046", "0.012"]
    assert all(float(row[kl]) >= 0 for row in body[4:])
    # What is there is not trained again.
    result = tmp_path / "out" / "optimised" / "result.json"
    trained = result.stat().st_mtime_ns
    assert main([str(word) for word in (*words, "--variants", "optimised")]) == 0
    assert result.stat().st_mtime_ns == trained


def test_bad_tables_are_one_line(
    paintings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("picture,audio\nx,y\n")
    (tmp_path / "b.csv").write_text("picture,emotion,audio\nnone.png,sad,y.wav\n")
    (tmp_path / "c.csv").write_text("picture,emotion,audio\n")
    for path, message in (
        ("a.csv", "no column 'emotion'"),
        ("b.csv", "row 2: there is no picture 'none.png'"),
        ("c.csv", "holds no paintings"),
        ("d.csv", "cannot read"),
    ):
        words = ["--paintings", str(tmp_path / path), "--model", "m", "--out", str(tmp_path / "o")]
        assert main(words) == 2
        told = capsys.readouterr().err
        assert message in told and told.count("\n") == 1
    with pytest.raises(MelodyMuseError, match="at least two"):
        parted(read_paintings(paintings)[:1], 0)
