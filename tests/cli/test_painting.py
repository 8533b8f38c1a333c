"""`melodymuse paint`, by its effects."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melodymuse.cli import main
from melodymuse.midi.writer import midi_bytes
from tests.painting.test_painting import piece


@pytest.fixture
def midi(tmp_path: Path) -> Path:
    path = tmp_path / "piece.mid"
    path.write_bytes(midi_bytes(piece()))
    return path


def test_a_piece_becomes_a_cover(midi: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["paint", str(midi), "--size", "96x64", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["picture"] == str(midi.with_suffix(".png")) and told["emotion"] == "awe"
    assert told["feeling"] == "as composed for"
    with Image.open(midi.with_suffix(".png")) as picture:
        assert picture.size == (96, 64) and "machine-made" in picture.text["Description"]
    assert main(words) == 0  # under a name that is not taken
    assert (midi.parent / "piece-2.png").read_bytes() == midi.with_suffix(".png").read_bytes()


def test_what_is_told_goes_over_what_the_file_says(
    midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    means = []
    for emotion in ("sadness", "amusement"):
        out = tmp_path / f"{emotion}.png"
        words = ["paint", str(midi), "-o", str(out), "--size", "96x64", "--emotion", emotion]
        assert main([*words, "--style", "bloom", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["feeling"] == "as told"
        means.append(np.asarray(Image.open(out)).mean())
    assert means[1] > means[0] + 20


def test_a_foreign_file_is_heard(midi: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    midi.write_bytes(midi_bytes(replace(piece(), provenance=None)))
    assert main(["paint", str(midi), "--size", "96x64", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["feeling"] == "as heard"


def test_a_guide_tints_it(midi: Path, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), (150, 20, 20)).save(tmp_path / "red.png")
    out = tmp_path / "out.png"
    words = ["paint", str(midi), "-o", str(out), "--size", "96x64"]
    assert main([*words, "--guide", str(tmp_path / "red.png")]) == 0
    red, _, blue = np.asarray(Image.open(out)).mean(axis=(0, 1))
    assert red > blue + 15


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gone.mid"], "there is no file 'gone.mid'"),
        (["{midi}", "--size", "9"], "write WIDTHxHEIGHT"),
        (["{midi}", "--style", "x"], "unknown style 'x'"),
        (["{midi}", "--emotion", "x"], "unknown emotion"),
        (["{midi}", "--guide", "gone.jpg"], "gone.jpg"),
        (["{midi}", "-o", "x.jpg"], "a picture is a .png file"),
        (["{midi}", "-o", "{midi}.png"], "exists already"),
        (["{midi}", "-o", "-", "--json"], "leave out --json"),
        (["gone.wav"], "gone.wav"),
        (["{midi}", "--steps", "5"], "name one with --model"),
    ],
)
def test_bad_input_is_one_line(
    midi: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    Path(f"{midi}.png").touch()
    assert main(["paint", *(word.format(midi=midi) for word in words)]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
