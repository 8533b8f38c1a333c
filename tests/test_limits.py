"""One table of limits, which the environment overrides and every reader obeys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from melodymuse.audio.timeline import read_timeline
from melodymuse.errors import AudioError, ControlError, ImageError, MidiError
from melodymuse.limits import LIMITS, Limit
from melodymuse.midi.reader import read_midi
from melodymuse.vision.loading import load_image
from tests.music.strategies import small_score


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_the_environment_sets_each(limit: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit.most == limit.usual
    monkeypatch.setenv(limit.variable, "12")
    assert limit.most == 12
    for wrong in ("", "0", "-1", "1e9", "many", "9" * 5000):
        monkeypatch.setenv(limit.variable, wrong)
        with pytest.raises(ControlError, match=f"{limit.variable} must be a whole number"):
            _ = limit.most


@pytest.mark.parametrize("name", ["PICTURE_BYTES", "PIXELS", "DECODING_BYTES"])
def test_pictures_obey(
    name: str, photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.png"
    Image.open(photograph).save(path)
    load_image(path)
    monkeypatch.setenv(f"MELODYMUSE_MAX_{name}", "1000")
    with pytest.raises(ImageError, match="is too large"):
        load_image(path)


@pytest.mark.parametrize("name", ["MIDI_BYTES", "EVENTS", "BARS"])
def test_midi_files_obey(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_score().write(tmp_path / "x.mid")
    read_midi(path)
    monkeypatch.setenv(f"MELODYMUSE_MAX_{name}", "1")
    with pytest.raises(MidiError, match=r"larger than|more than 1 "):
        read_midi(path)


def test_what_is_played_obeys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_score().write(tmp_path / "x.mid")
    monkeypatch.setenv("MELODYMUSE_MAX_PLAYING_SECONDS", "1")
    with pytest.raises(AudioError, match="cut it"):
        read_timeline(path)
