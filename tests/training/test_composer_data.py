"""The corpus: songs as arrays, what is held out, what is kept in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from melodymuse.errors import MelodyMuseError
from melodymuse.music.grid import GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.bar_controls import COLUMNS
from melodymuse.planning.recall import NOTHING, SAME
from melodymuse.writing.hints import HINTS
from melodymuse.writing.vocabulary import BAR_EVENT, FIRST_LEFT, Event, decode_bar
from tests.training.pop909_set import write_set, write_song, write_structure
from tests.training.printed_set import UNNAMED, write_piece
from training.composer.chopin import read_piece
from training.composer.corpus import (
    HELD_OUT_POP909,
    EncodedSong,
    encode_song,
    is_held_out,
    load_corpus,
    prepare,
    save_corpus,
    split_songs,
)
from training.composer.pop909 import read_song
from training.composer.song import Song

FIELDS = ("events", "recalled", "likeness", "bar", "controls", "tune", "figure")


@pytest.fixture
def song(tmp_path: Path) -> Song:
    read = read_song(write_song(tmp_path / "1.mid"), write_structure(tmp_path / "1"))
    assert read is not None
    return read


def same(before: EncodedSong, after: EncodedSong) -> bool:
    return before.name == after.name and all(
        np.array_equal(getattr(before, field), getattr(after, field)) for field in FIELDS
    )


def test_the_melody_is_found_among_the_notes(tmp_path: Path) -> None:
    """Also where it lies a little beside; where too little of it is found nobody knows it."""
    path, folder = write_song(tmp_path / "1.mid"), write_structure(tmp_path / "1")
    found = read_song(path, folder)
    assert found is not None and found.tune is None
    # The song's upper voice, a note a beat, in the real key, a sixteenth late.
    voice = [[note for note in bar if note.hand is Hand.RIGHT] for bar in found.notes]
    sung = "".join(f"{note.pitch + 2} 3\n0 1\n" for bar in voice for note in bar)
    (folder / "melody.txt").write_text(f"0 1\n{sung}")
    song = read_song(path, folder)
    assert song is not None and song.tune is not None
    expected = [[(note.position, note.pitch) for note in bar] for bar in voice]
    assert [[(note.position, note.pitch) for note in bar] for bar in song.tune] == expected
    roles = encode_song(song).tune[:, list(HINTS).index("tune_role")]
    assert set(roles) == {1, 2} and (roles == 2).sum() == sum(map(len, expected))
    assert not encode_song(found).tune.any()


def test_all_sets_of_a_folder_are_read_once_and_kept(tmp_path: Path) -> None:
    data = write_set(tmp_path / "data", songs=2)
    write_piece(data / "openscore_lieder" / "Lied.mid")
    write_piece(data / "chopin_first_editions" / "Op.mid", tracks=UNNAMED)
    songs = prepare(data, tmp_path)
    assert [song.name for song in songs] == ["pop909/001", "pop909/002", "lieder/Lied", "chopin/Op"]
    again = prepare(tmp_path / "nowhere", tmp_path)
    assert all(map(same, songs, again))


def test_songs_and_salon_pieces_are_learned_from_only_where_they_are(tmp_path: Path) -> None:
    data = write_set(tmp_path / "data", songs=1)
    assert [song.name for song in prepare(data, tmp_path)] == ["pop909/001"]


def test_the_corpus_survives_saving(song: Song, tmp_path: Path) -> None:
    encoded = [encode_song(song), encode_song(replace(song, name="pop909/2", tempo=None))]
    save_corpus(encoded, tmp_path / "corpus.npz")
    assert all(map(same, encoded, load_corpus(tmp_path / "corpus.npz")))


def test_a_corpus_that_cannot_be_used_says_so(song: Song, tmp_path: Path) -> None:
    path = tmp_path / "corpus.npz"
    encoded = encode_song(song)
    save_corpus([replace(encoded, controls=encoded.controls[:, 1:])], path)
    with pytest.raises(MelodyMuseError, match="made by another version: delete it"):
        load_corpus(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(MelodyMuseError, match="is damaged: delete it"):
        load_corpus(path)
    with pytest.raises(MelodyMuseError, match="no usable song"):
        save_corpus([], path)


def test_events_give_the_song_back_and_the_plan_points_backwards(song: Song) -> None:
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


def test_bars_are_told_what_is_known_of_their_song(song: Song) -> None:
    controls = encode_song(song).controls
    assert controls.shape == (8, len(COLUMNS)) and controls.dtype == np.float32
    column = {name: controls[:, index] for index, name in enumerate(COLUMNS)}
    assert column["metre_4/4"].all() and column["style_pop"].all()
    assert not column["metre_3/4"].any() and not column["style_song"].any()
    assert column["phrase_begins"].tolist() == [1, -1, -1, -1] * 2
    assert column["phrase_ends"].tolist() == [-1, -1, -1, 1] * 2
    assert column["melodic"].tolist() == [1] * 4 + [-1] * 4
    assert column["loudness_known"].all()


def test_printed_music_says_nothing_of_loudness_and_phrases(tmp_path: Path) -> None:
    piece = read_piece(write_piece(tmp_path / "1.mid", tracks=UNNAMED))
    assert piece is not None
    encoded = encode_song(piece)
    assert not encoded.events[:, 3].any()
    known = dict(zip(COLUMNS, encoded.controls.T, strict=True))
    for name in ("loudness", "dynamics", "phrase_begins", "phrase_ends", "melodic"):
        assert not known[name].any() and not known[f"{name}_known"].any()


def test_held_out_songs_are_drawn_once_and_for_all(song: Song) -> None:
    assert len(HELD_OUT_POP909) == 40 and is_held_out("pop909/009")
    songs = [encode_song(replace(song, name=f"pop909/{n:03d}")) for n in (8, 9, 10, 50)]
    training, held_out = split_songs(songs)
    again, held_out_again = split_songs(songs[::-1])
    assert [s.name for s in held_out] == ["pop909/009", "pop909/050"] and len(training) == 2
    assert {s.name for s in held_out} == {s.name for s in held_out_again}
    assert {s.name for s in again} == {s.name for s in training}


def test_of_printed_sets_about_one_song_in_32_is_held_out() -> None:
    assert 60 < sum(is_held_out(f"lieder/{number}") for number in range(3200)) < 140


def test_where_no_song_is_held_out_the_last_one_is(song: Song) -> None:
    songs = [encode_song(replace(song, name=f"pop909/{n:03d}")) for n in (1, 2, 3)]
    training, held_out = split_songs(songs)
    assert [s.name for s in training] == ["pop909/001", "pop909/002"]
    assert [s.name for s in held_out] == ["pop909/003"]
