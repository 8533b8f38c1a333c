"""`melodymuse play`; on an instrument in `tests/audio/test_ports.py`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

from melodymuse.audio.engines import load_engine
from melodymuse.errors import MelodyMuseError
from tests.audio.midi import chords

Run = Callable[..., Any]


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    """A second of chords."""
    path = tmp_path / "piece.mid"
    path.write_bytes(chords(1))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="plays through winsound")
def test_a_file_is_heard_through_the_system_s_player(
    run: Run, piece: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        load_engine()
    except MelodyMuseError as error:
        pytest.skip(f"no engine: {error}")
    program = tmp_path / "bin" / "afplay"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/heard.wav\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    outcome = run("play", piece)
    assert (outcome.status, outcome.err) == (0, "")
    assert "engine" in outcome.out
    assert soundfile.info(tmp_path / "heard.wav").duration > 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "nothing to play"),
        (("piece.mid", "--port", "x", "--soundfont", "y"), "leave out --soundfont"),
        (("nowhere.mid",), "there is no file 'nowhere.mid'"),
        (("empty.mid",), "holds no note"),
    ],
)
def test_what_cannot_be_played_is_said(
    run: Run, piece: Path, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    from tests.midi import files

    (tmp_path / "empty.mid").write_bytes(files.header(1) + files.track(b""))
    assert why in run("play", *words).complaint
