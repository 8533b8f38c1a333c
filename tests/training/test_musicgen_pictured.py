"""A picture itself as MusicGen's condition, on tiny networks: learned, written, heard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("mir_eval", reason="the extra compare is not installed")
pytest.importorskip("soundfile", reason="the extra musicgen is not installed")

from melodymuse.comparison.running import read_briefs
from melodymuse.comparison.specs import load_maker, read_spec
from melodymuse.errors import ControlError, ModelError
from melodymuse.waveform.musicgen import MusicGen
from melodymuse.waveform.picturing import AND_SAMPLE, PICTURE, Picturing
from tests.training.test_musicgen import sound
from tests.training.test_musicgen_variants import write_paintings
from tests.waveform import tiny
from training.musicgen.pictured import main

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.musicgen(), tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def learned(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a projection that learned from four of eight paintings."""
    folder = tmp_path_factory.mktemp("pictured")
    words = (
        "--paintings", write_paintings(folder, 8), "--model", model, "--out", folder / "out",
        "--device", "cpu", "--epochs", 4, "--batch", 4, "--rate", 0.01,
    )  # fmt: skip
    assert main([str(word) for word in words]) == 0
    return folder / "out"


def test_the_projection_learns_and_nothing_else(learned: Path) -> None:
    facts = json.loads((learned / "result.json").read_text())
    log = [json.loads(line) for line in (learned / "log.jsonl").read_text().splitlines()]
    assert log[-1]["training"] < log[0]["training"] - 0.1
    assert facts["manner"]["name"] == "pictured"
    projection = sum(w.numel() for w in Picturing.load(str(learned)).projector.parameters())
    assert facts["trainable"] == projection < facts["parameters"]
    # Each of four is learned alone, and beside another sound of its emotion.
    assert facts["chunks"] == 8
    assert "license: cc-by-nc-4.0\n" in (learned / "README.md").read_text()


def test_pictures_and_samples_are_heard(learned: Path, model: Path, tmp_path: Path) -> None:
    def made(colour: int, sample: float | None = None) -> np.ndarray:
        picture = np.full((32, 32, 3), colour, np.uint8)
        heard = None if sample is None else sound(tmp_path / "sample.wav", 5.2, sample)
        picturing = Picturing.load(str(learned), heard)
        assert picturing.prompt == PICTURE + ("" if sample is None else AND_SAMPLE)
        generator = picturing.applied(MusicGen.load(str(model), "cpu"), picture)
        return generator.generate(picturing.prompt, seconds=1, seed=3).samples

    dark = made(0)
    assert np.array_equal(dark, made(0))
    assert not np.array_equal(dark, made(250))
    low = made(0, 200.0)
    assert not np.array_equal(dark, low)
    assert not np.array_equal(low, made(0, 900.0))


def test_another_model_is_refused(learned: Path, tmp_path: Path) -> None:
    other = tiny.musicgen()
    other.config.audio_encoder.hidden_size = 32
    generator = MusicGen("other", "", tiny_network(other))
    with pytest.raises(ModelError, match="was learned with another model than 'other'"):
        Picturing.load(str(learned)).applied(generator, np.zeros((32, 32, 3), np.uint8))
    with pytest.raises(ModelError, match="there is no folder"):
        Picturing.load(str(tmp_path / "none"))


def tiny_network(model: Any) -> Any:
    from melodymuse.waveform.network import Network

    return Network(model, tiny.tokenizer(end=True), "cpu")


def test_the_command_lets_the_picture_speak(
    run: Run, learned: Path, model: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 30), (200, 40, 40)).save(tmp_path / "red.png")
    usual = ("--model", model, "--seconds", 1, "--seed", 1)
    outcome = run("waveform", "red.png", "--pictured", learned, *usual, "-o", "a.wav", "--json")
    assert outcome.status == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["prompt"] == PICTURE and told["model"] == f"{model} + {learned}"
    spec = read_spec(f"musicgen:model={model},pictured={learned},name=imagic")
    (brief,) = read_briefs([tmp_path / "red.png"], seconds=5, seed=1)
    take = load_maker(spec).make(brief)
    assert (take.maker, take.facts["Prompt"]) == ("imagic", PICTURE)
    with pytest.raises(ControlError, match="leave out words"):
        load_maker(read_spec("musicgen:pictured=x,style=mood"))
    for words, complaint in (
        (("red.png", "--pictured", learned, "--emotion", "awe"), "leave out prompt, emotion"),
        (("--prompt", "piano", "--sample", "a.wav"), "name a projection"),
        (("red.png", "--pictured", tmp_path), "there is no projector.json"),
    ):
        refused = run("waveform", *words, *usual, "-o", "b.wav")
        assert refused.status == 2 and complaint in refused.complaint
