"""MIDI ports of this machine: a virtual one, under JACK's driver of no hardware where JACK is
installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mido
import pytest

pytest.importorskip("rtmidi", reason="needs python-rtmidi: pip install 'melodymuse[live]'")

from melodymuse.audio.ports import open_port, port_names
from melodymuse.audio.timeline import read_timeline
from melodymuse.errors import AudioError
from tests.audio.midi import chords

Run = Callable[..., Any]
_SERVER = "melodymuse-test"
_BACKEND = "mido.backends.rtmidi/UNIX_JACK"


class Catcher:
    """A virtual instrument that keeps what it hears, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Any]] = []
        backend = mido.Backend(_BACKEND)
        self.port = backend.open_input("catcher", virtual=True, callback=self._hear)

    def _hear(self, message: Any) -> None:
        self.heard.append((time.perf_counter(), message))

    def until(self, met: Callable[[list[Any]], bool], seconds: float = 20) -> list[Any]:
        """The messages once they are as awaited."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if met([message for _, message in list(self.heard)]):
                break
            time.sleep(0.01)
        return [message for _, message in self.heard]


@pytest.fixture(scope="module")
def jack() -> Iterator[None]:
    """A JACK server without hardware; of short periods a busy machine would lose some."""
    program = shutil.which("jackd")
    if program is None:
        pytest.skip("jackd is not installed")
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = _SERVER
    os.environ["JACK_NO_START_SERVER"] = "1"
    words = [
        program,
        "--no-realtime",
        "--name",
        _SERVER,
        "-d",
        "dummy",
        "-r",
        "48000",
        "-p",
        "1024",
    ]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_server(server)
        yield
    finally:
        server.terminate()
        server.wait()
        del os.environ["JACK_NO_START_SERVER"]
        if before is None:
            del os.environ["JACK_DEFAULT_SERVER"]
        else:
            os.environ["JACK_DEFAULT_SERVER"] = before


def _await_server(server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if server.poll() is not None:
            pytest.skip(f"jackd ended with status {server.returncode}")
        try:
            mido.Backend(_BACKEND).get_output_names()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.skip("jackd does not answer")


@pytest.fixture
def catcher(jack: None) -> Iterator[Catcher]:
    caught = Catcher()
    yield caught
    caught.port.close()


def test_ports_are_found_and_named(catcher: Catcher, run: Run) -> None:
    [name] = [name for name in port_names() if "catcher" in name]
    assert name in run("play", "--ports").out.splitlines()
    with (
        pytest.raises(AudioError, match=r"no MIDI port 'organ': there are '.*catcher'"),
        open_port("organ"),
    ):
        pass


def test_a_file_is_played_in_time_and_ends_in_silence(
    catcher: Catcher, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "x.mid").write_bytes(chords(2))
    outcome = run("play", "x.mid", "--port", "CATCHER")
    assert (outcome.status, outcome.err) == (0, "")
    assert "ms late at most" in outcome.out
    heard = catcher.until(lambda all_: any(m.is_cc(123) for m in all_))
    struck = [m for m in heard if m.type == "note_on" and m.velocity]
    let_go = [m for m in heard if m.type == "note_off" or (m.type == "note_on" and not m.velocity)]
    assert {m.note for m in struck} <= {m.note for m in let_go}
    events = read_timeline(tmp_path / "x.mid").events
    # Of what is sent in one period JACK may change the order.
    played = heard[: len(events)]
    assert sorted(m.bytes() for m in played) == sorted(m.bytes() for _, m in events)


def test_ctrl_c_lets_every_key_go(catcher: Catcher, tmp_path: Path) -> None:
    (tmp_path / "x.mid").write_bytes(chords(30))
    words = [sys.executable, "-m", "melodymuse", "play", "x.mid", "--port", "catcher"]
    player = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    catcher.until(lambda all_: any(m.type == "note_on" for m in all_), seconds=60)
    player.send_signal(signal.SIGINT)
    _, err = player.communicate(timeout=30)
    assert (player.returncode, err) == (130, b"")
    heard = catcher.until(lambda all_: any(m.is_cc(120) for m in all_))
    down: set[int] = set()
    for message in heard:
        if message.type == "note_on" and message.velocity:
            down.add(message.note)
        elif message.type in ("note_on", "note_off"):
            down.discard(message.note)
    assert down == set() and any(m.is_cc(120) for m in heard)
