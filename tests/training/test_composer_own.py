"""Music of one's own as training music."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GridChord
from melodymuse.music.score import ChordSymbol, Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from training.composer.corpus import prepare
from training.composer.own import as_song, read_own

BAR = 1440


def waltz(bars: int = 8, chords: tuple[ChordSymbol, ...] = ()) -> Score:
    """Bass and two chords a bar under one long note, D major, I and V7 in turn."""
    notes = []
    for bar in range(bars):
        bass, upper, tune = (50, (54, 57), 78) if bar % 2 == 0 else (45, (55, 61), 76)
        notes.append(Note(bar * BAR, BAR, bass, 70, Hand.LEFT))
        for beat in (1, 2):
            for pitch in upper:
                notes.append(Note(bar * BAR + beat * 480, 480, pitch, 60, Hand.LEFT))
        notes.append(Note(bar * BAR, BAR, tune, 80, Hand.RIGHT))
    return Score(
        notes=tuple(sorted(notes)),
        time_signature=TimeSignature(3, 4),
        key=Key("D", "major"),
        bars=bars,
        tempos=(TempoMark(0, 150.0),),
        chords=chords,
    )


def test_a_file_becomes_a_song(tmp_path: Path) -> None:
    waltz().write(tmp_path / "deep.mid")
    (song,) = read_own(tmp_path)
    assert (song.name, song.style, song.metre, song.tempo) == ("own/deep", None, "3/4", 150.0)
    assert song.mode == ("major",) * 8
    assert [len(bar) for bar in song.notes] == [6] * 8
    first = song.notes[0][0]
    assert (first.position, first.hand, first.pitch, first.duration) == (0, Hand.LEFT, 48, 36)
    assert first.velocity == 70


def test_chords_are_read_off_the_notes(tmp_path: Path) -> None:
    song = as_song("own/waltz", waltz())
    assert [chord.root for bar in song.chords for chord in bar] == [0, 7] * 4


def test_named_chords_are_taken(tmp_path: Path) -> None:
    song = as_song("own/waltz", waltz(2, (ChordSymbol(0, 2 * BAR, 7, "minor"),)))
    assert song.chords == ((GridChord(0, 5, "minor"),), ())


def test_a_metre_that_nobody_knows_is_left_out(tmp_path: Path) -> None:
    score = waltz(5)
    five = Score(
        notes=score.notes,
        time_signature=TimeSignature(5, 4),
        key=score.key,
        bars=3,
        tempos=score.tempos,
    )
    five.write(tmp_path / "five.mid")
    assert list(read_own(tmp_path)) == []


def test_the_corpus_takes_own_music_alone(tmp_path: Path) -> None:
    (tmp_path / "data" / "own").mkdir(parents=True)
    waltz().write(tmp_path / "data" / "own" / "waltz.mid")
    (song,) = prepare(tmp_path / "data", tmp_path)
    assert song.name == "own/waltz"
    assert song.metre.name == "3/4"


def test_no_music_at_all_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match=r"no music in .*own"):
        prepare(tmp_path, tmp_path)
