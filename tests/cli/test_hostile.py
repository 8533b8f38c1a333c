"""The command line among strangers' files, killed programs, full disks and closed streams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from melodymuse.files import LEFTOVER
from melodymuse.music.score import Provenance
from tests.music.strategies import small_score

PROGRAM = (sys.executable, "-m", "melodymuse")
Run = Callable[..., Any]
posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")

# What steers a terminal: escape sequences, C1, line ends, direction; and what forges a row.
FORGED = "x\x1b[2J\x9b1m\u202e\r\n  conventions  all kept\u2028\x7f"


def program(*words: object, cwd: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [*PROGRAM, *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, **settings)


def strange_midi(title: bytes) -> bytes:
    """A MIDI file with a title, a name, a marker and a text of those bytes, and a note."""
    size = bytes([len(title)])
    metas = b"".join(b"\x00\xff" + bytes([kind]) + size + title for kind in (1, 3, 6))
    track = metas + b"\x00\x90\x3c\x40\x60\x80\x3c\x40\x00\xff\x2f\x00"
    header = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60"
    return header + b"MTrk" + len(track).to_bytes(4, "big") + track


def test_what_a_file_says_neither_steers_the_terminal_nor_forges_a_row(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "x.mid").write_bytes(strange_midi(FORGED.encode()))
    outcome = run("inspect", "x.mid")
    assert "\\x1b[2J" in outcome.out
    assert not {letter for letter in outcome.out if letter < " " and letter != "\n"}
    assert not set("\x7f\x9b\u202e\u2028") & set(outcome.out)
    assert not [line for line in outcome.out.split("\n") if line.startswith("  conventions")]


def test_json_of_what_a_file_says_is_json_and_steers_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.mid").write_bytes(strange_midi(FORGED.encode()))
    line = run("inspect", "x.mid", "--json").out
    assert line.count("\n") == 1
    assert line.isascii()
    assert "\x7f" not in line
    assert "\x1b[2J" in json.loads(line)["title"]


@pytest.mark.skipif(os.name == "nt", reason="such names are impossible there")
def test_names_of_files_are_written_out(run: Run, tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07\nmelodymuse: all is well.mid"
    (tmp_path / name).write_bytes(b"no MIDI")
    outcome = run("inspect", name)
    assert "\x1b" not in outcome.err
    assert outcome.complaint


def test_a_very_long_word_makes_a_short_complaint(run: Run) -> None:
    for words in (("--key", "A" * 50_000), ("--time-signature", "9" * 5000 + "/4")):
        assert len(run("compose", "--emotion", "awe", *words).complaint) < 300
    assert "too long" in run("compose", "--emotion", "awe", "-o", "x" * 5000 + ".mid").complaint


def test_a_provenance_that_is_none_is_text(run: Run, tmp_path: Path) -> None:
    said = str(Provenance("1", 1, "awe")).replace("seed 1", "seed " + "9" * 60)
    (tmp_path / "x.mid").write_bytes(strange_midi(said.encode()[:127]))
    outcome = run("inspect", "x.mid")
    assert (outcome.status, outcome.err) == (0, "")


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_whole_files_only(tmp_path: Path, number: signal.Signals) -> None:
    words = ("compose", "--emotion", "awe", "--bars", "8", "--takes", "1000")
    with subprocess.Popen(
        [*PROGRAM, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while not list(tmp_path.glob("[!.]*.mid")) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(number)
        _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (130 if number == signal.SIGINT else 143, "")
    assert {path.suffix for path in tmp_path.iterdir()} == {".mid"}
    assert not list(tmp_path.glob(f"{LEFTOVER}*"))


def test_what_a_killed_program_left_is_no_input(run: Run, tmp_path: Path) -> None:
    small_score().write(tmp_path / "whole.mid")
    (tmp_path / f"{LEFTOVER}0123.mid").write_bytes(b"MThd half")
    (tmp_path / f"{LEFTOVER}0123.wav").write_bytes(b"RIFF half")
    outcome = run("sheet", tmp_path, "-o", "sheet.png")
    assert (outcome.status, outcome.err) == (0, "")
    assert "there are no sounds" in run("survey", tmp_path).complaint


@posix
def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    import resource

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    small_score().write(tmp_path / "x.mid")
    done = program("render", "x.mid", "-o", "x.wav", cwd=tmp_path, preexec_fn=little_room)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "too large for this file system" in done.stderr
    assert os.listdir(tmp_path) == ["x.mid"]


@posix
def test_a_really_full_disk(tmp_path: Path) -> None:
    small_score().write(tmp_path / "x.mid")
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(full)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("may not mount a small disk here")
    try:
        done = program("render", "x.mid", "-o", full / "x.wav", cwd=tmp_path)
        assert os.listdir(full) == []
    finally:
        subprocess.run(["umount", str(full)], check=True)
    assert done.returncode == 2
    assert "the disk is full" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_results_that_find_no_room_are_one_complaint(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "--version"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the disk is full" in done.stderr


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(tmp_path: Path, closed: str) -> None:
    words = "compose --emotion awe --bars 1 -o x.mid"
    command = f"{sys.executable} -m melodymuse {words} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "x.mid").read_bytes().startswith(b"MThd")


def test_runs_at_once_each_get_a_name(tmp_path: Path) -> None:
    words = ("compose", "--emotion", "awe", "--bars", "1", "--key", "C", "--tempo", "70")
    running = [
        subprocess.Popen(
            [*PROGRAM, *words, "--seed", str(seed)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
        )
        for seed in range(3)
    ]
    told = {process.communicate(timeout=120)[0].splitlines()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 3
    assert told == set(os.listdir(tmp_path))
    assert len(told) == 3


@posix
def test_libraries_write_nothing_on_standard_error(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from melodymuse.cli import main\n"
        "import melodymuse.inspecting as inspecting\n"
        "def noisy(*given):\n"
        "    os.write(2, b'lib: \\x1b[31mraw line\\n')\n"
        "    raise MemoryError\n"
        "inspecting.look_into = noisy\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    quiet, verbose = (
        subprocess.run(
            [sys.executable, "-c", code, "inspect", "x.mid", *more],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        for more in ((), ("--verbose",))
    )
    assert quiet.returncode == verbose.returncode == 2
    assert quiet.stderr == "melodymuse: not enough memory: use a smaller picture or fewer bars\n"
    assert "library: lib: \\x1b[31mraw line" in verbose.stderr


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (RuntimeError("std::bad_alloc"), "not enough memory"),
        (OSError(28, "No space left on device", "x.wav"), "x.wav: the disk is full"),
    ],
)
def test_short_memory_deep_nesting_and_full_disks_are_no_fault_of_the_program(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr("melodymuse.cli._run", fail)
    assert message in run("demo").complaint


@posix
def test_short_memory_is_one_line(tmp_path: Path) -> None:
    import resource

    def short() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, 400 * 2**20))

    done = program("compose", "@rocket", "--bars", 1, cwd=tmp_path, preexec_fn=short)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob(f"{LEFTOVER}*"))


def test_the_log_tells_stages_in_words_and_in_json(run: Run) -> None:
    words = ("compose", "--emotion", "awe", "--bars", 1)
    assert "melodymuse: compose: " in run(*words, "--verbose").err
    records = [json.loads(line) for line in run("--log-json", *words).err.splitlines()]
    assert {"load the composer", "compose", "write midi"} >= {one["stage"] for one in records}
    assert all(one["seconds"] >= 0 and one["level"] == "info" for one in records)
    assert run(*words).err == ""
    refused = run("compose", "--emotion", "ave", "--log-json")
    assert json.loads(refused.err)["level"] == "error"


def test_json_tells_how_long_the_stages_took(run: Run, photograph: Path) -> None:
    facts = json.loads(run("compose", photograph, "--bars", 1, "--json").out)
    assert {"look", "compose", "write midi"} <= set(facts["stages"])
    assert all(seconds >= 0 for seconds in facts["stages"].values())
