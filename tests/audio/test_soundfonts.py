"""Which soundfont is meant: by path, by name, by nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.audio.soundfonts import (
    built_in,
    find_soundfont,
    installed_soundfonts,
    user_folder,
)
from melodymuse.errors import SoundfontError
from tests.audio.tiny_soundfont import tiny_soundfont


def drop(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(tiny_soundfont())
    return path


def test_one_is_always_there() -> None:
    assert find_soundfont() == built_in()
    assert [font.name for font in installed_soundfonts()] == ["TimGM6mb"]


def test_the_built_in_one_is_found_without_importing_pretty_midi() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from melodymuse.audio.soundfonts import built_in; built_in(); "
        "sys.exit('pretty_midi' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_dropped_one_has_its_name(home: Path) -> None:
    path = drop(home, "My Piano.SF2")
    assert user_folder() == home
    for name in ("My Piano", "my piano", "My Piano.sf2"):
        assert find_soundfont(name) == path


def test_the_users_own_goes_over_the_systems(home: Path, tmp_path: Path) -> None:
    systems = drop(tmp_path / "system" / "sounds" / "sf3", "grand.sf3")
    assert find_soundfont("grand") == systems
    own = drop(home, "grand.sf2")
    assert find_soundfont("grand") == own
    drop(home, "notes.txt")
    assert [font.name for font in installed_soundfonts()] == ["TimGM6mb", "grand"]


def test_a_path_is_taken_as_it_is(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_soundfont(tiny) == tiny
    assert find_soundfont(str(tiny)) == tiny
    monkeypatch.chdir(tiny.parent)
    assert find_soundfont("tiny.sf2") == Path("tiny.sf2")
    monkeypatch.setenv("HOME", str(tiny.parent))
    assert find_soundfont("~/tiny.sf2") == tiny


def test_the_variable_names_the_default(
    tiny: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODYMUSE_SOUNDFONT", str(tiny))
    assert find_soundfont() == tiny
    dropped = drop(home, "grand.sf2")
    monkeypatch.setenv("MELODYMUSE_SOUNDFONT", "grand")
    assert find_soundfont() == dropped


def test_a_catalogue_name_finds_the_file_it_stands_for(tmp_path: Path) -> None:
    with pytest.raises(SoundfontError, match="melodymuse soundfonts install fluidr3-gm"):
        find_soundfont("fluidr3-gm")
    path = drop(tmp_path / "system" / "sounds" / "sf2", "FluidR3_GM.sf2")
    assert find_soundfont("FluidR3-GM") == path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "there is no soundfont 'nothing'"),
        ("no/such/piano.sf2", "there is no soundfont 'no/such/piano.sf2'"),
        (".", "is a folder"),
        ("", "is a folder"),
        ("nul\0l", "there is no soundfont"),
    ],
)
def test_what_is_not_there_is_named(name: str, message: str) -> None:
    with pytest.raises(SoundfontError, match=message):
        find_soundfont(name)


def test_a_relative_xdg_folder_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert user_folder() == tmp_path / ".local" / "share" / "melodymuse" / "soundfonts"
