"""What the tests of sound share: the engines of this machine, small soundfonts."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.audio.engines import ENGINES, Engine, load_engine
from melodymuse.errors import MelodyMuseError
from tests.audio.tiny_soundfont import tiny_soundfont


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn; those that this machine lacks are skipped."""
    try:
        return load_engine(request.param)
    except MelodyMuseError as error:
        pytest.skip(str(error))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A sound soundfont of eight kilobytes."""
    path = tmp_path / "tiny.sf2"
    path.write_bytes(tiny_soundfont())
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the user's soundfonts, and none of the system's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    monkeypatch.delenv("MELODYMUSE_SOUNDFONT", raising=False)
    return tmp_path / "data" / "melodymuse" / "soundfonts"
