"""Clips: what is refused, what files keep, and the one way to another rate."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from melodymuse.audio.clip import Clip, read_clip
from melodymuse.errors import AudioError, MissingExtraError, OutputError

RATE = 32000


def tone(seconds: float = 1.0, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    """One channel."""
    at = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * at)).astype("f4")[:, None]


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.zeros((0, 1)), RATE, "it is empty"),
        (np.zeros((9, 0)), RATE, "it is empty"),
        (np.zeros(9), RATE, r"not shape \(9,\)"),
        ([[0.0], [np.nan]], RATE, "not numbers"),
        ([[0.0], [np.inf]], RATE, "not numbers"),
        ([[0.0]], 0, "at least 1, not 0"),
        ([[0.0]], 44100.0, "whole number"),
        ([[0.0]], True, "whole number"),
    ],
)
def test_what_is_no_clip_is_refused(samples: object, rate: int, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        Clip(np.asarray(samples, np.float32), rate, "it")


def test_samples_cannot_be_changed() -> None:
    clip = Clip(tone(), RATE)
    assert (clip.seconds, clip.samples.dtype) == (1.0, np.float32)
    assert clip.peak == pytest.approx(0.5, abs=1e-3)
    with pytest.raises(ValueError, match="read-only"):
        clip.samples[0] = 0


@given(arrays(np.float32, st.integers(1, 40), elements=st.floats(-8, 8, width=32)))
def test_loud_samples_are_made_softer_as_a_whole(samples: np.ndarray) -> None:
    clip = Clip(samples[:, None], RATE)
    peak = max(1.0, float(np.abs(samples).max()))
    assert clip.peak == np.abs(samples).max()
    np.testing.assert_allclose(clip.fitted().samples[:, 0], samples / peak, atol=1e-6)


def test_mono_is_the_mean_of_the_channels() -> None:
    clip = Clip(np.hstack([tone(), 0 * tone()]), RATE)
    np.testing.assert_allclose(clip.mono(), tone()[:, 0] / 2)
    np.testing.assert_allclose(clip.mono(RATE), clip.mono())


@pytest.mark.parametrize(("rate", "other"), [(32000, 44100), (44100, 16000), (16000, 48000)])
def test_another_rate_keeps_length_and_tone(rate: int, other: int) -> None:
    clip = Clip(tone(2, rate), rate)
    there = clip.mono(other)
    assert (len(there), there.dtype) == (2 * other, np.float32)
    np.testing.assert_allclose(there[500:-500], tone(2, other)[500:-500, 0], atol=1e-3)
    assert clip.mono(other) is there
    with pytest.raises(AudioError, match="at least 1"):
        clip.mono(0)


def test_another_rate_needs_soxr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    assert len(Clip(tone(), RATE).mono(RATE)) == RATE
    with pytest.raises(MissingExtraError, match=r"'soxr'.*melodymuse\[audio\]"):
        Clip(tone(), RATE).mono(11025)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_file_gives_back_what_was_written(tmp_path: Path, suffix: str, channels: int) -> None:
    path = tmp_path / f"x.{suffix}"
    clip = Clip(np.hstack([tone(0.1, hertz=220 * (n + 1)) for n in range(channels)]), RATE)
    assert clip.write(path, {"title": "A tone", "comment": "made by a test"}) == path
    back = read_clip(path)
    assert (back.rate, back.name) == (RATE, str(path))
    # 16 bits a sample, scaled by 32767 and read over 32768.
    np.testing.assert_allclose(back.samples, clip.samples, atol=2 / 32768)
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.comment) == ("A tone", "made by a test")
        assert file.software.startswith("MelodyMuse")


@pytest.mark.parametrize("suffix", ["ogg", "mp3"])
def test_lossy_files_keep_length_and_pitch(tmp_path: Path, suffix: str) -> None:
    path = Clip(tone(), RATE).write(tmp_path / f"x.{suffix}", {"comment": "hello"})
    back = read_clip(path)
    assert back.seconds == pytest.approx(1.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(back.mono()))
    assert spectrum.argmax() * RATE / len(back.samples) == pytest.approx(440, abs=3)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = Clip(tone(0.1), RATE).write(tmp_path / "x.wav", {})
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        Clip(tone(0.2), RATE).write(path, {})
    assert path.read_bytes() == before
    Clip(tone(0.2), RATE).write(path, {}, overwrite=True)
    assert read_clip(path).seconds == pytest.approx(0.2)


def test_floats_beyond_full_scale_are_read_as_they_are(tmp_path: Path) -> None:
    sound = np.array([[4.0, 0.0], [-1.0, -1.0]], "f4")
    soundfile.write(tmp_path / "loud.wav", sound, RATE, subtype="FLOAT")
    np.testing.assert_array_equal(read_clip(tmp_path / "loud.wav").samples, sound)


def test_files_that_are_no_sound_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), RATE)
    soundfile.write(tmp_path / "nan.wav", np.full((9, 1), np.nan, "f4"), RATE, subtype="FLOAT")
    for name, message in (
        ("missing.wav", "no such file"),
        ("text.wav", "no sound that can be read"),
        ("empty.wav", "is empty"),
        ("nan.wav", "not numbers"),
    ):
        with pytest.raises(AudioError, match=message) as raised:
            read_clip(tmp_path / name)
        assert name in str(raised.value)


def test_too_long_a_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "x.wav", np.ones(601 * 1000, np.float32) / 2, 1000)
    assert read_clip(tmp_path / "x.wav", longest=601).seconds == 601
    monkeypatch.setattr(soundfile.SoundFile, "read", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(AudioError, match="lasts 10 minutes: cut it to at most 10"):
        read_clip(tmp_path / "x.wav", longest=600)
