"""Clips that can be compared, and those that cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.audio.clip import Clip
from melodymuse.comparison.clips import comparable, read_comparable
from melodymuse.errors import AudioError
from tests.comparison.sounds import RATE, noise, tone

soundfile = pytest.importorskip("soundfile", reason="the extra compare is not installed")


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_every_common_format_is_read(tmp_path: Path, suffix: str) -> None:
    stereo = np.stack([tone(440, 6), tone(660, 6)], axis=1)
    soundfile.write(tmp_path / f"x{suffix}", stereo, RATE)
    read = read_comparable(tmp_path / f"x{suffix}")
    assert (read.rate, read.samples.shape[1]) == (RATE, 2)
    assert read.seconds == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        (tone(440, 4.9), "lasts 4.9 s: comparing needs 5 to 600 s"),
        (np.zeros(6 * RATE, np.float32), "silent"),
        (1.9e-5 * np.sign(noise(6)), "silent"),
        (np.where(np.arange(6 * RATE) == 9, np.nan, noise(6)).astype(np.float32), "not numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    tmp_path: Path, samples: np.ndarray, complaint: str
) -> None:
    soundfile.write(tmp_path / "x.wav", samples, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match=complaint):
        read_comparable(tmp_path / "x.wav")


def test_a_quiet_clip_of_five_seconds_can_be_compared() -> None:
    clip = Clip((2.1e-5 * np.sign(noise(5)))[:, None], RATE)
    assert comparable(clip) is clip


def test_too_long_a_clip_is_refused(tmp_path: Path) -> None:
    long = np.full((601 * 1000, 1), 0.5, np.float32)
    with pytest.raises(AudioError, match=r"lasts 601\.0 s"):
        comparable(Clip(long, 1000))
    soundfile.write(tmp_path / "x.wav", long, 1000)
    with pytest.raises(AudioError, match="10 minutes"):
        read_comparable(tmp_path / "x.wav")
