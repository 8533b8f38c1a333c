"""Rewriting: only what is asked for changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote, paired_events
from melodymuse.midi.rewriting import change_events, change_notes, ended_at, with_notes
from tests.midi.test_document import tracks

END = Event(960, b"\xff\x2f")
PEDAL = Event(480, b"\xb0\x40\x30")
LINE = Track(
    (
        Event(0, b"\xb0\x07\x64"),
        Event(0, b"\x90\x3c\x50"),
        Event(480, b"\x80\x3c\x40"),
        PEDAL,
        Event(480, b"\x90\x3e\x50"),
        Event(960, b"\x90\x3e\x00"),
        END,
    )
)


@given(tracks())
def test_what_is_not_changed_stays_event_by_event(track: Track) -> None:
    assert change_notes(track, lambda note: note) == track
    assert change_events(Document(1, 480, (track,)), lambda event: event).tracks == (track,)


def test_a_note_keeps_its_release_and_moves_with_both_its_events() -> None:
    moved = change_notes(LINE, lambda n: n._replace(pitch=n.pitch + 1) if n.onset == 0 else n)
    assert moved.events == (
        LINE.events[0],
        Event(0, b"\x90\x3d\x50"),
        Event(480, b"\x80\x3d\x40"),
        *LINE.events[3:],
    )


def test_a_note_left_out_takes_nothing_else_along() -> None:
    left = change_notes(LINE, lambda note: None if note.pitch == 0x3E else note)
    assert left.events == (*LINE.events[:4], END)


def test_a_repeated_note_ends_before_it_begins_again() -> None:
    again = change_notes(LINE, lambda note: note._replace(pitch=0x3C))
    assert paired_events(again.events) == [
        RawNote(0, 480, 0x3C, 80, 0),
        RawNote(480, 960, 0x3C, 80, 0),
    ]


def test_new_notes_come_in_their_places_and_push_the_end_on() -> None:
    longer = with_notes(LINE, [RawNote(960, 1440, 0x3E, 70, 0)])
    assert paired_events(longer.events)[-1] == RawNote(960, 1440, 0x3E, 70, 0)
    assert longer.events[-1] == Event(1440, b"\xff\x2f")
    assert set(LINE.events[:-1]) <= set(longer.events)


@given(tracks(), st.lists(st.integers(0, 5000), max_size=5))
def test_new_notes_can_be_taken_out_again(track: Track, onsets: list[int]) -> None:
    free = {*range(128)} - {note.pitch for note in paired_events(track.events)}
    notes = [
        RawNote(onset, onset + 10, pitch, 9, 15)
        for onset, pitch in zip(onsets, sorted(free), strict=False)
    ]
    back = change_notes(with_notes(track, notes), lambda n: None if n in notes else n)
    assert back.events[:-1] == track.events[:-1]


def test_a_track_ends_where_it_is_told_but_not_before_its_events() -> None:
    assert ended_at(LINE, 1920).end == 1920
    assert ended_at(LINE, 100).end == 960
