"""Optional packages: imported when asked for, with one line of advice where they are missing."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

import pytest

from melodymuse.errors import MissingExtraError
from melodymuse.optional import _EXTRAS, need, optional


def test_what_is_there_is_given() -> None:
    assert optional("soundfile", "reading sound").__name__ == "soundfile"
    need("soundfile", "soxr", purpose="reading sound")


def test_what_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(MissingExtraError) as told:
        optional("pygame", "sound through a wheel")
    assert str(told.value) == (
        "sound through a wheel needs the package 'pygame-ce', which is not installed: "
        "pip install 'melodymuse[audio]'"
    )
    monkeypatch.setattr("melodymuse.optional.find_spec", lambda name: name != "peft" or None)
    need("torch", purpose="MusicGen")
    with pytest.raises(MissingExtraError, match=r"'peft'.*melodymuse\[musicgen\]"):
        need("torch", "peft", purpose="an adapter")


def test_the_extras_bring_what_the_advice_promises(repository: Path) -> None:
    setup = configparser.ConfigParser()
    setup.read(repository / "setup.cfg")
    for module, (extra, package) in _EXTRAS.items():
        lines = setup["options.extras_require"][extra].split("\n")
        names = {found[0] for line in lines if (found := re.match(r"[\w.-]+", line.strip()))}
        assert (package or module) in names, module
