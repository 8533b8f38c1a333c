"""Letting a rendering be heard: in a notebook, or by the player that the system has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from melodymuse.audio.rendering import Rendering
from melodymuse.errors import AudioError

# Programs that play a WAV file and return at its end, the commonest of their systems first.
PLAYERS: Sequence[Sequence[str]] = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "--quiet"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("play", "-q"),
)


def play(rendering: Rendering) -> None:
    """Play to the end; in a notebook, show a player instead.

    Raises:
        AudioError: the system has no program that plays sound, or it did not work.
        MissingExtraError: soundfile is not installed.
    """
    if _in_notebook():
        _show(rendering)
        return
    with TemporaryDirectory(prefix="melodymuse-") as folder:
        path = rendering.write(Path(folder, "piece.wav"))
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(path), winsound.SND_FILENAME)
        else:
            _run(find_player(), path)


def _run(player: Sequence[str], path: Path) -> None:
    done = subprocess.run([*player, path], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"it ended with status {done.returncode}"
        raise AudioError(f"'{player[0]}' could not play: {said}; write a .wav file instead")


def find_player() -> Sequence[str]:
    """The words of the program that plays sound here, none on Windows, which plays by itself.

    Raises:
        AudioError: there is none.
    """
    if sys.platform == "win32":
        return ()
    for player in PLAYERS:
        if shutil.which(player[0]):
            return player
    names = ", ".join(player[0] for player in PLAYERS)
    raise AudioError(f"this system has no program to play sound ({names}): write a .wav file")


def _in_notebook() -> bool:
    """Whether IPython runs us with a display, without loading it where it is not."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _show(rendering: Rendering) -> None:
    from IPython import display

    tools: Any = display
    tools.display(tools.Audio(rendering.samples.T, rate=rendering.rate, normalize=False))
