"""Every convention, with a file that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import mido
import pytest
from hypothesis import given, settings

from melodymuse.errors import MidiError
from melodymuse.midi.conventions import CONVENTIONS, broken_conventions
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import Pedal, Provenance, Score
from tests.music.strategies import scores, small_score

Change = Callable[[mido.MidiFile], None]


def _changed(change: Change, score: Score | None = None) -> bytes:
    file = mido.MidiFile(file=BytesIO(midi_bytes(score or small_score())))
    change(file)
    saved = BytesIO()
    file.save(file=saved)
    return saved.getvalue()


def _shift(track: mido.MidiTrack, index: int, ticks: int) -> None:
    """Move one event, leaving those after it in place."""
    track[index].time += ticks
    track[index + 1].time -= ticks


def _find(track: mido.MidiTrack, kind: str, nth: int = 0) -> int:
    return [n for n, message in enumerate(track) if message.type == kind][nth]


def _resolution(file: mido.MidiFile) -> None:
    file.ticks_per_beat = 960
    for track in file.tracks:
        for message in track:
            message.time *= 2


def _no_key_signature(file: mido.MidiFile) -> None:
    del file.tracks[0][_find(file.tracks[0], "key_signature")]


def _late_tempo(file: mido.MidiFile) -> None:
    conductor = file.tracks[0]
    tempo = conductor.pop(_find(conductor, "set_tempo"))
    conductor.insert(_find(conductor, "marker", 1), tempo.copy(time=480))
    conductor[_find(conductor, "marker", 1)].time -= 480


def _late_marker(file: mido.MidiFile) -> None:
    del file.tracks[0][_find(file.tracks[0], "marker")]


def _tempo_in_a_hand(file: mido.MidiFile) -> None:
    file.tracks[1].insert(1, mido.MetaMessage("set_tempo", tempo=500000, time=0))


def _notes_in_the_conductor(file: mido.MidiFile) -> None:
    conductor = file.tracks[0]
    conductor.insert(0, mido.Message("program_change", channel=4, program=0, time=0))
    conductor.insert(1, mido.Message("note_on", channel=4, note=90, velocity=70, time=0))
    conductor.insert(2, mido.Message("note_off", channel=4, note=90, time=0))


def _unnamed_hand(file: mido.MidiFile) -> None:
    del file.tracks[2][_find(file.tracks[2], "track_name")]


def _third_hand(file: mido.MidiFile) -> None:
    end = mido.MetaMessage("end_of_track", time=3840)
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("track_name", name="Strings"), end]))


def _one_channel(file: mido.MidiFile) -> None:
    for message in file.tracks[2]:
        if not message.is_meta:
            message.channel = 0


def _swapped_channels(file: mido.MidiFile) -> None:
    for track in file.tracks[1:]:
        for message in track:
            if not message.is_meta:
                message.channel = 1 - message.channel


def _two_channels_in_a_track(file: mido.MidiFile) -> None:
    for message in file.tracks[1]:
        if message.type in ("note_on", "note_off") and message.note == 77:
            message.channel = 5


def _harpsichord(file: mido.MidiFile) -> None:
    file.tracks[1][_find(file.tracks[1], "program_change")].program = 6


def _no_program(file: mido.MidiFile) -> None:
    del file.tracks[1][_find(file.tracks[1], "program_change")]


def _two_programs(file: mido.MidiFile) -> None:
    file.tracks[1].insert(1, mido.Message("program_change", channel=0, program=0))


def _late_program(file: mido.MidiFile) -> None:
    track = file.tracks[1]
    program = track.pop(_find(track, "program_change"))
    track.insert(_find(track, "note_off") + 1, program)


def _late_start(file: mido.MidiFile) -> None:
    for track in file.tracks[1:]:
        _shift(track, _find(track, "note_on"), 120)
    # The left hand strikes two notes at once; the second now needs to wait no longer.
    _shift(file.tracks[2], _find(file.tracks[2], "note_on", 1), 120)


def _off_grid(file: mido.MidiFile) -> None:
    _shift(file.tracks[1], _find(file.tracks[1], "note_on", 2), 7)


def _overlap(file: mido.MidiFile) -> None:
    track = file.tracks[1]
    on = _find(track, "note_on", 3)
    track.insert(on + 1, track[on].copy(time=40))
    track.insert(on + 2, mido.Message("note_off", channel=0, note=track[on].note, time=40))
    track[on + 3].time -= 80


def _unison(file: mido.MidiFile) -> None:
    track = file.tracks[1]
    on = _find(track, "note_on", 3)
    track.insert(on + 1, track[on].copy(time=0))
    track.insert(on + 2, mido.Message("note_off", channel=0, note=track[on].note, time=20))
    track[on + 3].time -= 20


def _hanging(file: mido.MidiFile) -> None:
    track = file.tracks[2]
    last = _find(track, "note_off", -1)
    track[last + 1].time += track[last].time
    del track[last]


def _flat(file: mido.MidiFile) -> None:
    for track in file.tracks:
        for message in track:
            if message.type == "note_on":
                message.velocity = 88
    # Two more notes make a piece long enough to speak of loudness.
    for note in (96, 97):
        on = _find(file.tracks[1], "note_on") + 1
        file.tracks[1].insert(on, mido.Message("note_on", note=note, velocity=88, time=0))
        file.tracks[1].insert(on + 1, mido.Message("note_off", note=note, time=0))


def _held_pedal(file: mido.MidiFile) -> None:
    del file.tracks[1][_find(file.tracks[1], "control_change", 1)]
    file.tracks[1][-1].time += 3840 - sum(message.time for message in file.tracks[1])


def _padding(file: mido.MidiFile) -> None:
    for track in file.tracks:
        track[-1].time += 480


def _uneven_ends(file: mido.MidiFile) -> None:
    file.tracks[0][-1].time += 1920


def _no_provenance(file: mido.MidiFile) -> None:
    del file.tracks[0][_find(file.tracks[0], "text")]


def test_a_written_file_breaks_nothing() -> None:
    assert broken_conventions(midi_bytes(small_score())) == ()


@given(scores())
@settings(max_examples=60, deadline=None)
def test_the_writer_breaks_nothing_that_is_in_its_hands(score: Score) -> None:
    """Where the notes begin and how loud they are is the composer's; the rest the writer's."""
    score = replace(
        score,
        provenance=score.provenance or Provenance("0", 0, "awe"),
        sections=score.sections and (replace(score.sections[0], onset=0),),
    )
    found = {breach.convention for breach in broken_conventions(midi_bytes(score))}
    assert found <= {"music-at-start", "velocities"}


@pytest.mark.parametrize(
    ("convention", "change", "message"),
    [
        ("ticks", _resolution, "960 ticks a quarter note, not 480"),
        ("start", _no_key_signature, "track 0 holds no key signature"),
        ("start", _late_tempo, "the tempo begins only at tick 480"),
        ("start", _late_marker, "the section markers begin only at tick 1920"),
        ("conductor", _tempo_in_a_hand, "track 1 holds a tempo, which belong to track 0"),
        ("conductor", _notes_in_the_conductor, "track 0 holds 1 note beside"),
        ("hands", _unnamed_hand, "are 'Piano RH', '', not 'Piano RH', 'Piano LH'"),
        ("hands", _third_hand, "'Strings'"),
        ("channels", _one_channel, "tracks 1 and 2 share channel 1"),
        ("channels", _swapped_channels, "track 1 plays on channel 2, not 1"),
        ("channels", _two_channels_in_a_track, "track 1 plays on channels 1, 6"),
        ("programs", _harpsichord, "track 1 plays program 7, not the acoustic grand"),
        ("programs", _no_program, "track 1 has 0 program changes"),
        ("programs", _two_programs, "track 1 has 2 program changes"),
        ("programs", _late_program, "set only at tick 480"),
        ("music-at-start", _late_start, "first note sounds only at tick 120"),
        ("grid", _off_grid, "track 1: 1 of 7 notes off the grid, first at tick 647"),
        ("overlaps", _overlap, "track 1: D5 at tick 840 is struck while it still sounds"),
        ("unisons", _unison, "track 1: D5 at tick 800 is struck twice at once"),
        ("hanging-notes", _hanging, "track 2: 1 note never let go, first D3 at tick 1920"),
        ("velocities", _flat, "standard deviation of 0.0"),
        ("end", _padding, "track 0 ends 1 quarter notes after a bar line"),
        ("end", _uneven_ends, "end at different ticks: 5760, 3840, 3840"),
        ("provenance", _no_provenance, "no text event"),
    ],
)
def test_a_broken_convention_is_named_alone(convention: str, change: Change, message: str) -> None:
    breaches = broken_conventions(_changed(change))
    assert {breach.convention for breach in breaches} == {convention}
    assert message in breaches[0].message


def test_format_0_is_named() -> None:
    data = bytearray(midi_bytes(small_score()))
    data[9] = 0
    assert [breach.convention for breach in broken_conventions(bytes(data))] == ["format"]


def test_a_pedal_that_stays_down_is_named() -> None:
    score = replace(small_score(), pedals=(Pedal(0, 3840),))
    assert broken_conventions(midi_bytes(score)) == ()
    breaches = broken_conventions(_changed(_held_pedal, score))
    assert [(b.convention, "track 1" in b.message) for b in breaches] == [("pedal", True)]


def test_a_file_without_notes_is_named() -> None:
    breaches = broken_conventions(midi_bytes(replace(small_score(), notes=())))
    assert [str(breach) for breach in breaches] == ["music-at-start: the file holds no notes"]


def test_every_convention_has_a_test() -> None:
    mark = next(m for m in test_a_broken_convention_is_named_alone.pytestmark if m.args)
    tested = {row[0] for row in mark.args[1]}
    assert tested | {"format", "pedal"} == set(CONVENTIONS)


def test_triplets_and_thirty_seconds_are_on_the_grid_of_any_resolution() -> None:
    file = mido.MidiFile(ticks_per_beat=96)
    onsets = mido.MidiTrack()
    for note, delta in ((60, 0), (61, 8), (62, 4), (63, 20)):  # 1/12, 1/8, 1/3 of a quarter
        onsets.append(mido.Message("note_on", note=note, velocity=64, time=delta))
        onsets.append(mido.Message("note_off", note=note, time=0))
    file.tracks.append(onsets)
    saved = BytesIO()
    file.save(file=saved)
    assert "grid" not in {b.convention for b in broken_conventions(saved.getvalue())}


def test_the_bar_line_follows_changes_of_metre() -> None:
    file = mido.MidiFile(type=1)
    metres = mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=3, denominator=4),
            mido.MetaMessage("time_signature", numerator=4, denominator=4, time=1440),
            mido.MetaMessage("end_of_track", time=1920),
        ]
    )
    file.tracks.append(metres)
    saved = BytesIO()
    file.save(file=saved)
    assert "end" not in {breach.convention for breach in broken_conventions(saved.getvalue())}


def test_music21s_own_file_breaks_the_conventions_that_the_writer_works_around() -> None:
    from music21 import note, stream
    from music21.midi.translate import streamToMidiFile

    part = stream.Part([note.Note(60 + step % 12, quarterLength=1) for step in range(32)])
    data = streamToMidiFile(stream.Score([part])).writestr()
    found = {breach.convention for breach in broken_conventions(data)}
    assert {"ticks", "velocities", "hands", "provenance"} <= found


@pytest.mark.parametrize("data", [b"", b"not MIDI", midi_bytes(small_score())[:13]])
def test_what_is_no_midi_file_is_an_error_not_a_breach(data: bytes) -> None:
    with pytest.raises(MidiError):
        broken_conventions(data)
