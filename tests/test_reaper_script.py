"""The REAPER script, run by Lua against a stand-in for REAPER's interface."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from struct import pack

import mido
import pytest

from melodymuse.midi.file import load_document
from melodymuse.midi.view import bars_of

LUA = shutil.which("lua5.4") or shutil.which("lua")
pytestmark = pytest.mark.skipif(LUA is None, reason="lua is not installed")
API = Path(__file__).parent / "reaper_api.lua"
TICKS = 960
SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def packed(events: list[tuple[int, bytes]]) -> bytes:
    """Events, (ticks since the one before, bytes), as REAPER gives those of a take."""
    return b"".join(pack("<iBi", offset, 0, len(data)) + data for offset, data in events)


def item() -> bytes:
    """Eight bars of 3/4, a scale up and down over low notes, with a pedal, a text and an end."""
    events = [(0, b"\xff\x01by hand"), (0, b"\xb0\x40\x7f")]
    for beat in range(24):
        chord = (SCALE[beat % 8] if beat % 16 < 8 else SCALE[7 - beat % 8], 48)
        events += [(0, bytes((0x90, pitch, 70))) for pitch in chord]
        events.append((TICKS, bytes((0x80, chord[0], 0))))
        events.append((0, bytes((0x80, chord[1], 0))))
    return packed([*events, (0, b"\xb0\x40\x00"), (0, b"\xb0\x7b\x00")])


def act(repository: Path, folder: Path, answers: str, *, selected: bool = True) -> list[str]:
    """What the script does to the project, line by line."""
    command = f"{shlex.quote(sys.executable)} -m melodymuse"
    script = repository / "examples" / "reaper" / "melodymuse.lua"
    words = [str(LUA), str(API), str(script), str(folder), command, answers]
    if selected:
        (folder / "events.bin").write_bytes(item())
        words.append(str(folder / "events.bin"))
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_it_compiles(repository: Path) -> None:
    compiler = shutil.which("luac5.4") or shutil.which("luac")
    if compiler is None:
        pytest.skip("luac is not installed")
    script = repository / "examples" / "reaper" / "melodymuse.lua"
    subprocess.run([compiler, "-p", str(script)], check=True)


def test_an_item_is_continued_as_a_take_that_it_grows_with(
    repository: Path, tmp_path: Path
) -> None:
    lines = act(repository, tmp_path, "continue,4,7")
    path = tmp_path / "melodymuse-continue-1.mid"
    assert [line.split()[0] for line in lines] == ["run", "begin", "insert", "set", "end"]
    assert f"insert 3 {path}" in lines
    assert "set D_LENGTH 16.000" in lines
    assert not (tmp_path / "melodymuse-item-1.mid").exists()
    document = load_document(path)
    assert document.quarter == TICKS
    assert (bars_of(document).count, str(bars_of(document).bars[0].metre)) == (12, "3/4")
    [track] = mido.MidiFile(path).tracks
    given = [m for m in track if m.type == "note_on" and m.velocity == 70]
    assert [m.note for m in given[:4]] == [60, 48, 62, 48]
    assert next(m.text for m in track if m.type == "text") == "by hand"
    assert next(m.tempo for m in track if m.type == "set_tempo") == mido.bpm2tempo(90)


def test_bars_are_written_anew_as_a_take(repository: Path, tmp_path: Path) -> None:
    lines = act(repository, tmp_path, "reroll, 3-4 ,7")
    assert f"insert 3 {tmp_path / 'melodymuse-reroll-1.mid'}" in lines
    assert bars_of(load_document(tmp_path / "melodymuse-reroll-1.mid")).count == 8


@pytest.mark.parametrize(
    ("answers", "selected"), [("recolor,sadness,7", True), ("compose,awe,7", False)]
)
def test_a_new_piece_gets_tracks_of_its_own(
    repository: Path, tmp_path: Path, answers: str, selected: bool
) -> None:
    lines = act(repository, tmp_path, answers, selected=selected)
    path = tmp_path / f"melodymuse-{answers.split(',')[0]}-1.mid"
    assert f"insert 1 {path}" in lines
    assert {"Piano RH", "Piano LH"} <= {track.name for track in mido.MidiFile(path).tracks}


@pytest.mark.parametrize(
    ("answers", "selected", "said"),
    [
        ("sing,8,", True, "there is no 'sing': say continue, reroll, recolor or compose"),
        ("continue,8,", False, "continue needs a MIDI item: select one"),
        ("reroll,,", True, "reroll: Bars to write anew, as 5-8?"),
        ("reroll,90-95,1", True, "melodymuse: "),
        ("compose,joyy,1", False, "melodymuse: "),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_inserted(
    repository: Path, tmp_path: Path, answers: str, selected: bool, said: str
) -> None:
    lines = act(repository, tmp_path, answers, selected=selected)
    assert lines[-1].startswith(f"message {said}")
    assert not any(line.startswith("insert") for line in lines)
    assert list(tmp_path.glob("*.mid")) == []


def test_who_changes_their_mind_changes_nothing(repository: Path, tmp_path: Path) -> None:
    assert act(repository, tmp_path, "cancel") == []
