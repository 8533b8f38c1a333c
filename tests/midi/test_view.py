"""The piano in a file: what is its own, and what is left to others."""

from __future__ import annotations

import pytest

from melodymuse.errors import MidiError
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.view import parts_of, piano_of


def named(name: str, channel: int, program: int | None = None, pitches: str = "\x3c") -> Track:
    """A track with a name, perhaps a program, and a quarter of each pitch."""
    events = [Event(0, b"\xff\x03" + name.encode())]
    if program is not None:
        events.append(Event(0, bytes([0xC0 | channel, program])))
    for index, pitch in enumerate(pitches.encode()):
        events.append(Event(480 * index, bytes([0x90 | channel, pitch, 80])))
        events.append(Event(480 * index + 480, bytes([0x80 | channel, pitch, 0])))
    return Track((*events, Event(events[-1].tick, b"\xff\x2f")))


def document(*tracks: Track) -> Document:
    return Document(1, 480, (Track((Event(0, b"\xff\x2f"),)), *tracks))


def tracks_of(file: Document) -> list[int]:
    return [part.track for part in piano_of(file)]


def test_strings_drums_and_violins_are_not_the_pianos() -> None:
    song = document(
        named("Violin", 2, 40), named("RH", 0, 0), named("LH", 1), named("Drums", 9, 0)
    )  # fmt: skip
    assert tracks_of(song) == [2, 3]
    assert [part.programs for part in parts_of(song)] == [(40,), (0,), (0,), (0,)]


def test_without_a_piano_all_that_is_not_percussion_is_taken() -> None:
    assert tracks_of(document(named("Harp", 0, 46), named("", 1, 48), named("", 9))) == [1, 2]


def test_tracks_can_be_named() -> None:
    song = document(named("Violin", 2, 40), named("RH", 0, 0))
    assert [part.name for part in piano_of(song, [1])] == ["Violin"]
    with pytest.raises(MidiError, match="no notes in track 0: those with notes are 1, 2"):
        piano_of(song, [0])


def test_a_program_in_another_track_counts_where_its_own_calls_up_none() -> None:
    setup = Track((Event(0, b"\xc3\x28"), Event(0, b"\xff\x2f")))
    song = document(setup, named("", 3), named("", 0))
    assert tracks_of(song) == [3]


def test_a_program_before_the_first_note_is_the_one_it_plays_under() -> None:
    late = Track((Event(0, b"\xc0\x28"), Event(0, b"\x90\x3c\x50"), Event(9, b"\xc0\x00")))
    assert parts_of(document(late))[0].programs == (40, 0)


def test_nothing_but_percussion_is_no_piano() -> None:
    with pytest.raises(MidiError, match="percussion alone"):
        piano_of(document(named("Piano", 9)))
    with pytest.raises(MidiError, match="no note in the file"):
        piano_of(document(named("Piano", 0, pitches="")))
