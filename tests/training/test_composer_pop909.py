"""Reading POP909-CL with its structure annotations, on songs written in both layouts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mido
import pytest

from melodymuse.errors import MelodyMuseError, MidiError
from melodymuse.midi.chord_track import name_chord
from melodymuse.music.grid import GridChord
from melodymuse.music.score import Hand
from tests.training.pop909_set import write_set, write_song, write_structure
from training.composer.chord_track import PlacedChord, chords_at_beats, off_grid
from training.composer.phrases import PhraseMark, song_folder
from training.composer.pop909 import read_pop909, read_song
from training.composer.song import Song

# A beat, two, three, a bar and a beat; half a beat; a twelfth of a quarter more or less.
LATE = (12, 24, 36, 60, 6, 18, 1, 47)


def read(tmp_path: Path, *, late: int = 0, metre: int = 4, key: str = "D") -> Song:
    path = write_song(tmp_path / f"{late}" / "1.mid", key=key, metre=metre, late=late)
    marks = write_structure(tmp_path / f"{late}" / "1", key=key, metre=metre)
    song = read_song(path, marks)
    assert song is not None
    return song


@pytest.mark.parametrize(
    ("pitches", "named"),
    [
        ((60, 64, 67), (0, "major")),
        ((64, 67, 72), (0, "major")),  # first inversion
        ((57, 60, 64, 67), (9, "minor-seventh")),
        ((62, 67, 69), (2, "suspended-fourth")),
        ((71, 74, 77), (11, "diminished")),
        ((60, 61, 62), None),
    ],
)
def test_chords_are_named_from_their_notes(
    pitches: tuple[int, ...], named: tuple[int, str] | None
) -> None:
    assert name_chord(pitches) == named


def test_a_chord_belongs_to_the_beat_where_most_chords_change() -> None:
    chords = [PlacedChord(onset, 0, "major") for onset in (7, 19, 30, 43)]
    assert off_grid(chords) == 7


def test_the_chord_of_a_beat_may_come_a_little_late() -> None:
    early, late = PlacedChord(12, 0, "major"), PlacedChord(27, 7, "major")
    assert chords_at_beats([early, late], 0, 12, 4) == [None, early, late, late]


def test_a_song_is_moved_to_c_and_split_into_hands(tmp_path: Path) -> None:
    song = read(tmp_path)
    assert song.name == "pop909/1" and song.style == "pop" and song.metre == "4/4"
    assert len(song.notes) == len(song.chords) == len(song.marks) == 8
    assert song.mode == ("major",) * 8 and song.tempo == 92
    assert song.chords[0] == (GridChord(0, 0, "major"),)
    assert song.chords[2] == (GridChord(0, 7, "major"),)
    left = [note for note in song.notes[0] if note.hand is Hand.LEFT]
    assert [note.pitch for note in left] == [36, 43, 48, 43]
    assert [note.velocity for note in left] == [60, 64, 68, 72]


@pytest.mark.parametrize("late", LATE)
def test_music_beside_its_bar_lines_is_put_right(tmp_path: Path, late: int) -> None:
    assert read(tmp_path, late=late) == read(tmp_path)


@pytest.mark.parametrize("late", [0, 12, 30])
def test_a_song_in_three_four_is_put_right_too(tmp_path: Path, late: int) -> None:
    song = read(tmp_path, metre=3, key="Am", late=late)
    assert song.metre == "3/4" and song.mode == ("minor",) * 8
    assert [chords[0] for chords in song.chords[:3]] == [
        GridChord(0, 0, "minor"),
        GridChord(0, 5, "minor"),
        GridChord(0, 7, "minor"),
    ]
    assert max(note.position for bar in song.notes for note in bar) < 36


def test_phrases_stand_where_people_marked_them(tmp_path: Path) -> None:
    begins, inside, ends = (True, False), (False, False), (False, True)
    sung = [PhraseMark(*place, "A") for place in (begins, inside, inside, ends)]
    played = [replace(mark, letter="o") for mark in sung]
    song = read(tmp_path, late=24)
    assert list(song.marks) == sung + played
    assert song.place(3).phrase_ends and song.place(4).phrase_begins
    assert song.place(0).melodic and not song.place(7).melodic


def test_what_nobody_marked_is_unknown(tmp_path: Path) -> None:
    path = write_song(tmp_path / "1.mid", bars=12)
    song = read_song(path, write_structure(tmp_path / "1", bars=8))
    assert song is not None
    assert song.marks[7] is not None and song.marks[8:] == (None,) * 4
    assert song.place(9).melodic is None


@pytest.mark.parametrize("late", [0, 7, 12])
def test_a_note_before_the_first_bar_line_has_a_bar_of_its_own(tmp_path: Path, late: int) -> None:
    """The first note to begin is the last to end, so it is not the first that a file finishes."""
    path = write_song(tmp_path / "1.mid", late=late + 48)
    midi = mido.MidiFile(path)
    held = mido.MidiTrack([mido.Message("note_on", note=50, velocity=70, time=(late + 36) * 40)])
    held.append(mido.Message("note_off", note=50, time=400 * 40))
    merged = mido.merge_tracks([midi.tracks[1], held])
    merged.insert(0, mido.MetaMessage("track_name", name="piano"))
    midi.tracks[1] = mido.MidiTrack(m for m in merged if m.type != "end_of_track")
    midi.save(path)
    song = read_song(path, write_structure(tmp_path / "1"))
    assert song is not None and len(song.notes) == 9
    assert [(note.position, note.pitch) for note in song.notes[0]] == [(36, 48)]
    assert song.chords[0] == () and song.chords[1] == (GridChord(0, 0, "major"),)
    assert song.marks[0] is None and song.marks[1] == PhraseMark(True, False, "A")


def test_songs_in_other_metres_are_left_out(tmp_path: Path) -> None:
    path = write_song(tmp_path / "1.mid", metre=5)
    assert read_song(path, write_structure(tmp_path / "1", metre=5)) is None


def test_songs_without_marks_or_with_those_of_another_song_are_left_out(tmp_path: Path) -> None:
    path = write_song(tmp_path / "1.mid", key="D")
    assert read_song(path, None) is None
    assert read_song(path, write_structure(tmp_path / "other", key="Gb")) is None
    (tmp_path / "empty").mkdir()
    assert read_song(path, tmp_path / "empty") is None


def test_the_set_is_read_in_order_but_for_songs_known_to_be_bad(tmp_path: Path) -> None:
    data = write_set(tmp_path, songs=3)
    write_song(data / "pop909_cl" / "midi" / "518.mid")
    write_structure(data / "pop909_structure" / "518")
    songs = read_pop909(data / "pop909_cl", data / "pop909_structure")
    assert [song.name for song in songs] == ["pop909/001", "pop909/002", "pop909/003"]


def test_some_folders_of_the_annotations_end_in_a_blank(tmp_path: Path) -> None:
    write_structure(tmp_path / "007 ")
    assert song_folder(tmp_path, "007") == tmp_path / "007 "
    assert song_folder(tmp_path, "008") is None
    song = read_song(write_song(tmp_path / "007.mid"), song_folder(tmp_path, "007"))
    assert song is not None and song.tempo == 92


def test_an_empty_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match="no POP909-CL"):
        list(read_pop909(tmp_path, tmp_path))


def test_damaged_files_are_named(tmp_path: Path) -> None:
    path, marks = write_song(tmp_path / "1.mid"), write_structure(tmp_path / "1")
    (marks / "finalized_chord.txt").write_text("\nD:maj [2, 6, 9] 2 four\n")
    with pytest.raises(MelodyMuseError, match=r"finalized_chord.txt: 'four' should be a number"):
        read_song(path, marks)
    (tmp_path / "2.mid").write_bytes(path.read_bytes()[:200])
    with pytest.raises(MidiError, match=r"2.mid': the file is cut off"):
        read_song(tmp_path / "2.mid", None)
