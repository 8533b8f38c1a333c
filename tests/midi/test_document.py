"""Documents: nothing of a file is lost, and what players tolerate is read."""

from __future__ import annotations

from io import BytesIO

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import MidiError
from melodymuse.midi.document import Document, ForeignChunk, Track, read_document
from melodymuse.midi.events import Event
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from tests.midi.files import END, TWO_NOTES, chunk, header, track
from tests.music.strategies import small_score

STRIKES = [Event(0, b"\x90\x3c\x50"), Event(480, b"\x80\x3c\x00")]

_DATA = st.integers(0, 127)
_MESSAGES = st.one_of(
    st.builds(lambda s, a, b: bytes([s, a, b]), st.integers(0x80, 0xBF), _DATA, _DATA),
    st.builds(lambda s, a: bytes([s, a]), st.integers(0xC0, 0xDF), _DATA),
    st.builds(lambda kind, data: b"\xff" + bytes([kind]) + data, _DATA, st.binary(max_size=200)),
    st.builds(lambda data: b"\xf0" + data + b"\xf7", st.binary(max_size=200)),
    st.builds(lambda data: b"\xf7" + data, st.binary(max_size=9)),
).filter(lambda data: not data.startswith(b"\xff\x2f"))


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Tracks of any events that a file may hold."""
    steps = draw(st.lists(st.tuples(st.integers(0, 2**28 - 1), _MESSAGES), max_size=20))
    now, events = 0, []
    for step, data in steps:
        now += step
        events.append(Event(now, data))
    return Track((*events, Event(now, b"\xff\x2f")))


@given(st.lists(tracks(), min_size=1, max_size=4), st.integers(1, 2**15 - 1))
def test_what_is_written_is_read_again(drawn: list[Track], division: int) -> None:
    document = Document(1, division, (*drawn, ForeignChunk(b"XFIH", b"chords")))
    assert read_document(document.to_bytes()) == document


def test_another_library_reads_the_same_events() -> None:
    data = midi_bytes(small_score())
    ours = mido.MidiFile(file=BytesIO(read_document(data).to_bytes()))
    assert [list(t) for t in ours.tracks] == [
        list(t) for t in mido.MidiFile(file=BytesIO(data)).tracks
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (header(2) + track() + track(), None),
        (b"\0" * 128 + header(2) + track() + track(), None),
        (b"RIFF\x4c\0\0\0RMIDdata\x40\0\0\0" + header(2) + track() + track(), None),
        (header(3) + chunk(b"XFIH", b"chords") + track() + track(), None),
        (header(2) + track() + chunk(b"XFKM", b"lyrics") + track(), None),
        (chunk(b"MThd", b"\0\1\0\2\1\xe0more") + track() + track(), None),
        (header(4) + track() + track(), "speaks of 4 tracks, 2 are there"),
        (header(1) + track() + track(), "speaks of 1 tracks, 2 are there"),
        (header(2) + track(length=9) + track(), "length of a track is wrong"),
        (header(2) + track(length=30) + track(), "length of a track is wrong"),
        (header(2) + track() + track(length=0), "length of a track is wrong"),
        (header(2) + track() + track(length=99), None),
        (header(2) + track() + chunk(b"MTrk", TWO_NOTES), "does not say where it ends"),
        (header(2) + chunk(b"MTrk", TWO_NOTES) + track(), "does not say where it ends"),
        (header(2) + track() + b"\0\0\0" + track(), "length of a track is wrong"),
        (header(2) + b"\0\0\0\0\0\0\0\1" + track() + track(), "something else stands between"),
        (header(2) + track(b"\0\xf4" + TWO_NOTES) + track(), "mean nothing"),
        (header(2) + track(b"\0\x11" + TWO_NOTES) + track(), "mean nothing"),
    ],
)
def test_what_players_tolerate_is_read_whole(data: bytes, fault: str | None) -> None:
    document = read_document(data)
    notes = [[e for e in t.events if not e.is_meta] for t in document.tracks]
    assert [len(events) for events in notes] == [4, 4]
    assert notes[0][:2] == STRIKES
    assert len(document.faults) == (fault is not None)
    assert fault is None or fault in document.faults[0]
    again = read_document(document.to_bytes())
    assert (again.chunks, again.faults) == (document.chunks, ())


def test_of_a_file_that_is_cut_off_what_is_there_is_read() -> None:
    whole = header(2) + track() + track()
    for size in range(len(whole) - len(track()) + 8, len(whole) - 4):
        document = read_document(whole[:size])
        assert [e for e in document.tracks[0].events if not e.is_meta][:2] == STRIKES
        assert any("cut off" in fault or "does not say" in fault for fault in document.faults)
        assert document.tracks[-1].events[-1].data == b"\xff\x2f"


def test_running_status_goes_on_after_what_is_for_no_channel() -> None:
    running = b"\0\x90\x3c\x50\0\xf0\x02\x01\xf7\x83\x60\x3c\0\0\xff\x01\x02hm\0\x3e\x50"
    events = read_document(header(1) + track(running)).tracks[0].events
    assert [e.data for e in events if e.channel == 0] == [
        b"\x90\x3c\x50",
        b"\x90\x3c\x00",
        b"\x90\x3e\x50",
    ]
    assert events[2].tick == 480


def test_a_meta_event_without_sense_is_kept_and_not_believed() -> None:
    for senseless in (b"\0\xff\x54\x01\0", b"\0\xff\x20\0", b"\0\xff\x51\x04\0\0\0\1"):
        data = header(1) + track(senseless + TWO_NOTES)
        assert read_document(data).tracks[0].events[0].data == senseless[1:3] + senseless[4:]
        score = read_midi(data)
        assert (len(score.notes), score.tempos[0].bpm) == (2, 120)


def test_other_tracks_take_the_place_of_those_that_are_there() -> None:
    document = read_document(header(2) + chunk(b"XFIH", b"chords") + track() + track())
    first, second = document.tracks
    changed = document.with_tracks((first, Track(second.events[-1:]), second))
    assert changed.chunks == (
        document.chunks[0], first, Track(second.events[-1:]), second
    )  # fmt: skip
    assert len(read_document(changed.to_bytes()).tracks) == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"Dear diary", "not a MIDI file"),
        (b"MThd\0\0\0\6\0\1", "header is cut off"),
        (header(1, kind=2) + track(), "format 2"),
        (header(1, division=0) + track(), "no ticks"),
        (header(0), "holds no track"),
        (header(1) + chunk(b"XFIH", END), "holds no track"),
    ],
)
def test_what_is_no_piece_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(MidiError, match=message):
        read_document(data)


@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_are_a_document_or_a_clear_error(noise: bytes) -> None:
    for data in (header(1) + noise, header(1) + chunk(b"MTrk", noise)):
        try:
            document = read_document(data)
        except MidiError as error:
            assert "\n" not in str(error)
        else:
            assert read_document(document.to_bytes()).chunks == document.chunks
