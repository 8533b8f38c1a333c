"""Waveforms: what is refused, what files keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from melodymuse.errors import AudioError, OutputError
from melodymuse.waveform.audio import Waveform, fitted, read_waveform, write_waveform

RATE = 32000


def tone(seconds: float = 1.0, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype("f4")


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        ([], RATE, "at least one sample"),
        ([[0.0, 0.1]], RATE, "one channel"),
        ([0.0, float("nan")], RATE, "NaN or infinite"),
        ([0.0, float("inf")], RATE, "NaN or infinite"),
        ([0.0, 1.5], RATE, "between -1 and 1"),
        ([0.0], 0, "at least 1, not 0"),
        ([0.0], 44100.0, "whole number"),
        ([0.0], True, "whole number"),
    ],
)
def test_what_is_no_waveform_is_refused(samples: list, rate: int, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        Waveform(np.array(samples, np.float32), rate)


def test_samples_are_copied_and_cannot_be_changed() -> None:
    samples = tone()
    waveform = Waveform(samples, RATE)
    samples[:] = 0
    assert waveform.peak == pytest.approx(0.5, abs=1e-3)
    assert (waveform.seconds, waveform.samples.dtype) == (1.0, np.float32)
    with pytest.raises(ValueError, match="read-only"):
        waveform.samples[0] = 0


@given(arrays(np.float32, st.integers(1, 40), elements=st.floats(-8, 8, width=32)))
def test_loud_samples_are_made_softer_as_a_whole(samples: np.ndarray) -> None:
    waveform = fitted(samples, RATE)
    peak = max(1.0, float(np.abs(samples).max()))
    np.testing.assert_allclose(waveform.samples, samples / peak, atol=1e-6)


def test_samples_that_are_no_numbers_are_not_made_softer() -> None:
    for wrong in (np.nan, np.inf):
        with pytest.raises(AudioError, match="NaN or infinite"):
            fitted(np.array([2.0, wrong]), RATE)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_file_gives_back_what_was_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    waveform = Waveform(tone(0.1), RATE)
    assert write_waveform(waveform, path, title="A tone", comment="made by a test") == path
    back = read_waveform(path)
    assert back.sample_rate == RATE
    # 16 bits a sample, scaled by 32767 and read over 32768.
    np.testing.assert_allclose(back.samples, waveform.samples, atol=2 / 32768)
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.comment, file.channels) == ("A tone", "made by a test", 1)
        assert file.software.startswith("MelodyMuse")


@pytest.mark.parametrize("suffix", ["ogg", "mp3"])
def test_lossy_files_keep_length_and_pitch(tmp_path: Path, suffix: str) -> None:
    path = write_waveform(Waveform(tone(1.0), RATE), tmp_path / f"x.{suffix}", comment="hello")
    back = read_waveform(path)
    assert back.seconds == pytest.approx(1.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(back.samples))
    assert spectrum.argmax() * RATE / len(back.samples) == pytest.approx(440, abs=3)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    write_waveform(Waveform(tone(0.1), RATE), path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        write_waveform(Waveform(tone(0.2), RATE), path)
    assert path.read_bytes() == before
    write_waveform(Waveform(tone(0.2), RATE), path, overwrite=True)
    assert read_waveform(path).seconds == pytest.approx(0.2)


def test_channels_are_averaged_and_floats_beyond_full_scale_fitted(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.array([[4.0, 0.0], [-1.0, -1.0]], "f4"), RATE, subtype="FLOAT")
    np.testing.assert_allclose(read_waveform(path).samples, [1.0, -0.5])


def test_files_that_are_no_sound_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), RATE)
    soundfile.write(tmp_path / "nan.wav", np.full((9, 1), np.nan, "f4"), RATE, subtype="FLOAT")
    for name, message in (
        ("missing.wav", "no such file"),
        ("text.wav", "not a sound file"),
        ("empty.wav", "at least one sample"),
        ("nan.wav", "NaN"),
    ):
        with pytest.raises(AudioError, match=message) as raised:
            read_waveform(tmp_path / name)
        assert name in str(raised.value)


def test_resampling_keeps_length_and_pitch() -> None:
    there = Waveform(tone(1.0), RATE).resampled(44100)
    assert (len(there.samples), there.sample_rate) == (44100, 44100)
    np.testing.assert_allclose(there.samples[500:-500], tone(1.0, 44100)[500:-500], atol=2e-3)
    assert there.resampled(44100) is there
    with pytest.raises(AudioError, match="at least 1"):
        there.resampled(0)
