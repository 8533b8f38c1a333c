"""The chord track: chords in close position, written beside the hands and read back as harmony."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import mido
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.api import Piece
from melodymuse.cli.destinations import Destinations
from melodymuse.cli.inspecting import rows_of
from melodymuse.errors import MidiError
from melodymuse.midi.chord_track import (
    SOFT,
    block_chords,
    chord_symbols,
    close_position,
    name_chord,
)
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.inspection import inspect_midi
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import ChordSymbol, Hand, Score
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.controls import controls_for
from melodymuse.planning.planner import plan_for
from tests.music.strategies import scores, small_score


def _with_chords(*chords: tuple[int, int, int, str]) -> Score:
    return replace(small_score(), chords=tuple(ChordSymbol(*chord) for chord in chords))


def _edited(score: Score, change: dict[int, int]) -> bytes:
    """The file with some keys of its chord track replaced by others."""
    file = mido.MidiFile(file=BytesIO(midi_bytes(score, chord_track=True)))
    for message in file.tracks[3]:
        if message.type in ("note_on", "note_off"):
            message.note = change.get(message.note, message.note)
    saved = BytesIO()
    file.save(file=saved)
    return saved.getvalue()


def test_chords_lie_around_middle_c_on_their_roots() -> None:
    assert close_position(0, "major") == (60, 64, 67)
    assert close_position(9, "dominant-seventh") == (57, 61, 64, 67)
    middles = [
        sum(pitches) / len(pitches)
        for root in range(12)
        for quality in QUALITIES
        if (pitches := close_position(root, quality))
    ]
    assert 55 <= min(middles) < 60 < max(middles) <= 69


@given(st.integers(0, 11), st.sampled_from([*QUALITIES]))
def test_a_chord_is_named_as_it_was_written(root: int, quality: str) -> None:
    assert name_chord(close_position(root, quality)) == (root, quality)


def test_an_inversion_is_named_by_its_root_and_a_fifth_is_no_chord() -> None:
    assert name_chord((64, 67, 72)) == (0, "major")
    assert name_chord((55, 60, 62)) == (7, "suspended-fourth")
    assert name_chord((60, 67)) is None


def test_a_third_track_with_block_chords_on_channel_three() -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(small_score(), chord_track=True)))
    track = file.tracks[3]
    assert [t.name for t in file.tracks[1:]] == ["Piano RH", "Piano LH", "Chords"]
    assert {m.channel for m in track if not m.is_meta} == {2}
    assert {m.velocity for m in track if m.type == "note_on"} == {SOFT}
    assert sum(message.time for message in track) == small_score().end
    heard = pretty_midi.PrettyMIDI(BytesIO(midi_bytes(small_score(), chord_track=True)))
    found = [
        (round(n.start * 576), round(n.end * 576), n.pitch) for n in heard.instruments[2].notes
    ]
    assert sorted(found) == sorted(
        (chord.onset, chord.end, pitch)
        for chord in block_chords(small_score())
        for pitch in chord.pitches
    )


def test_without_asking_there_is_none() -> None:
    assert read_midi(midi_bytes(small_score())).chords == ()
    assert len(mido.MidiFile(file=BytesIO(midi_bytes(small_score()))).tracks) == 3


@given(scores())
@settings(max_examples=40, deadline=None)
def test_a_round_trip_keeps_the_score_with_its_chords(score: Score) -> None:
    if score.chords:
        data = midi_bytes(score, chord_track=True)
        assert read_midi(data) == score
        broken = {breach.convention for breach in broken_conventions(data)}
        assert broken <= {breach.convention for breach in broken_conventions(midi_bytes(score))}


def test_a_title_like_the_track_does_not_confuse() -> None:
    score = replace(small_score(), title="Chords")
    assert read_midi(midi_bytes(score, chord_track=True)) == score


def test_all_conventions_hold() -> None:
    assert broken_conventions(midi_bytes(small_score(), chord_track=True)) == ()


def test_a_chord_held_into_the_next_ends_there() -> None:
    score = _with_chords((0, 3000, 0, "major"), (1920, 3000, 7, "major"))
    assert [(c.onset, c.end) for c in block_chords(score)] == [(0, 1920), (1920, 3840)]
    assert broken_conventions(midi_bytes(score, chord_track=True)) == ()


def test_an_edited_chord_is_read_and_one_that_is_none_is_left_out() -> None:
    score = _with_chords(
        (0, 960, 0, "major"), (960, 960, 9, "minor"), (1920, 1920, 7, "dominant-seventh")
    )
    harmonies = read_midi(_edited(score, {57: 69})).chords
    assert [(c.root, c.quality) for c in harmonies] == [
        (0, "major"),
        (9, "minor"),
        (7, "dominant-seventh"),
    ]
    strange = read_midi(_edited(score, {62: 61}))
    assert [chord.onset for chord in strange.chords] == [0, 960]
    assert strange.notes == score.notes


def test_a_track_of_that_name_that_holds_a_melody_stays_music() -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(small_score())))
    tune = [
        mido.MetaMessage("track_name", name="Chords"),
        mido.Message("note_on", note=96, velocity=50),
        mido.Message("note_off", note=96, time=480),
    ]
    file.tracks.append(mido.MidiTrack(tune))
    saved = BytesIO()
    file.save(file=saved)
    score = read_midi(saved.getvalue())
    assert score.chords == ()
    assert len(score.notes) == len(small_score().notes) + 1
    assert chord_symbols([]) is None


def test_chords_without_both_hands_beside_them_stay_music() -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(small_score(), chord_track=True)))
    del file.tracks[1]
    saved = BytesIO()
    file.save(file=saved)
    score = read_midi(saved.getvalue())
    assert score.chords == ()
    assert len(score.notes) == 7 + 10


def test_a_hand_without_notes_does_not_make_music_of_the_chords() -> None:
    score = replace(small_score(), notes=small_score().hand(Hand.RIGHT))
    assert read_midi(midi_bytes(score, chord_track=True)) == score


@pytest.mark.parametrize(
    ("chords", "message"),
    [
        ((), "names no chord"),
        (((0, 0, 0, "major"),), "has no time"),
        (((9999, 480, 0, "major"),), "outside the piece"),
        (((0, 480, 0, "thirteenth"),), "unknown chord quality 'thirteenth'"),
        (((480, 480, 0, "major"), (0, 480, 0, "major")), "rising order"),
    ],
)
def test_impossible_chords_are_refused(
    chords: tuple[tuple[int, int, int, str], ...], message: str
) -> None:
    with pytest.raises(MidiError, match=message):
        midi_bytes(_with_chords(*chords), chord_track=True)


def test_inspect_tells_of_it(tmp_path: Path) -> None:
    seen = inspect_midi(small_score().write(tmp_path / "x.mid", chord_track=True))
    assert seen.notes == len(small_score().notes)
    assert seen.chords == ((1.0, "Dm"), (1.5, "A7"), (2.0, "Dm"))
    assert seen.tracks[3].name == "Chords"
    assert (seen.tracks[3].channels, seen.tracks[3].notes) == ((3,), 10)
    assert seen.breaches == ()
    assert ("chords", "Dm, A7, Dm") in [(row.name, row.value) for row in rows_of(seen)]


def test_a_piece_is_written_with_it(tmp_path: Path) -> None:
    felt = EmotionProfile.of("awe")
    piece = Piece(small_score(), plan_for(felt, felt, controls_for(felt, seed=1)))
    with_track = midi_bytes(small_score(), chord_track=True)
    assert piece.write(tmp_path / "a.mid", chord_track=True).read_bytes() == with_track
    assert piece.write(tmp_path / "b.mid").read_bytes() == midi_bytes(small_score())
    files = Destinations.of(
        str(tmp_path / "c.mid"), str(tmp_path / "c.xml"), None, force=False, chord_track=True
    )
    assert files.write(piece.score, "x").first.read_bytes() == with_track
