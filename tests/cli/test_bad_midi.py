"""Every command that takes a MIDI file, given what is none or holds nothing to work on: one line,
exit status 2, and the user's folder as it was."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from melodymuse.midi.document import Document
from tests.midi.files import TWO_NOTES, header, track
from tests.test_extending import rich

Run = Callable[..., Any]

READERS = {
    "edit": ("--transpose", 1),
    "continue": ("--bars", 2),
    "reroll": ("--bars", 1),
    "insert": ("--after", 1),
    "recolor": ("--emotion", "sadness"),
    "harmonize": (),
    "inspect": (),
    "describe": (),
    "play": (),
    "render": ("-o", "x.wav"),
}
WRITERS = tuple(READERS)[:6]
DRUMS = b"\x00\x99\x24\x64\x83\x60\x89\x24\x00" * 8
NO_MIDI = {
    "text": b"This is no music.",
    "empty": b"",
    "half a header": header(1)[:9],
    "nothing but a header": header(0),
    "format 2": header(2, kind=2) + track() + track(),
    "no ticks": header(1, division=0) + track(),
    "no ticks in a frame": header(1, division=-7424) + track(),
}


def untouched(folder: Path, name: str, data: bytes) -> bool:
    return [path.name for path in folder.iterdir()] == [name] and (
        folder / name
    ).read_bytes() == data


@pytest.mark.parametrize("data", NO_MIDI.values(), ids=NO_MIDI)
@pytest.mark.parametrize("command", READERS)
def test_what_is_no_midi_file_is_one_line(
    run: Run, tmp_path: Path, command: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.mid").write_bytes(data)
    assert run(command, "x.mid", *READERS[command]).complaint
    assert untouched(tmp_path, "x.mid", data)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert run(command, "-", *READERS[command]).complaint
    assert untouched(tmp_path, "x.mid", data)


@pytest.mark.parametrize("command", READERS)
def test_too_many_events_no_file_and_a_folder_are_one_line(
    run: Run, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = header(1) + track(TWO_NOTES * 20)
    (tmp_path / "x.mid").write_bytes(data)
    monkeypatch.setenv("MELODYMUSE_MAX_EVENTS", "50")
    assert "more than 50 events" in run(command, "x.mid", *READERS[command]).complaint
    for name in ("none.mid", "."):
        assert run(command, name, *READERS[command]).complaint
    assert untouched(tmp_path, "x.mid", data)


@pytest.mark.parametrize("events", [DRUMS, b""], ids=["drums", "no notes"])
@pytest.mark.parametrize("command", WRITERS[1:])
def test_a_file_without_a_piano_has_nothing_to_write_for(
    run: Run, tmp_path: Path, command: str, events: bytes
) -> None:
    data = header(1) + track(events)
    (tmp_path / "x.mid").write_bytes(data)
    assert run(command, "x.mid", *READERS[command]).complaint
    assert untouched(tmp_path, "x.mid", data)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("edit", "--trim", "3-99"), "no bars 3 to 99"),
        (("edit", "--trim", "4-2"), "no bars 4 to 2"),
        (("edit", "--velocity", 9, "--track", 7), "no notes in track 7"),
        (("reroll", "--bars", "9"), "no bars 9 to 9"),
        (("reroll", "--bars", "0"), "no bars 0 to 0"),
        (("reroll", "--bars", "1", "--keep", "melody", "--hand", "right"), "nothing to write"),
        (("reroll", "--bars", "1", "--max-copy", 3), "max_copy must be at least 6"),
        (("reroll", "--bars", "1", "--ranked"), "--ranked compares several takes"),
        (("reroll", "--bars", "1", "--key", "H"), "H"),
        (("insert", "--after", 99), "no bars 99 to 99"),
        (("insert", "--after", 1, "--bars", 65), "between 1 and 64"),
        (("insert", "--after", 1, "--max-copy", 1), "max_copy must be at least 6"),
        (("continue", "--bars", 1), "bars to add must lie between 2"),
        (("continue", "--max-copy", 2), "max_copy must be at least 6"),
        (("continue", "--beats", "guess"), "unknown beats 'guess': use estimate"),
        (("continue", "--takes", 2, "--seed", 2**63 - 1), "leaves no room for 2 takes"),
        (("harmonize", "--max-copy", 9), "is the tune's own"),
        (("harmonize", "--track", 4), "no notes in track 4"),
        (("recolor", "--emotion", "zeal"), "zeal"),
        (("inspect", "--encoding", "klingon"), "unknown encoding 'klingon'"),
        (("describe", "--encoding", "hex"), "unknown encoding 'hex'"),
        (("harmonize", "--encoding", "idna"), "unknown encoding"),
    ],
)
def test_wishes_that_cannot_be_met_are_one_line(
    run: Run, tmp_path: Path, words: tuple[object, ...], message: str
) -> None:
    data = rich().to_bytes()
    (tmp_path / "x.mid").write_bytes(data)
    command, *options = words
    assert message in run(command, "x.mid", *options).complaint
    assert untouched(tmp_path, "x.mid", data)


def test_a_tempo_of_nothing_is_no_tempo(run: Run, tmp_path: Path) -> None:
    document = Document(1, 480, rich().chunks)
    data = document.to_bytes().replace(b"\xff\x51\x03", b"\xff\x51\x03\0\0\0\x00\xff\x51\x03", 1)
    (tmp_path / "x.mid").write_bytes(data)
    for command, *words in (("inspect",), ("describe",), ("edit", "--tempo", "+10%")):
        assert run(command, "x.mid", *words).status in (0, 1)
    assert run("reroll", "x.mid", "--bars", 2, "--seed", 1).status == 0
