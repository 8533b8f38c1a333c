"""`melodymuse inspect` on our own files, foreign ones and damaged ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mido
import pytest

import melodymuse
from tests.midi import files

Run = Callable[..., Any]


@pytest.fixture
def ours(run: Run, tmp_path: Path) -> Path:
    """A file as this program writes it."""
    path = tmp_path / "ours.mid"
    words = ("--key", "Bb major", "--metre", "4/4", "--bars", 4, "--seed", 1)
    run("compose", "--emotion", "awe", *words, "-o", path)
    return path


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A file as many a tool writes it: one track, odd resolution, no key, a hanging note."""
    file = mido.MidiFile(type=0, ticks_per_beat=96)
    track = mido.MidiTrack()
    file.tracks.append(track)
    for pitch in (60, 64, 67):
        track.append(mido.Message("note_on", note=pitch, velocity=64, time=17))
    track.append(mido.Message("note_off", note=60, time=400))
    path = tmp_path / "foreign.mid"
    file.save(path)
    return path


def test_our_own_file_breaks_nothing(run: Run, ours: Path) -> None:
    outcome = run("inspect", ours)
    assert (outcome.status, outcome.err) == (0, "")
    for fact in ("480 ticks a quarter", "4 bars of", "Bb major", "Piano RH", "all kept"):
        assert fact in outcome.out
    facts = json.loads(run("inspect", ours, "--json").out)
    assert facts["breaches"] == []
    assert (facts["key"], facts["bars"], facts["time_signature"]) == ("Bb major", 4, "4/4")


def test_a_faulty_file_gives_status_1_and_the_reasons(run: Run, foreign: Path) -> None:
    outcome = run("inspect", foreign)
    assert (outcome.status, outcome.err) == (1, "")
    assert "\n  fault" in outcome.out and "2 notes never let go, first E4" in outcome.out
    assert outcome.out.count("\n  style") >= 3
    facts = json.loads(run("inspect", foreign, "--json").out)
    assert facts["notes"] == 3
    assert len(facts["faults"]) == outcome.out.count("\n  fault") == 1
    told = outcome.out.count("\n  style") + outcome.out.count("\n  fault")
    assert len(facts["breaches"]) == told
    assert set(facts["breaches"][0]) == {"convention", "message"}


def test_another_house_has_another_style(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.mid").write_bytes(files.header(1) + files.track())
    outcome = run("inspect", "x.mid")
    assert outcome.status == 0
    assert "\n  style" in outcome.out and "fault" not in outcome.out
    assert json.loads(run("inspect", "x.mid", "--json").out)["faults"] == []


def test_damage_is_a_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.mid").write_bytes((files.header(1) + files.track())[:-6])
    outcome = run("inspect", "x.mid")
    assert outcome.status == 1
    assert "cut off" in outcome.out


def test_metres_pickup_and_the_key_that_is_heard(run: Run, tmp_path: Path) -> None:
    metres = (
        b"\x00\xff\x58\x04\x01\x02\x18\x08\x00\xff\x59\x02\x00\x00"
        b"\x83\x60\xff\x58\x04\x04\x02\x18\x08"
        b"\x9e\x00\xff\x58\x04\x03\x02\x18\x08"
    )
    minor = (57, 60, 64, 68, 69, 71, 69, 68, 69, 64, 60, 57, 56, 57)
    notes = b"".join(bytes([0, 0x90, p, 80, 0x83, 0x60, 0x80, p, 0]) for p in minor)
    (tmp_path / "x.mid").write_bytes(files.header(2) + files.track(metres) + files.track(notes))
    out = run("inspect", "x.mid").out
    assert "4 bars of 4/4, 3/4 from bar 3 after a pickup of 1 quarters" in out
    assert "C major, sounds like A minor" in out
    facts = json.loads(run("inspect", "x.mid", "--json").out)
    assert facts["metres"] == [[0, "1/4"], [1, "4/4"], [3, "3/4"]]
    assert (facts["bars"], facts["pickup"]) == (4, 1.0)


def test_control_characters_are_shown_and_not_obeyed(run: Run, tmp_path: Path) -> None:
    name = b"\x00\xff\x03\x06\x1b[31m!"
    (tmp_path / "x.mid").write_bytes(files.header(1) + files.track(name))
    out = run("inspect", "x.mid").out
    assert "\x1b" not in out and "\\x1b[31m!" in out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.mid", None),
        ("empty.mid", b""),
        ("text.mid", b"This is no MIDI file.\n"),
        ("cut.mid", b"MThd\x00\x00\x00\x06\x00\x01\x00\x02\x01\xe0MTrk\x00\x00"),
        ("header.mid", b"MThd"),
    ],
)
def test_damaged_files_are_named_in_one_line(
    run: Run, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    outcome = run("inspect", name)
    assert name in outcome.complaint
    assert outcome.out == ""


def test_several_files_give_the_gravest_status(run: Run, ours: Path, foreign: Path) -> None:
    assert run("inspect", ours, foreign).status == 1
    outcome = run("inspect", "missing.mid", foreign, ours, "--json")
    assert outcome.status == 2
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err.count("\n") == 1


def test_a_folder_is_no_midi_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.mid").mkdir()
    assert "folder.mid" in run("inspect", "folder.mid").complaint


def test_what_a_file_shares_with_the_training_music_is_told(run: Run, ours: Path) -> None:
    facts = json.loads(run("inspect", ours, "--json").out)
    piece = melodymuse.compose("awe", key="Bb major", time_signature="4/4", bars=4, seed=1)
    assert piece.originality is not None
    assert facts["originality"] == piece.originality.as_dict()
    assert "stand in the training music" in run("inspect", ours).out
