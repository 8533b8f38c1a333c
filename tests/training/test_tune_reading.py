"""Reading tunes to learn from, on songs that the test writes."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import METRES, GridChord
from melodymuse.music.theory import QUALITIES
from melodymuse.writing.tune.breathing import breaths
from melodymuse.writing.tune.notes import TuneNote
from tests.training.printed_set import PIANO, write_piece
from tests.training.tune_set import sung, write_lead_sheets, write_sung
from training.tune.chord_kinds import KINDS, quality_of
from training.tune.lead_sheets import read_lead_sheets
from training.tune.pop909 import read_pop909_tunes, read_tune
from training.tune.song import TuneSong, tune_bars, upbeat, without_long_rests
from training.tune.voices import read_voice

COMMON = METRES["4/4"]


def test_a_song_is_read_as_if_its_tonic_were_c(tmp_path: Path) -> None:
    song = read_tune(write_sung(tmp_path / "007 ", tonic=62))
    assert song is not None
    assert (song.name, song.style, song.metre) == ("pop909/007", "pop", "4/4")
    assert set(song.modes) == {"major"}
    assert song.chords[0] == (GridChord(0, 0, "major"),)
    assert song.chords[2] == (GridChord(0, 7, "major"),)
    expected = [pitch % 12 for pitch, _ in sung(16, 60) if pitch]
    assert [n.pitch % 12 for n in chain(*song.bars)] == expected
    assert [n.position for n in song.bars[0]] == [0, 12, 24, 36]
    assert song.bars[4] == song.bars[0]


def test_phrases_are_those_that_people_marked(tmp_path: Path) -> None:
    song = read_tune(write_sung(tmp_path / "001"))
    assert song is not None
    assert song.phrases[:5] == ((0, 3), (1, 2), (2, 1), (3, 0), (0, 3))


def test_waltzes_are_told_by_their_beats(tmp_path: Path) -> None:
    song = read_tune(write_sung(tmp_path / "001", quarters=3))
    assert song is not None
    assert song.metre == "3/4"


def test_each_phrase_takes_the_key_that_it_fits(tmp_path: Path) -> None:
    folder = write_sung(tmp_path / "001", tonic=60)
    later = write_sung(tmp_path / "002", tonic=63)
    for name in ("melody.txt", "finalized_chord.txt", "human_label1.txt"):
        (folder / name).write_text((folder / name).read_text() + (later / name).read_text())
    (folder / "analyzed_key.txt").write_text("C:maj\nEb:maj\n")
    song = read_tune(folder)
    assert song is not None
    assert song.chords[0] == song.chords[16] == (GridChord(0, 0, "major"),)
    assert [n[:2] for n in song.bars[16]] == [n[:2] for n in song.bars[0]]


def test_a_tune_that_lies_beside_its_chords_is_left_out(tmp_path: Path) -> None:
    folder = write_sung(tmp_path / "001")
    (folder / "melody.txt").write_text("0 8\n" + (folder / "melody.txt").read_text())
    assert read_tune(folder) is None


def test_a_folder_without_songs_is_said(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match="no POP909"):
        list(read_pop909_tunes(tmp_path))
    with pytest.raises(MelodyMuseError, match="no OpenEWLD"):
        list(read_lead_sheets(tmp_path))


@pytest.mark.parametrize("quarters", [0, 1])
def test_lead_sheets_are_read_with_their_upbeat(tmp_path: Path, quarters: int) -> None:
    songs = list(read_lead_sheets(write_lead_sheets(tmp_path, upbeat=quarters)))
    assert [song.name for song in songs] == ["openewld/song0", "openewld/song1"]
    song = songs[0]
    first = 1 if quarters else 0
    assert song.chords[first] == (GridChord(0, 0, "major"),)
    assert song.chords[first + 2] == (GridChord(0, 7, "dominant-seventh"),)
    assert [n.position for n in song.bars[first]] == [0, 12, 24, 36]
    if quarters:
        assert [n.position for n in song.bars[0]] == [36]


def test_the_voice_is_told_from_the_piano(tmp_path: Path) -> None:
    song = read_voice(write_piece(tmp_path / "lied.mid"))
    assert song is not None
    assert (song.name, song.style) == ("lieder/lied", "song")
    assert [len(bar) for bar in song.bars] == [2] * 16
    assert {n.pitch % 12 for n in chain(*song.bars)} <= {0, 4, 5, 7, 9, 11, 2}
    assert song.chords[0][0].root == 0
    assert read_voice(write_piece(tmp_path / "piano.mid", tracks=PIANO)) is None


def test_articulation_is_no_rest_and_the_line_has_one_voice() -> None:
    bars = tune_bars([(0, 9, 60), (0, 9, 72), (12, 30, 74), (24, 6, 76)], [0], 48)
    assert bars == ((TuneNote(0, 12, 72), TuneNote(12, 12, 74), TuneNote(24, 6, 76)),)


def test_tunes_lie_in_one_octave() -> None:
    low = tune_bars([(12 * i, 12, 48 + i) for i in range(4)], [0], 48)
    high = tune_bars([(12 * i, 12, 72 + i) for i in range(4)], [0], 48)
    assert low == high


def test_phrases_end_where_a_tune_breathes() -> None:
    moving = tuple(TuneNote(position, 12, 60) for position in (0, 12, 24, 36))
    resting = (TuneNote(0, 24, 60), TuneNote(42, 6, 62))
    found = breaths([moving, resting, moving, moving, (TuneNote(0, 48, 60),)], COMMON)
    assert found == ((0, 1), (1, 0), (0, 2), (1, 1), (2, 0))


@pytest.mark.parametrize(
    ("bar", "steps"),
    [
        ((TuneNote(0, 24, 60), TuneNote(42, 6, 62)), 6),
        ((TuneNote(0, 48, 60),), 0),
        ((TuneNote(36, 6, 60), TuneNote(42, 6, 62)), 12),
        ((), 0),
    ],
)
def test_upbeats_come_after_the_breath(bar: tuple[TuneNote, ...], steps: int) -> None:
    assert upbeat(bar, COMMON) == steps


def test_long_rests_are_cut_and_chords_go_on(tmp_path: Path) -> None:
    song = read_tune(write_sung(tmp_path / "001"))
    assert song is not None
    silent: TuneSong = replace(
        song,
        bars=(*song.bars[:4], *((),) * 9, *song.bars[4:7]),
        chords=(*song.chords[:4], (), *song.chords[4:12], *song.chords[13:]),
    )
    cut = without_long_rests(silent)
    assert cut is not None
    assert len(cut.bars) == 4 + 2 + 3
    assert cut.chords[4] == (GridChord(0, 0, "major"),)
    assert without_long_rests(replace(song, bars=((),) * 16)) is None


def test_every_kind_of_chord_has_a_quality() -> None:
    assert {quality_of(steps) for steps in KINDS.values()} <= set(QUALITIES)
    for name, steps in QUALITIES.items():
        assert quality_of(steps) == name
