"""`melodymuse edit`: what each option does to a file, and everything a user can get wrong."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from melodymuse.midi import edits
from melodymuse.midi.document import Document
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote, load_document, paired_events
from melodymuse.midi.view import bars_of, piano_of
from tests.midi.files import chunk, header, track
from tests.midi.test_beats import played, rubato

Run = Callable[..., Any]

_METRE_TEMPO = b"\x00\xff\x58\x04\x04\x02\x18\x08\x00\xff\x51\x03\x07\xa1\x20"
_DRUMS = b"\x00\x99\x24\x64\x83\x60\x89\x24\x00"


def _bars(count: int) -> bytes:
    """A note on every quarter, in a piano's track with pedal, sysex and an expression."""
    begin = b"\x00\xc0\x00\x00\xb0\x40\x7f\x00\xb0\x0b\x50\x00\xf0\x03\x7e\x7f\xf7"
    notes = (bytes([0, 0x90, 60 + i % 12, 50 + i % 20, 0x83, 0x10, 0x80, 60 + i % 12, 0, 0x50])
             for i in range(4 * count))  # fmt: skip
    quarters = b"".join(note[:-1] + b"\x50\xff\x01\x00" for note in notes)
    return begin + quarters


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Four bars of piano, with drums and a chunk that nobody knows."""
    path = tmp_path / "song.mid"
    path.write_bytes(
        header(3) + track(_METRE_TEMPO) + chunk(b"XFIH", b"\x01") + track(_bars(4)) + track(_DRUMS)
    )
    return path


def notes(path: Path) -> list[RawNote]:
    return paired_events(load_document(path).tracks[1].events)


def others(document: Document) -> list[Event]:
    return [e for e in document.tracks[1].events if e.data[0] & 0xF0 not in (0x80, 0x90)]


def test_it_says_what_it_changed_and_leaves_the_rest(run: Run, tmp_path: Path, song: Path) -> None:
    whole = song.read_bytes()
    outcome = run("edit", "song.mid", "--transpose", -3, "--tempo", "+50%")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "song-edited.mid"
    assert "transposed by -3" in outcome.out and "tempo x 1.5" in outcome.out
    assert song.read_bytes() == whole
    edited = tmp_path / "song-edited.mid"
    assert [n.pitch + 3 for n in notes(edited)] == [n.pitch for n in notes(song)]
    before, after = load_document(song), load_document(edited)
    assert edits.first_tempo(after) == pytest.approx(180, abs=1e-3)
    assert others(before) == others(after)
    assert before.tracks[2] == after.tracks[2] and before.chunks[1] == after.chunks[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--tempo", "90"), lambda d: edits.first_tempo(d) == pytest.approx(90, abs=1e-3)),
        (("--tempo", "x.5"), None),
        (("--velocity", "80"), lambda d: abs(_mean_velocity(d) - 80) < 0.6),
        (("--velocity", "x0.5"), lambda d: _mean_velocity(d) < 32),
        (("--trim", "2-3"), lambda d: bars_of(d).count == 2),
        (("--trim", "4"), lambda d: bars_of(d).count == 1),
        (("--loop", "3"), lambda d: bars_of(d).count == 12),
        (("--trim", "2-3", "--loop", "2"), lambda d: bars_of(d).count == 4),
        (("--program", "6"), lambda d: piano_of(d)[0].programs == (5,)),
        (("--pedal", "none"), lambda d: (0, b"\xb0\x40\x7f") not in others(d)),
        (("--swing", ".6"), lambda d: bars_of(d).count == 4),
        (("--quantize", "1/2"), lambda d: all(n.onset % 960 == 0 for n in _piano(d))),
        (("--quantize", "1/4t"), lambda d: all(n.onset % 320 == 0 for n in _piano(d))),
        (("--feel", "human"), lambda d: any(n.onset % 480 for n in _piano(d))),
    ],
)
def test_each_option_does_what_it_says(
    run: Run, tmp_path: Path, song: Path, words: tuple[str, ...], told: Any
) -> None:
    outcome = run("edit", "song.mid", *words, "-o", "x.mid")
    if told is None:
        assert "x.5" in outcome.complaint
        return
    assert (outcome.status, outcome.err) == (0, "")
    assert told(load_document(tmp_path / "x.mid"))


def _piano(document: Document) -> list[RawNote]:
    return paired_events(document.tracks[1].events)


def _mean_velocity(document: Document) -> float:
    played = _piano(document)
    return sum(note.velocity for note in played) / len(played)


def test_the_pedal_is_written_anew(run: Run, tmp_path: Path, song: Path) -> None:
    assert run("edit", "song.mid", "--pedal", "auto", "-o", "x.mid").status == 0
    before, after = load_document(song), load_document(tmp_path / "x.mid")
    moves = [(t, d[2]) for t, d in others(after) if d[:2] == b"\xb0\x40"]
    down, up = ([tick for tick, value in moves if value == v] for v in (127, 0))
    # Caught a little after each bar line, lifted on the next, and at the end.
    assert len(down) == len(up) == 4
    assert all(20 <= tick % 1920 <= 60 for tick in down)
    assert up == [1920, 3840, 5760, 7680]
    assert notes(tmp_path / "x.mid") == notes(song)
    left = [e for e in others(after) if e.data[:2] != b"\xb0\x40"][:-1]
    assert left == [e for e in others(before) if e.data[:2] != b"\xb0\x40"][:-1]
    assert after.tracks[2] == before.tracks[2]


def test_a_track_can_be_named(run: Run, tmp_path: Path, song: Path) -> None:
    run("edit", "song.mid", "--velocity", "20", "--track", 2, "-o", "x.mid")
    edited = load_document(tmp_path / "x.mid")
    assert edited.tracks[1] == load_document(song).tracks[1]
    assert [note.velocity for note in paired_events(edited.tracks[2].events)] == [20]


def test_json_tells_the_truth(run: Run, song: Path) -> None:
    facts = json.loads(run("edit", song, "--trim", "1-2", "--loop", 3, "--json").out)
    assert facts == {
        "midi": "song-edited.mid",
        "source": str(song),
        "changes": ["bars 1 to 2 kept", "3 times in a row"],
        "bars": 6,
    }


def test_a_pipe_goes_in_and_out(
    run: Run, tmp_path: Path, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("edit", "song.mid", "--transpose", 1, "-o", "x.mid")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(song.read_bytes())))
    out = SimpleNamespace(buffer=written, flush=lambda: None, isatty=lambda: False)
    monkeypatch.setattr(sys, "stdout", out)
    assert run("edit", "-", "--transpose", 1).status == 0
    assert written.getvalue() == (tmp_path / "x.mid").read_bytes()


def test_a_damaged_file_is_edited_with_a_word(run: Run, tmp_path: Path, song: Path) -> None:
    (tmp_path / "cut.mid").write_bytes(song.read_bytes()[:-30])
    outcome = run("edit", "cut.mid", "--transpose", 1)
    assert outcome.status == 0 and outcome.err.count("\n") == 1
    assert "cut off" in outcome.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing to change"),
        (("--tempo", "fast"), "write a number"),
        (("--tempo", "0"), "tempo must lie between"),
        (("--tempo", "-100%"), "nothing would be left"),
        (("--velocity", "128"), "velocity must lie between"),
        (("--transpose", "100"), "cannot move by 100"),
        (("--trim", "3-9"), "no bars 3 to 9: the piece has bars 1 to 4"),
        (("--trim", "3-2"), "no bars 3 to 2"),
        (("--trim", "all"), "as in 5-12"),
        (("--quantize", "1/5"), "write a note value"),
        (("--swing", "2"), "swing must lie between"),
        (("--swing", "nan"), "swing must lie between"),
        (("--feel", "drunk"), "unknown feel 'drunk'"),
        (("--pedal", "half"), "unknown pedal 'half'"),
        (("--program", "0"), "program must lie between 1 and 128"),
        (("--loop", "1"), "loop must lie between"),
        (("--velocity", "60", "--track", "7"), "no notes in track 7"),
        (("--transpose", "1", "-o", "x.pdf"), "must end in .mid"),
        (("--transpose", "1", "-o", "song.mid"), "--force"),
        (("--transpose", "1", "-o", "no/x.mid"), "no folder"),
        (("--transpose", "1", "-o", ""), "-o is empty"),
    ],
)
def test_bad_wishes_end_with_one_line_and_no_file(
    run: Run, tmp_path: Path, song: Path, words: tuple[str, ...], message: str
) -> None:
    whole = song.read_bytes()
    outcome = run("edit", "song.mid", *words)
    assert message in outcome.complaint and outcome.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]
    assert song.read_bytes() == whole


def test_the_users_file_is_overwritten_only_when_asked(run: Run, song: Path) -> None:
    before = notes(song)
    assert run("edit", song, "--transpose", 1, "-o", song, "--force").status == 0
    assert [n.pitch for n in notes(song)] == [n.pitch + 1 for n in before]


def test_bars_are_laid_on_the_beats_that_are_heard(run: Run, tmp_path: Path) -> None:
    _, struck = rubato(1)
    (tmp_path / "free.mid").write_bytes(played(struck).to_bytes())
    outcome = run("edit", "free.mid", "--beats", "estimate", "-o", "barred.mid")
    assert (outcome.status, outcome.err) == (0, "")
    assert "bars laid on the beats that are heard" in outcome.out
    assert 23 <= bars_of(load_document(tmp_path / "barred.mid")).count <= 26
    assert "use estimate" in run("edit", "free.mid", "--beats", "guess").complaint
