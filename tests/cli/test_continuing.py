"""`melodymuse continue`: the same MIDI file with more bars, and everything a user can get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mido
import pytest

import melodymuse
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi

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
