"""What a transcriber heard as a MIDI file, read back by other libraries."""

from __future__ import annotations

import io

import mido
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.comparison.heard_midi import TRACK_NAME, VELOCITY, heard_midi
from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.errors import MidiError

NOTES = (
    SoundedNote(0.5131, 0.4, 60),
    SoundedNote(0.52, 1.25, 64),
    SoundedNote(2.0, 0.05, 21),
)
heard = st.builds(
    SoundedNote, st.floats(0, 120), st.floats(1e-6, 10, exclude_min=True), st.integers(0, 127)
)


def read(data: bytes) -> pretty_midi.PrettyMIDI:
    return pretty_midi.PrettyMIDI(io.BytesIO(data))


@pytest.mark.parametrize("bpm", [None, 57.3, 120.0, 999.0])
def test_other_programs_find_the_notes_where_they_sounded(bpm: float | None) -> None:
    file = read(heard_midi(NOTES, by="somebody", bpm=bpm))
    (piano,) = file.instruments
    assert (piano.name, piano.program, piano.is_drum) == (TRACK_NAME, 0, False)
    found = sorted((n.start, n.end - n.start, n.pitch) for n in piano.notes)
    tick = 60 / (bpm or 120) / 480
    assert [n[2] for n in found] == [60, 64, 21]
    for note, (start, length, _) in zip(NOTES, found, strict=True):
        assert start == pytest.approx(note.onset, abs=tick)
        assert length == pytest.approx(note.duration, abs=tick)
    assert {n.velocity for n in piano.notes} == {VELOCITY}


def test_the_tempo_is_the_one_heard() -> None:
    _, tempi = read(heard_midi(NOTES, by="x", bpm=57.3)).get_tempo_changes()
    assert tempi == pytest.approx([57.3], rel=1e-5)
    for unknown in (None, 0.0, float("nan"), float("inf"), 1e9):
        _, tempi = read(heard_midi(NOTES, by="x", bpm=unknown)).get_tempo_changes()
        assert tempi == pytest.approx([120])


def test_it_says_that_it_is_a_guess_and_whose() -> None:
    data = heard_midi(NOTES, by="Ohr \u2014 f\u00fcr T\u00f6ne \ud800")
    file = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 480, 2)
    (text,) = (m.text for m in file.tracks[0] if m.type == "text")
    assert text.startswith("heard in a sound by Ohr \u2014 f\u00fcr T\u00f6ne ?, a guess")


@settings(max_examples=50, deadline=None)
@given(st.lists(heard, min_size=1, max_size=40))
def test_no_two_notes_of_a_pitch_sound_at_once_and_none_is_lost(notes: list[SoundedNote]) -> None:
    (piano,) = read(heard_midi(notes, by="x")).instruments
    begun = {(round(note.onset * 960), note.pitch) for note in notes}
    assert len(piano.notes) == len(begun)
    ends: dict[int, float] = {}
    for note in sorted(piano.notes, key=lambda n: n.start):
        assert note.end > note.start >= ends.get(note.pitch, 0.0) - 1e-9
        ends[note.pitch] = note.end


def test_of_notes_that_overlap_each_ends_where_the_next_begins() -> None:
    notes = [SoundedNote(0, 4, 60), SoundedNote(1, 1, 60), SoundedNote(1, 2, 60)]
    (piano,) = read(heard_midi(notes, by="x")).instruments
    assert [(n.start, n.end) for n in piano.notes] == [(0, 1), (1, 3)]


def test_the_order_does_not_matter() -> None:
    assert heard_midi(NOTES, by="x") == heard_midi(reversed(NOTES), by="x")


@pytest.mark.parametrize(
    "note",
    [
        SoundedNote(-0.1, 1, 60),
        SoundedNote(0, 0, 60),
        SoundedNote(0, 1, 128),
        SoundedNote(0, 1, -1),
        SoundedNote(float("nan"), 1, 60),
        SoundedNote(0, float("inf"), 60),
    ],
)
def test_what_is_no_note_is_refused(note: SoundedNote) -> None:
    with pytest.raises(MidiError, match="cannot stand in a MIDI file"):
        heard_midi([*NOTES, note], by="x")
