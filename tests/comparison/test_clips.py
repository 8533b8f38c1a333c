"""Clips: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.comparison.clips import Clip, read_clip
from melodymuse.errors import AudioError
from tests.comparison.sounds import RATE, noise, tone

soundfile = pytest.importorskip("soundfile", reason="the extra compare is not installed")


def clip(samples: np.ndarray, rate: int = RATE) -> Clip:
    return Clip(samples.reshape(len(samples), -1), rate, "it")


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_every_common_format_is_read(tmp_path: Path, suffix: str) -> None:
    stereo = np.stack([tone(440, 6), tone(660, 6)], axis=1)
    soundfile.write(tmp_path / f"x{suffix}", stereo, RATE)
    read = read_clip(tmp_path / f"x{suffix}")
    assert (read.rate, read.samples.shape[1]) == (RATE, 2)
    assert read.seconds == pytest.approx(6, abs=0.1)


def test_mono_is_the_mean_of_the_channels() -> None:
    samples = np.stack([tone(440, 6), np.zeros(6 * RATE, np.float32)], axis=1)
    assert np.allclose(clip(samples).mono(), tone(440, 6) / 2)


def test_resampling_keeps_the_tone() -> None:
    pytest.importorskip("soxr", reason="the extra compare is not installed")
    resampled = clip(tone(1000, 6, rate=44100), 44100).mono(16000)
    assert len(resampled) == 6 * 16000
    expected = tone(1000, 6, rate=16000)
    assert np.abs(resampled - expected)[200:-200].max() < 1e-3


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        (tone(440, 2), "lasts 2.0 s"),
        (np.zeros(0, np.float32), "lasts 0.0 s"),
        (np.zeros(6 * RATE, np.float32), "silent"),
        (np.where(np.arange(6 * RATE) == 9, np.nan, noise(6)).astype(np.float32), "not numbers"),
        (np.where(np.arange(6 * RATE) == 9, np.inf, noise(6)).astype(np.float32), "not numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    tmp_path: Path, samples: np.ndarray, complaint: str
) -> None:
    soundfile.write(tmp_path / "x.wav", samples, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match=complaint):
        read_clip(tmp_path / "x.wav")


def test_what_is_no_sound_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("no sound")
    for path, complaint in ((tmp_path / "x.wav", "not a sound"), (tmp_path / "y.wav", "no such")):
        with pytest.raises(AudioError, match=complaint):
            read_clip(path)


def test_too_long_a_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", np.ones(601 * 1000, np.float32) / 2, 1000)
    with pytest.raises(AudioError, match="10 minutes"):
        read_clip(tmp_path / "x.wav")
