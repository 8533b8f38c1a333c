"""`melodymuse continue`: the same MIDI file with more bars, and everything a user can get wrong."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mido
import pytest

import melodymuse
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi
from tests.midi import files
from tests.test_extending import song

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def opening() -> bytes:
    """Four bars in 3/4, as bytes of a MIDI file."""
    from melodymuse.midi.writer import midi_bytes

    wishes = {"key": "G major", "bars": 4, "time_signature": "3/4", "tempo": 90, "ritardando": 0}
    return midi_bytes(melodymuse.compose("contentment", seed=1, **wishes).score)


@pytest.fixture
def mine(tmp_path: Path, opening: bytes) -> Path:
    path = tmp_path / "mine.mid"
    path.write_bytes(opening)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_bars_are_added_to_a_file(run: Run, tmp_path: Path, mine: Path) -> None:
    outcome = run("continue", "mine.mid", "--bars", 4, "--seed", 2, "-o", "longer.mid")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "longer.mid"
    assert "8 bars (4 added)" in outcome.out and "G major" in outcome.out
    assert names(tmp_path) == {"mine.mid", "longer.mid"}
    before, after = read_midi(mine), read_midi(tmp_path / "longer.mid")
    assert after.bars == 8 and after.key == before.key
    assert tuple(n for n in after.notes if n.onset < before.end) == before.notes
    assert len(after.notes) > len(before.notes)
    assert broken_conventions((tmp_path / "longer.mid").read_bytes()) == ()
    markers = [
        m.text for m in mido.MidiFile(tmp_path / "longer.mid").tracks[0] if m.type == "marker"
    ]
    assert markers[-1] == "continued"


def test_json_tells_the_truth(run: Run, tmp_path: Path, mine: Path) -> None:
    facts = json.loads(run("continue", "mine.mid", "--bars", 2, "--seed", 5, "--json").out)
    longer = mido.MidiFile(tmp_path / facts["midi"])
    onsets = [m for track in longer.tracks for m in track if m.type == "note_on" and m.velocity]
    assert facts["midi"] == "mine-continued.mid" and facts["source"] == "mine.mid"
    assert (facts["bars"], facts["added_bars"], facts["seed"]) == (6, 2, 5)
    assert (facts["key"], facts["tempo"], facts["time_signature"]) == ("G major", 90, "3/4")
    assert facts["notes"] == len(onsets)
    assert facts["added_notes"] == len(onsets) - len(read_midi(mine).notes)
    assert facts["seconds"] == pytest.approx(longer.length, abs=0.01)
    assert facts["seconds"] == pytest.approx(6 * 3 * 60 / 90)


def test_same_seed_same_bytes(run: Run, tmp_path: Path, mine: Path) -> None:
    for name, seed in (("a.mid", 1), ("b.mid", 1), ("c.mid", 2)):
        run("continue", mine, "--bars", 2, "--seed", seed, "-o", name)
    first, again, other = ((tmp_path / name).read_bytes() for name in ("a.mid", "b.mid", "c.mid"))
    assert first == again != other


def test_the_seed_drawn_is_told(run: Run, tmp_path: Path, mine: Path) -> None:
    facts = json.loads(run("continue", mine, "--bars", 2, "-o", "a.mid", "--json").out)
    run("continue", mine, "--bars", 2, "-o", "b.mid", "--seed", facts["seed"])
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_a_name_of_its_own_never_overwrites(run: Run, tmp_path: Path, mine: Path) -> None:
    for _ in range(2):
        assert run("continue", mine, "--bars", 2).status == 0
    assert run("continue", mine, "--bars", 2, "-o", "new/").status == 0
    assert names(tmp_path) == {"mine.mid", "mine-continued.mid", "mine-continued-2.mid", "new"}
    assert names(tmp_path / "new") == {"mine-continued.mid"}


def test_a_file_that_exists_is_kept_unless_forced(run: Run, tmp_path: Path, mine: Path) -> None:
    (tmp_path / "there.mid").write_text("precious")
    words = ("continue", mine, "--bars", 2, "-o", "there.mid")
    assert "--force" in run(*words).complaint
    assert (tmp_path / "there.mid").read_text() == "precious"
    assert run(*words, "--force").status == 0
    assert read_midi(tmp_path / "there.mid").bars == 6


def test_chords_on_a_track_of_their_own(run: Run, tmp_path: Path, mine: Path) -> None:
    assert run("continue", mine, "--bars", 2, "-o", "x.mid", "--chord-track").status == 0
    assert read_midi(tmp_path / "x.mid").chords


def test_a_continued_piece_goes_where_a_composed_one_does(
    run: Run, tmp_path: Path, mine: Path
) -> None:
    beside = ("--score", "x.musicxml", "--roll", "x.png", "--audio", "x.wav")
    outcome = run("continue", mine, "--bars", 2, "--seed", 1, "-o", "x.mid", *beside, "--json")
    facts = json.loads(outcome.out)
    longer = read_midi(tmp_path / "x.mid")
    assert (tmp_path / facts["score"]).read_bytes().count(b"<measure ") == longer.bars
    assert (tmp_path / facts["roll"]).read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / facts["audio"]).read_bytes().startswith(b"RIFF")
    assert facts["composed_chords"][-1]["bar"] == facts["bars"] == 6
    assert names(tmp_path) == {"mine.mid", "x.mid", "x.musicxml", "x.png", "x.wav"}


def test_another_format_may_stand_in_place_of_midi(run: Run, tmp_path: Path, mine: Path) -> None:
    outcome = run("continue", mine, "--bars", 2, "--seed", 1, "-o", "x.pdf")
    assert outcome.out.splitlines()[0] == "x.pdf"
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert names(tmp_path) == {"mine.mid", "x.pdf"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--bars", 1), "bars to add must lie between 2 and 256, not 1"),
        (("--bars", 10**9), "bars to add must lie between"),
        (("--bars", "some"), "--bars"),
        (("--seed", -1), "seed must lie between"),
        (("--temperature", 0), "temperature must lie between"),
        (("-o", "x.doc"), "must end in .mid"),
        (("--roll", "x.png", "--theme", "sepia"), "unknown theme 'sepia'"),
        (("--soundfont", "x.sf2"), "name one with --audio"),
        (("-o", "no/such/x.mid"), "no folder 'no/such'"),
        (("-o", ""), "-o is empty"),
    ],
)
def test_bad_wishes_end_with_one_line_and_no_file(
    run: Run, tmp_path: Path, mine: Path, words: tuple[object, ...], message: str
) -> None:
    outcome = run("continue", mine, *words)
    assert message in outcome.complaint and outcome.out == ""
    assert names(tmp_path) == {"mine.mid"}


@pytest.mark.parametrize(
    "content", [None, b"", b"no MIDI", b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0"]
)
def test_bad_files_end_with_one_line_and_no_file(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "bad.mid").write_bytes(content)
    before = names(tmp_path)
    assert "bad.mid" in run("continue", "bad.mid", "--bars", 2).complaint
    assert names(tmp_path) == before


def test_a_metre_that_is_not_known_is_refused(run: Run, tmp_path: Path, mine: Path) -> None:
    song = mido.MidiFile(mine)
    for message in song.tracks[0]:
        if message.type == "time_signature":
            message.numerator = 5
    song.save(tmp_path / "five.mid")
    assert "no bars can be written in 5/4" in run("continue", "five.mid").complaint
    assert names(tmp_path) == {"mine.mid", "five.mid"}


def test_a_file_is_needed(run: Run) -> None:
    assert "FILE.mid" in run("continue").complaint


def test_takes_are_seeds_in_a_row(run: Run, tmp_path: Path, mine: Path) -> None:
    outcome = run("continue", mine, "--bars", 2, "--seed", 3, "--takes", 2, "-o", "a.mid", "--json")
    assert [json.loads(line)["seed"] for line in outcome.out.splitlines()] == [3, 4]
    run("continue", mine, "--bars", 2, "--seed", 4, "-o", "b.mid")
    assert (tmp_path / "a-take-2.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_a_key_is_taken_and_an_end_left_open(run: Run, tmp_path: Path, mine: Path) -> None:
    words = ("continue", mine, "--bars", 4, "--seed", 2)
    facts = json.loads(run(*words, "--key", "E minor", "-o", "a.mid", "--json").out)
    assert facts["key"] == "E minor" and facts["composed_chords"][-1]["symbol"] == "Em"
    closed = json.loads(run(*words, "-o", "b.mid", "--json").out)["composed_chords"]
    still_open = json.loads(run(*words, "--no-close", "-o", "c.mid", "--json").out)
    assert closed[-1]["symbol"] == "G" and still_open["composed_chords"] != closed
    assert (still_open["bars"], still_open["added_bars"]) == (8, 4)


def test_a_pipe_goes_in_and_out(
    run: Run, tmp_path: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("continue", "mine.mid", "--bars", 2, "--seed", 1, "-o", "x.mid")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mine.read_bytes())))
    out = SimpleNamespace(buffer=written, flush=lambda: None, isatty=lambda: False)
    monkeypatch.setattr(sys, "stdout", out)
    assert run("continue", "-", "--bars", 2, "--seed", 1).status == 0
    assert written.getvalue() == (tmp_path / "x.mid").read_bytes()


def test_faults_and_free_playing_are_told_in_a_line_each(run: Run, tmp_path: Path) -> None:
    ticks = [round(401.7 * index + 37 * (index % 7)) for index in range(64)]
    (tmp_path / "free.mid").write_bytes(song(ticks=ticks).to_bytes())
    outcome = run("continue", "free.mid", "--bars", 2, "--seed", 1)
    assert outcome.status == 0
    assert outcome.err.count("\n") == 1 and "played freely" in outcome.err
    (tmp_path / "cut.mid").write_bytes(song().to_bytes()[:-30])
    outcome = run("continue", "cut.mid", "--bars", 2, "--seed", 1)
    assert outcome.status == 0
    assert outcome.err.count("\n") == 1 and "cut off" in outcome.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--takes", 0), "takes must be at least 1"),
        (("--takes", 2, "-o", "-"), "standard output takes one"),
        (("-o", "-", "--json"), "standard output takes one"),
        (("--hands", "1;2"), "write the right hand's track"),
        (("--hands", "1,9"), "no notes in track 9"),
        (("--track", 0), "no notes in track 0: those with notes are 1, 2"),
        (("--pickup", 3), "no part of a bar of 3/4"),
        (("--pickup", 0), "pickup must be a length"),
        (("--key", "X"), "unknown key"),
    ],
)
def test_what_is_said_of_the_file_must_fit_it(
    run: Run, tmp_path: Path, mine: Path, words: tuple[object, ...], message: str
) -> None:
    outcome = run("continue", mine, *words)
    assert message in outcome.complaint and outcome.out == ""
    assert names(tmp_path) == {"mine.mid"}


@pytest.mark.parametrize("command", [("continue",), ("reroll", "--bars", "1"),
                                     ("edit", "--transpose", "1"), ("inspect",)])  # fmt: skip
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (files.header(1, kind=2) + files.track(), "format 2"),
        (files.header(1, division=0) + files.track(), "no ticks per quarter"),
        (files.header(0), "holds no track"),
        (files.header(1) + files.track(bytes(16 * 2**20)), "larger than 16 MiB"),
        # A note that lasts as long as the format can say, at a bar of one tick.
        (files.header(1, division=1) + files.track(b"\x00\x90\x3c\x50\xff\xff\xff\x7f\x80\x3c\x00"),
         "more than 10000 bars"),
    ],
)  # fmt: skip
def test_what_no_command_can_take_is_refused_in_one_line(
    run: Run, tmp_path: Path, data: bytes, message: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "bad.mid").write_bytes(data)
    if command[0] == "edit" and "bars" in message:
        return
    name, *words = command
    assert message in run(name, "bad.mid", *words).complaint
    assert names(tmp_path) == {"bad.mid"}
    assert (tmp_path / "bad.mid").read_bytes() == data


def test_a_tempo_of_nothing_is_no_tempo(run: Run, tmp_path: Path) -> None:
    nothing = b"\x00\xff\x51\x03\x00\x00\x00"
    (tmp_path / "x.mid").write_bytes(files.header(2) + files.track(nothing) + files.track())
    facts = json.loads(run("continue", "x.mid", "--bars", 2, "--seed", 1, "--json").out)
    assert facts["tempo"] == 120


def test_drums_alone_are_no_piece(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.mid").write_bytes(
        files.header(1) + files.track(b"\x00\x99\x24\x64\x83\x60\x89\x24\x00")
    )
    assert "no note to go on from" in run("continue", "x.mid").complaint
    assert names(tmp_path) == {"x.mid"}
