"""The tune on a track of its own: the same music, told apart, and read back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import mido
import pretty_midi
import pytest
from hypothesis import given, settings

import melodymuse
from melodymuse.errors import MidiError
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import Hand, Pedal, Score
from tests.music.strategies import scores, small_score

# What `small_score` sings: its upper line.
SUNG = [(0, 74), (480, 77), (640, 76), (800, 74), (960, 73), (1920, 74)]


def struck(data: bytes) -> list[Any]:
    """What all tracks of a file play together: when, which key, how loud."""
    file = mido.MidiFile(file=BytesIO(data))
    found = []
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type in ("note_on", "note_off"):
                found.append((tick, message.type, message.note, message.velocity))
    return sorted(found)


def test_the_tune_leaves_the_right_hands_track_and_nothing_else_changes() -> None:
    plain, apart = (midi_bytes(small_score(), tune_track=wish) for wish in (False, True))
    assert struck(plain) == struck(apart) and plain != apart
    heard = pretty_midi.PrettyMIDI(BytesIO(apart)).instruments
    assert [part.name for part in heard] == ["Piano RH", "Piano LH", "Tune"]
    tune = sorted((round(note.start * 576), note.pitch) for note in heard[2].notes)
    assert tune == SUNG
    assert [note.pitch for note in heard[0].notes] == [69]
    assert len(heard[1].notes) == len(small_score().hand(Hand.LEFT))


def test_a_known_tune_is_taken_at_its_word() -> None:
    score = replace(small_score(), tune=frozenset({(1920, 69)}))
    assert [(note.onset, note.pitch) for note in score.sung] == [(1920, 69)]
    assert read_midi(midi_bytes(score, tune_track=True)).tune == score.tune


def test_the_pedal_holds_the_tune_too() -> None:
    score = replace(small_score(), pedals=(Pedal(0, 960),))
    track = mido.MidiFile(file=BytesIO(midi_bytes(score, tune_track=True))).tracks[3]
    assert [message.value for message in track if message.is_cc(64)] == [127, 0]
    assert {message.channel for message in track if not message.is_meta} == {3}


@given(scores())
@settings(max_examples=40, deadline=None)
def test_a_round_trip_keeps_score_and_tune(score: Score) -> None:
    if not score.hand(Hand.RIGHT):
        with pytest.raises(MidiError, match="there is no tune"):
            midi_bytes(score, tune_track=True)
        return
    data = midi_bytes(score, tune_track=True, chord_track=bool(score.chords))
    read = read_midi(data)
    assert read == score
    assert read.sung == score.sung and read.tune == {(n.onset, n.pitch) for n in score.sung}
    broken = {breach.convention for breach in broken_conventions(data)}
    assert broken <= {breach.convention for breach in broken_conventions(midi_bytes(score))}


def test_a_track_of_that_name_without_both_hands_beside_it_is_no_tune() -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(small_score(), tune_track=True)))
    del file.tracks[2]
    saved = BytesIO()
    file.save(file=saved)
    assert read_midi(saved.getvalue()).tune == frozenset()


def test_what_is_composed_knows_its_tune() -> None:
    piece = melodymuse.compose("sadness", seed=5, bars=8)
    score = piece.score
    assert score.tune == {(note.onset, note.pitch) for note in score.sung}
    assert 8 < len(score.sung) < len(score.hand(Hand.RIGHT))
    data = score.to_bytes(".mid", tune_track=True)
    assert broken_conventions(data) == ()
    assert read_midi(data).sung == score.sung
    assert struck(data) == struck(score.to_bytes(".mid"))


def test_files_with_a_tune_track_are_gone_on_from_and_written_anew() -> None:
    data = melodymuse.compose("awe", seed=5, bars=8).score.to_bytes(".mid", tune_track=True)
    before = read_midi(data)
    longer = melodymuse.extend(data, 4, seed=1)
    assert read_midi(longer.document.to_bytes()).bars == 12
    anew = read_midi(melodymuse.reroll(data, 3, 4, seed=1).document.to_bytes())
    bar = before.time_signature.bar_ticks
    for first, last, same in ((0, 2, True), (2, 4, False), (4, 8, True)):
        old, new = (
            {(n.onset, n.pitch) for n in score.notes if first * bar <= n.onset < last * bar}
            for score in (before, anew)
        )
        assert (old == new) is same
