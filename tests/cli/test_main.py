"""The command line's contract beyond its commands: help, errors, signals, pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse import __version__, cli
from melodymuse.cli import terminal

PROGRAM = (sys.executable, "-m", "melodymuse")


def test_version_and_help(run: Callable[..., Any]) -> None:
    for words in (("--version",), ("-V",)):
        assert run(*words).out == f"melodymuse {__version__}\n"
    for words in ((), ("--help",), ("-h",)):
        outcome = run(*words)
        assert outcome.status == 0
        for command in ("analyze", "compose", "inspect", "demo"):
            assert command in outcome.out


def test_help_in_a_pipe_keeps_its_groups_and_first_sentences(run: Callable[..., Any]) -> None:
    commands = run("--help").out
    assert commands.index("\nCompose:\n") < commands.index("\nYour own MIDI files:\n")
    assert "..." not in commands.partition("\n\n")[2]
    options = run("compose", "--help").out
    texture = options.partition("\nTexture:\n")[2].partition("\n\n")[0]
    assert "--density NUMBER" in texture and "--tempo" not in texture
    assert "when not said)" in options[options.index("--temperature") :].partition("--pedal")[0]


def test_quiet_says_nothing_but_complaints(run: Callable[..., Any], tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 1, "-o", "a.mid")
    assert (run(*words, "-q").out, (tmp_path / "a.mid").is_file()) == ("", True)
    assert "a.mid" in run(*words, "-q").complaint
    assert run("describe", "a.mid").out.startswith("Awe."), "the next command tells again"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("melodymuse con", ["continue"]),
        ("melodymuse compose --emotion s", ["sadness"]),
        ("melodymuse compose --accompaniment al", ["alberti"]),
    ],
)
def test_the_shell_completes(
    run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    typed: str,
    offered: list[str],
) -> None:
    monkeypatch.setenv("_MELODYMUSE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 0
    assert capfd.readouterr().out.split() == offered


def test_a_complaint_points_to_the_help_of_its_command(run: Callable[..., Any]) -> None:
    assert "(melodymuse compose --help explains)" in run("compose", "--louder").complaint
    assert "(melodymuse --help explains)" in run("sing").complaint


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sing",), "No such command 'sing'"),
        (("compose", "--louder"), "--louder"),
        (("compose", "--tempo", "fast"), "--tempo"),
        (("compose", "--bars", "4.5"), "--bars"),
        (("compose", "--seed"), "--seed"),
        (("compose", "a.jpg"), "a.jpg"),
        (("analyze",), "IMAGE"),
        (("inspect",), "FILE"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Callable[..., Any], words: tuple[str, ...], message: str
) -> None:
    outcome = run(*words)
    assert message in outcome.complaint
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (PermissionError(13, "Permission denied", "/x.mid"), 2, "/x.mid: Permission denied"),
        (OSError("strange disk"), 2, "strange disk"),
        (MemoryError(), 2, "not enough memory"),
        (RuntimeError("two\nlines"), 70, "unexpected RuntimeError: two lines"),
    ],
)
def test_no_error_shows_a_traceback(
    run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    message: str,
) -> None:
    def fail(arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fail)
    outcome = run("demo")
    assert outcome.status == status
    assert outcome.err.startswith(f"melodymuse: {message}")
    assert outcome.err.count("\n") == 1


def test_the_traceback_can_be_asked_for(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> int:
        raise RuntimeError("a fault")

    monkeypatch.setattr(cli, "_run", fail)
    monkeypatch.setenv("MELODYMUSE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="a fault"):
        run("demo")


def test_an_interruption_is_quiet(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "compose", "--emotion", "awe", "--bars", "32", "--takes", "1000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (130, "")
    assert all(path.suffix == ".mid" for path in tmp_path.iterdir()), "a half-written file"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "compose", "--emotion", "awe", "--bars", "1", "--takes", "50", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("{")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141


def test_a_name_that_is_no_text_can_be_printed(run: Callable[..., Any]) -> None:
    outcome = run("analyze", os.fsdecode(b"caf\xe9.jpg"))
    assert "caf" in outcome.complaint


def test_the_module_is_the_program(tmp_path: Path) -> None:
    finished = subprocess.run(
        [*PROGRAM, "--version"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert finished.stdout == f"melodymuse {__version__}\n"


def test_a_table_is_plain_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [terminal.Row("awe", "41.0%", 0.41), terminal.Row("valence", "+0.40")]
    terminal.say_table("rocket.jpg", rows)
    assert capsys.readouterr().out == "rocket.jpg\n  awe      41.0%\n  valence  +0.40\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_colours_and_bars(tmp_path: Path) -> None:
    import pty

    code = (
        "from melodymuse.cli.terminal import *\n"
        "say_table('rocket.jpg', [Row('awe', '50.0%', 0.5)])\n"
    )
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", code],
        stdout=theirs,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass  # how Linux says that the other end is closed
    finally:
        os.close(ours)
    text = shown.decode()
    assert "\x1b[" in text
    assert "█" * 12 in text
    assert "rocket.jpg" in text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_long_wait_is_explained_on_a_terminal_only(tmp_path: Path) -> None:
    import pty

    code = (
        "import time\n"
        "from melodymuse.cli import terminal\n"
        "terminal.PATIENCE_SECONDS = 0.05\n"
        "with terminal.waiting('composing take 2'): time.sleep(0.6)\n"
    )
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", code],
        stderr=theirs,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"},
    )
    os.close(theirs)
    assert b"composing take 2" in os.read(ours, 4096)
    os.close(ours)
    silent = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path
    )
    assert silent.stderr == b""
