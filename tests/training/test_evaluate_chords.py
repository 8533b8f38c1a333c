"""The measures of chords and bar lines read off the notes, where both are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("keras", reason="evaluation needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

from melodymuse.music.grid import GridChord, GridNote
from melodymuse.music.score import Hand
from tests.training.pop909_set import write_set, write_song, write_structure
from training.composer.pop909 import read_song
from training.composer.song import Song
from training.evaluate.__main__ import main
from training.evaluate.chords import Agreement, agreement, downbeat_error


@pytest.fixture
def song(tmp_path: Path) -> Song:
    """Block chords I IV V I on each beat, twice."""
    read = read_song(write_song(tmp_path / "1.mid"), write_structure(tmp_path / "1"))
    assert read is not None
    roots = [(0, 5, 7, 0)[bar % 4] for bar in range(8)]
    return replace(read, notes=tuple(blocks(root) for root in roots))


def blocks(root: int) -> tuple[GridNote, ...]:
    bass = GridNote(0, Hand.LEFT, 36 + root, 48, 80)
    chord = [
        GridNote(position, Hand.RIGHT, 60 + root + step, 12, 80)
        for position in range(0, 48, 12)
        for step in (0, 4, 7)
    ]
    return (bass, *chord)


def test_what_the_experts_say_too_agrees(song: Song) -> None:
    assert agreement(song) == Agreement(beats=32, root=32, root_and_third=32, exact=32)


def test_agreement_is_counted_in_three_depths(song: Song) -> None:
    said = {
        0: GridChord(0, 0, "major"),  # as read
        1: GridChord(0, 5, "major-seventh"),  # its third, another quality
        2: GridChord(0, 7, "minor"),  # its root only
        3: GridChord(0, 9, "minor"),  # another root; and nothing new until the end
    }
    bars = tuple((said[bar],) if bar in said else () for bar in range(8))
    found = agreement(replace(song, chords=bars))
    assert found == Agreement(beats=32, root=12, root_and_third=8, exact=4)


def test_beats_before_the_experts_first_chord_do_not_count(song: Song) -> None:
    assert agreement(replace(song, chords=((), *song.chords[1:]))).beats == 28


@pytest.mark.parametrize("beats", range(4))
def test_a_bar_line_is_found_wherever_the_song_begins(song: Song, beats: int) -> None:
    assert downbeat_error(song, beats) == 0


def test_the_command_prints_and_keeps_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_set(tmp_path / "data", songs=6)
    words = ["chords", "--data", str(data), "--every", "2"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "out" / "chords.json").read_text())
    assert printed["songs"] == 3 and printed["beats"] == 96
    # Its tunes have notes beside the chords.
    assert 0.5 < printed["exact"] <= printed["root_and_third"] <= printed["root"] < 1
    assert set(printed["downbeats"]) == {"in_place", "moved"}
    assert printed["downbeats"]["in_place"] == {"right": 1.0, "unclear": 0.0}
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out) == printed


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--data", "nowhere"], "no POP909-CL in nowhere"),
        (["--data", "nowhere", "--every", "0"], "cannot take one song in 0"),
    ],
)
def test_bad_input_is_one_line(
    words: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chords", *words]) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"training.evaluate: {error}") and line.count("\n") == 1


def test_songs_without_marks_are_not_usable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_song(tmp_path / "pop909_cl" / "midi" / "001.mid")
    assert main(["chords", "--data", str(tmp_path)]) == 2
    assert "no usable song" in capsys.readouterr().err
