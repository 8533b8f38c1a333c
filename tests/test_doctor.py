"""What the doctor finds, here and on poorer machines."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

import pytest

from melodymuse import doctor
from melodymuse.doctor import State, examine


def found(area: str) -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in examine() if finding.area == area}


def test_it_looks_at_everything() -> None:
    areas = {finding.area for finding in examine()}
    assert areas >= {"core", "engines", "soundfonts", "audio", "train"}
    assert set(found("engines")) == {"fluidsynth", "fluidsynth-wheel", "tinysoundfont", "auto"}
    assert found("soundfonts")["default"].state is State.GOOD


def test_what_is_missing_comes_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("fluidsynth", "tinysoundfont"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("melodymuse.audio.engines.fluidsynth_library.find_spec", lambda _: None)
    engines = found("engines")
    assert engines["fluidsynth"].state is State.OPTIONAL
    assert engines["auto"].state is State.MISSING
    for finding in engines.values():
        assert "pip install" in finding.detail


def test_a_damaged_soundfont_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF")
    monkeypatch.setenv("MELODYMUSE_SOUNDFONT", str(broken))
    default = found("soundfonts")["default"]
    assert default.state is State.MISSING
    assert "broken.sf2" in default.detail


def test_every_package_of_the_extra_for_sound_is_known(repository: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg")
    stated = re.findall(r"^([\w.-]+)", setup["options.extras_require"]["audio"], re.MULTILINE)
    assert set(stated) == set(found("audio"))


def test_other_extras_are_taken_from_the_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    stated = [
        "numpy>=1.26",
        "no-such-core (>=2)",
        'no-such-extra>=1; extra == "score"',
        "pytest; extra == 'score'",
        'no-such-test; extra == "test"',
    ]
    monkeypatch.setattr("melodymuse.doctor.requires", lambda _: stated)
    core, score = found("core"), found("score")
    assert core["numpy"].state is State.GOOD
    assert core["no-such-core"].state is State.MISSING
    assert score["no-such-extra"].state is State.OPTIONAL
    assert "melodymuse[score]" in score["no-such-extra"].detail
    assert score["pytest"].state is State.GOOD
    assert not found("test")
