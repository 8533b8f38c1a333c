"""One loudness, one format, no tags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import AudioError
from melodymuse.survey.sound import read_sound, write_matched
from tests.survey.makers import tone, write_tone

soundfile = pytest.importorskip("soundfile", reason="reading sound needs soundfile")


@pytest.mark.parametrize("suffix", [".flac", ".wav", ".mp3", ".ogg"])
@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_is_reached_as_pyloudnorm_measures_it(
    tmp_path: Path, suffix: str, channels: int
) -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm", reason="the other measure")
    source = write_tone(tmp_path / "a.wav", channels=channels, level=0.01, rate=32000)
    target = tmp_path / f"b{suffix}"
    levels, seconds = write_matched(source, target, -23.0, None)
    samples, rate = soundfile.read(target)
    assert (rate, samples.shape[1], seconds) == (32000, 2, 3.0)
    assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-23, abs=0.15)
    assert levels.loudness == pytest.approx(-23, abs=0.05)
    assert levels.limiting == 0


def test_mono_sounds_the_same_on_both_sides(tmp_path: Path) -> None:
    samples, rate = read_sound(write_tone(tmp_path / "a.wav"))
    assert rate == 22050
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples[:, 0], tone(), atol=2**-15)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 1])


def test_a_piece_can_be_cut_and_fades(tmp_path: Path) -> None:
    source = write_tone(tmp_path / "a.wav", seconds=6.0)
    _, seconds = write_matched(source, tmp_path / "b.flac", -23.0, 4.0)
    samples, rate = soundfile.read(tmp_path / "b.flac")
    assert seconds == len(samples) / rate == 4.0
    assert abs(samples[-rate // 20 :]).max() < 0.05 * abs(samples).max()
    _, seconds = write_matched(source, tmp_path / "c.flac", -23.0, 8.0)
    assert seconds == 6.0


def test_tags_that_tell_are_left_behind(tmp_path: Path) -> None:
    source = tmp_path / "a.flac"
    with soundfile.SoundFile(source, "w", 22050, 1) as file:
        file.title = file.comment = file.software = "MusicGen"
        file.write(tone())
    write_matched(source, tmp_path / "b.flac", -23.0, None)
    assert b"MusicGen" in source.read_bytes()
    assert b"MusicGen" not in (tmp_path / "b.flac").read_bytes()


def test_what_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    def refused(complaint: str, samples: object, name: str = "a.wav") -> None:
        soundfile.write(tmp_path / name, samples, 8000, subtype="FLOAT")
        with pytest.raises(AudioError, match=complaint):
            read_sound(tmp_path / name)

    refused("is silent", np.zeros(16000))
    refused("too short to judge", tone(0.5, 8000))
    refused("is empty", np.zeros(0))
    refused("are not numbers", np.full(16000, np.nan))
    refused("3 channels", np.zeros((16000, 3)))
    refused("cut it to at most 10", np.zeros(8000 * 601))
    (tmp_path / "b.mp3").write_bytes(b"no sound at all" * 99)
    with pytest.raises(AudioError, match="no sound that can be read"):
        read_sound(tmp_path / "b.mp3")
    late = np.concatenate((np.zeros(80000), tone(2, 8000)))
    soundfile.write(tmp_path / "late.wav", late, 8000)
    with pytest.raises(AudioError, match="silent for its first 5 s"):
        write_matched(tmp_path / "late.wav", tmp_path / "x.flac", -23.0, 5.0)
