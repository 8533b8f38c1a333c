from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melodymuse.composition.recall import NOTHING, SAME
from melodymuse.composition.vocabulary import (
    BAR_EVENT,
    FIRST_LEFT,
    Event,
    GridChord,
    GridNote,
    decode_bar,
)
from melodymuse.errors import MelodyMuseError
from melodymuse.score.model import Hand
from tests.training.pop909_set import write_set, write_song
from training.composer.corpus import encode_song, load_corpus, save_corpus, split_songs
from training.composer.pop909 import name_chord, read_pop909, read_song
from training.composer.song import end_before_repeats, make_playable


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


def test_a_song_is_moved_to_c_and_split_into_hands(tmp_path: Path) -> None:
    write_song(tmp_path / "1.mid", key="D")
    song = read_song(tmp_path / "1.mid", 92.0)
    assert song is not None
    assert len(song.notes) == len(song.chords) == 8
    assert song.mode == ("major",) * 8 and song.tempo == 92.0
    assert song.chords[0] == (GridChord(0, 0, "major"),)
    assert song.chords[2] == (GridChord(0, 7, "major"),)
    left = [note for note in song.notes[0] if note.hand is Hand.LEFT]
    assert [note.pitch for note in left] == [36, 43, 48, 43]
    assert [note.velocity for note in left] == [60, 64, 68, 72]


def test_songs_in_other_metres_are_left_out(tmp_path: Path) -> None:
    write_song(tmp_path / "1.mid", metre=3)
    assert read_song(tmp_path / "1.mid", None) is None


def test_an_empty_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MelodyMuseError, match="no POP909-CL"):
        list(read_pop909(tmp_path, None))


def test_what_two_hands_cannot_strike_is_thinned_to_the_outer_voices() -> None:
    wide = [GridNote(0, Hand.RIGHT, pitch, 12, 80) for pitch in (55, 60, 64, 67, 72, 76)]
    assert [note.pitch for note in make_playable(wide)] == [60, 64, 67, 72, 76]
    low = [GridNote(0, Hand.LEFT, pitch, 12, 80) for pitch in (36, 48, 55)]
    assert [note.pitch for note in make_playable(low)] == [36, 48]


def test_a_repeated_pitch_ends_the_one_before() -> None:
    long, again = GridNote(40, Hand.LEFT, 48, 30, 80), GridNote(4, Hand.LEFT, 48, 6, 80)
    mended = end_before_repeats([(0, long), (48, again)])
    assert [note.duration for _, note in mended] == [12, 6]


def test_the_corpus_survives_saving(tmp_path: Path) -> None:
    data = write_set(tmp_path, songs=5)
    songs = list(read_pop909(data / "pop909_cl", data / "pop909_structure"))
    encoded = [encode_song(song) for song in songs]
    save_corpus(encoded, tmp_path / "corpus.npz")
    for before, after in zip(encoded, load_corpus(tmp_path / "corpus.npz"), strict=True):
        assert before.name == after.name and before.loudness_known == after.loudness_known
        for field in ("events", "recalled", "likeness", "bar", "controls"):
            np.testing.assert_array_equal(getattr(before, field), getattr(after, field))


def test_events_give_the_song_back_and_the_plan_points_backwards(tmp_path: Path) -> None:
    write_song(tmp_path / "1.mid")
    song = read_song(tmp_path / "1.mid", None)
    assert song is not None
    encoded = encode_song(song)
    assert Event(*encoded.events[0]) == BAR_EVENT
    first = [Event(*map(int, e)) for e in encoded.events[encoded.bar == 0]]
    notes, chords = decode_bar(first)
    assert [n.pitch for n in notes] == [n.pitch for n in sorted(song.notes[0], key=_event_order)]
    assert chords == song.chords[0]
    assert encoded.likeness[0] == NOTHING
    # The left hand of bar five is that of bar one, note for note.
    assert encoded.likeness[encoded.bar == 4][0] >= SAME - 1
    assert (encoded.recalled[encoded.bar == 4][:, 1] >= FIRST_LEFT).any()


def _event_order(note: GridNote) -> tuple[int, bool, int]:
    return note.position, note.hand is Hand.RIGHT, note.pitch


def test_held_out_songs_are_drawn_once_and_for_all(tmp_path: Path) -> None:
    data = write_set(tmp_path, songs=10)
    songs = [encode_song(s) for s in read_pop909(data / "pop909_cl", None)]
    training, held_out = split_songs(songs)
    again, held_out_again = split_songs(songs[::-1])
    assert len(held_out) == 2 and len(training) == 8
    assert [s.name for s in held_out] == [s.name for s in held_out_again]
    assert {s.name for s in again}.isdisjoint(s.name for s in held_out)
