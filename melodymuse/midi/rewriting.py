"""Changing some events of a track and leaving all others as they are."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import END_OF_TRACK, Event
from melodymuse.midi.file import AFTER_NOTES, NOTE_OFF, NOTE_ON, RawNote, paired_events

# Where an event stands among those of its tick: what ends first, what was there, what begins.
_ENDS, _BEGINS = -1, 1 << 60

NoteChange = Callable[[RawNote], RawNote | None]
EventChange = Callable[[Event], Event | None]


def change_notes(track: Track, change: NoteChange) -> Track:
    """A track whose notes are changed one by one, or left out where `change` gives None; what
    begins or ends nothing (a note-off without a note) stays.  A change may not alter the channel.
    """
    placed = [(event.tick, index, event) for index, event in enumerate(track.events)]
    for begins, ends, note in _notes(track.events):
        changed = change(note)
        if changed == note:
            continue
        for index in (begins, ends):
            if index is not None:
                placed[index] = (-1, index, track.events[index])
        if changed is None:
            continue
        on = bytes([NOTE_ON | note.channel, changed.pitch, changed.velocity])
        placed.append((changed.onset, _BEGINS + begins, Event(changed.onset, on)))
        if ends is not None and changed.end is not None:
            off = track.events[ends].data
            event = Event(changed.end, bytes([off[0], changed.pitch, *off[2:]]))
            placed.append((changed.end, _ENDS, event))
    return _ended_last(event for tick, _, event in sorted(placed) if tick >= 0)


def change_events(document: Document, change: EventChange) -> Document:
    """A document whose events are changed one by one, or left out where `change` gives None."""

    def changed(track: Track) -> Track:
        events = (change(event) for event in track.events)
        return _ended_last(sorted((e for e in events if e is not None), key=_tick))

    return document.with_tracks(tuple(map(changed, document.tracks)))


def with_events(track: Track, events: Iterable[Event]) -> Track:
    """A track with further events; at one tick they follow those that are there."""
    return _ended_last(sorted((*track.events, *events), key=_tick))


def with_notes(track: Track, notes: Iterable[RawNote]) -> Track:
    """A track with further notes; where one begins as another of its pitch ends, the end comes
    first."""
    struck = [
        event
        for note in notes
        for event in (
            Event(note.onset, bytes([NOTE_ON | note.channel, note.pitch, note.velocity])),
            Event(note.end or note.onset + 1, bytes([NOTE_OFF | note.channel, note.pitch, 0])),
        )
    ]
    placed = [(event.tick, 0, event) for event in track.events]
    placed += [
        (event.tick, _BEGINS if event.data[0] >= NOTE_ON else _ENDS, event) for event in struck
    ]
    return _ended_last(event for _, _, event in sorted(placed, key=lambda place: place[:2]))


def between_others(track: Track, notes: Iterable[RawNote]) -> list[RawNote]:
    """Notes fitted between those of a track: a key that still sounds is struck when it is let go,
    one that is struck soon is let go before; what would have no time is left out."""
    theirs: defaultdict[tuple[int, int], list[RawNote]] = defaultdict(list)
    for note in paired_events(track.events):
        theirs[note.channel, note.pitch].append(note)
    fitted = []
    for note in notes:
        onset, end = note.onset, note.end or note.onset + 1
        for other in theirs[note.channel, note.pitch]:
            until = other.onset + 1 if other.end is None else other.end
            if other.onset <= onset < until:
                onset = until
            elif onset < other.onset < end:
                end = other.onset
        if end > onset:
            fitted.append(note._replace(onset=onset, end=end))
    return fitted


def begun_with(track: Track, event: Event) -> Track:
    """A track with one more event at its first tick, before the first note and the end there."""
    place = next(
        index
        for index, (tick, data) in enumerate(track.events)
        if tick > 0 or data[0] & 0xF0 == NOTE_ON or data.startswith(END_OF_TRACK)
    )
    return Track((*track.events[:place], event, *track.events[place:]))


def with_track(document: Document, index: int, track: Track) -> Document:
    """A document with another track in the place of one."""
    tracks = list(document.tracks)
    tracks[index] = track
    return document.with_tracks(tuple(tracks))


def ended_at(track: Track, tick: int) -> Track:
    """A track that ends at a tick, or where its last event is if that is later."""
    *events, end = track.events
    last = max([tick, *(event.tick for event in events)])
    return replace(track, events=(*events, Event(last, end.data)))


def _notes(events: Iterable[Event]) -> Iterable[tuple[int, int | None, RawNote]]:
    """(index of the note-on, index of the note-off, note), paired as `file.paired_events` does."""
    sounding: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    found: dict[int, tuple[int, int | None, RawNote]] = {}
    for index, (tick, data) in enumerate(events):
        if not NOTE_OFF <= data[0] < AFTER_NOTES:
            continue
        channel, pitch, velocity = data[0] & 0x0F, *(min(byte, 127) for byte in data[1:])
        if data[0] >= NOTE_ON and velocity:
            sounding[channel, pitch].append(index)
            found[index] = (index, None, RawNote(tick, None, pitch, velocity, channel))
        elif waiting := sounding[channel, pitch]:
            begins = waiting.popleft()
            found[begins] = (begins, index, found[begins][2]._replace(end=tick))
    return found.values()


def _tick(event: Event) -> int:
    return event.tick


def _ended_last(events: Iterable[Event]) -> Track:
    """A track of events by tick, its end moved behind them."""
    ordered = list(events)
    ends = [event for event in ordered if event.data[:2] == b"\xff\x2f"]
    rest = [event for event in ordered if event.data[:2] != b"\xff\x2f"]
    last = max([event.tick for event in (*rest[-1:], *ends)], default=0)
    return Track((*rest, Event(last, (ends or [Event(0, b"\xff\x2f")])[-1].data)))
