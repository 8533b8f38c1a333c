"""Letting a piece be heard, by a stand-in for the system's player that keeps the file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from melodymuse.api import Piece
from melodymuse.audio.clip import Clip
from melodymuse.audio.playing import PLAYERS, play
from melodymuse.audio.rendering import Rendering
from melodymuse.errors import AudioError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.planning.planner import plan_for
from tests.music.strategies import small_score

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="plays through winsound")


@pytest.fixture
def rendering() -> Rendering:
    """A tenth of a second of a tone."""
    wave = 0.1 * np.sin(np.arange(4410) / 10)
    samples = np.stack((wave, wave), axis=1).astype(np.float32)
    return Rendering(Clip(samples, 44100), -16.0, -20.0, 0.0, "none", Path("x.sf2"), "", "")


def player(folder: Path, name: str, script: str) -> None:
    """A program of that name, and no other, is found."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs, empty but for what a shell script needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("cp", "sh"):
        found = next(path for path in ("/bin", "/usr/bin") if Path(path, name).exists())
        os.symlink(Path(found, name), folder / name)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize("name", [player[0] for player in PLAYERS])
def test_the_player_gets_the_piece(
    programs: Path, tmp_path: Path, rendering: Rendering, name: str
) -> None:
    # The file is the last argument.
    player(programs, name, f'for last; do :; done; cp "$last" {tmp_path}/heard.wav')
    play(rendering)
    assert soundfile.info(tmp_path / "heard.wav").frames == 4410


def test_a_piece_plays_itself(programs: Path, tmp_path: Path) -> None:
    player(programs, "aplay", f'for last; do :; done; cp "$last" {tmp_path}/heard.wav')
    profile = EmotionProfile.of("awe")
    score = small_score()
    Piece(score, plan_for(profile, profile, controls_for(profile, seed=1))).play()
    info = soundfile.info(tmp_path / "heard.wav")
    assert info.duration == pytest.approx(score.seconds + 2.5, abs=0.01)


def test_without_a_player_one_line_says_so(programs: Path, rendering: Rendering) -> None:
    with pytest.raises(AudioError, match=r"no program to play sound .*: write a \.wav file"):
        play(rendering)


def test_a_player_that_fails_is_quoted(programs: Path, rendering: Rendering) -> None:
    player(programs, "aplay", "echo 'no sound card' >&2; exit 1")
    with pytest.raises(AudioError, match="'aplay' could not play: no sound card"):
        play(rendering)


def test_in_a_notebook_a_player_is_shown(rendering: Rendering) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = (
        "import numpy as np\n"
        "from pathlib import Path\n"
        "from melodymuse.audio.clip import Clip\n"
        "from melodymuse.audio.playing import play\n"
        "from melodymuse.audio.rendering import Rendering\n"
        "samples = np.zeros((4410, 2), np.float32) + 0.1\n"
        "play(Rendering(Clip(samples, 44100), -16.0, -20.0, 0.0, 'none', Path('x'), '', ''))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert "audio/wav" in output["data"]["text/html"]
