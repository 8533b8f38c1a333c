"""VGGish: its input against AudioSet's own figures, and its real loading with narrow layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra musicgen is not installed")
pytest.importorskip("transformers", reason="the extra musicgen is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")

from safetensors.torch import save_file

from melodymuse.audio.clip import Clip
from melodymuse.comparison.vggish import RATE, Vggish, log_mel, mel_weights
from melodymuse.errors import ModelError
from tests.comparison.sounds import RATE as SOUND_RATE
from tests.comparison.sounds import noise, tone
from tests.waveform.tiny import torch


def narrow() -> dict[str, Any]:
    """Weights of a VGGish with 2 to 3 channels in place of 64 to 512."""
    torch.manual_seed(0)
    channels, weights = 1, {}
    for place, width in zip((0, 3, 6, 8, 11, 13), (2, 2, 3, 3, 3, 3), strict=True):
        weights[f"features.{place}.weight"] = torch.randn(width, channels, 3, 3)
        weights[f"features.{place}.bias"] = torch.randn(width)
        channels = width
    inputs = 3 * 6 * 4
    for place, width in zip((0, 2, 4), (16, 16, 8), strict=True):
        weights[f"embeddings.{place}.weight"] = torch.randn(width, inputs) / inputs**0.5
        weights[f"embeddings.{place}.bias"] = torch.randn(width)
        inputs = width
    weights["pproc.pca_means"] = torch.zeros(8)
    return weights


def test_mel_bands_are_those_of_audioset() -> None:
    weights = mel_weights()
    assert weights.shape == (257, 64)
    # The DC bin counts nowhere, nor does what lies outside 125 to 7,500 Hz.
    hertz = np.linspace(0, RATE / 2, 257)
    assert (weights[(hertz <= 125) | (hertz >= 7500)] == 0).all()
    # Even on the mel scale 1127 ln(1 + f / 700): the band's centres by hand.
    edges = np.linspace(1127 * np.log1p(125 / 700), 1127 * np.log1p(7500 / 700), 66)
    centres = 700 * np.expm1(edges[1:-1] / 1127)
    for band in (20, 40, 63):
        nearest = hertz[weights[:, band].argmax()]
        assert abs(nearest - centres[band]) <= RATE / 2 / 256 / 2 + 1e-9


def test_input_of_a_tone_and_of_silence() -> None:
    silent = log_mel(np.zeros(RATE, np.float32))
    assert silent.shape == (96, 64)
    assert silent == pytest.approx(np.log(0.01))
    seconds = np.arange(RATE) / RATE
    heard = log_mel(np.sin(2 * np.pi * 1000 * seconds).astype(np.float32))
    edges = np.linspace(1127 * np.log1p(125 / 700), 1127 * np.log1p(7500 / 700), 66)
    centres = 700 * np.expm1(edges[1:-1] / 1127)
    assert (heard.argmax(axis=1) == np.abs(centres - 1000).argmin()).all()
    # A Hann window of 400 samples has the sum 200: half of it stands in each of two bins.
    assert np.exp(heard.max()) == pytest.approx(100, rel=0.6)


@pytest.mark.parametrize("suffix", ["safetensors", "pth"])
def test_sounds_become_rows(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"vggish.{suffix}"
    if suffix == "pth":
        torch.save(narrow(), file)
    else:
        save_file(narrow(), file)
    for place in (file, tmp_path):
        network = Vggish.load(str(place))
        sea, song = Clip(noise(3)[:, None], SOUND_RATE), Clip(tone(440, 3)[:, None], SOUND_RATE)
        rows = network.embed(sea)
        # Windows of a second from 0, .5 ... 2 s.
        assert rows.shape == (5, 8)
        assert (network.embed(sea) == rows).all()
        assert not np.allclose(rows, network.embed(song))
    # Before the last ReLU there are numbers below 0.
    assert (rows < 0).any()


def test_channels_are_last_before_the_dense_layers(tmp_path: Path) -> None:
    weights = narrow()
    for place in (0, 2, 4):
        weights[f"embeddings.{place}.weight"][:] = 0
        weights[f"embeddings.{place}.bias"][:] = 0
        weights[f"embeddings.{place}.weight"][0, 0] = 1
    save_file(weights, tmp_path / "a.safetensors")
    network = Vggish.load(str(tmp_path))
    found = network.embed(Clip(noise(1)[:, None], SOUND_RATE))[0, 0]
    first = torch.zeros(1, 72)
    first[0, 0] = 1
    patch = torch.from_numpy(log_mel(Clip(noise(1)[:, None], SOUND_RATE).mono(RATE)))[None, None]
    seen = network.network.features(patch)
    assert found == pytest.approx(seen[0, 0, 0, 0].item(), abs=1e-5)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    weights = narrow()
    del weights["features.11.bias"]
    save_file(weights, tmp_path / "vggish.safetensors")
    with pytest.raises(ModelError, match="no VGGish"):
        Vggish.load(str(tmp_path))
    (tmp_path / "b.pth").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="damaged"):
        Vggish.load(str(tmp_path / "b.pth"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="holds no weights"):
        Vggish.load(str(tmp_path / "empty"))
    with pytest.raises(ModelError, match="no file"):
        Vggish.load("/no/such/file.pth")
