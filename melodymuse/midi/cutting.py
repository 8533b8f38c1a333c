"""Cutting a MIDI file at bar lines: some of its bars alone, or the whole of it several times."""

from __future__ import annotations

from melodymuse.errors import MidiError
from melodymuse.limits import BARS
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote
from melodymuse.midi.plan_event import is_plan
from melodymuse.midi.rewriting import begun_with, change_notes, with_track
from melodymuse.midi.tempos import DEFAULT_TEMPO, TEMPO, is_tempo, tempo_event

_META, _KEY, _METRE = 0xFF, b"\xff\x59", b"\xff\x58"
_CONTROL, _PROGRAM, _BEND = 0xB0, 0xC0, 0xE0
# Meta events that hold from where they stand on, and so are carried over a cut.
_LASTING = (TEMPO, _KEY, _METRE)


def repeat(document: Document, times: int, bars: BarMap) -> Document:
    """The piece several times in a row; names, texts and copyright stand once.

    Raises:
        MidiError: it would have more bars than a piece may.
    """
    if times * len(bars.bars) > BARS.most:
        raise MidiError(f"{times} times would be more than {BARS.most} bars: loop it less often")
    whole = cut(document, 0, bars.end)

    def repeated(track: Track) -> Track:
        *events, closing = track.events
        again = [event for event in events if not _belongs_once(event)]
        rounds = [
            Event(event.tick + turn * bars.end, event.data)
            for turn in range(1, times)
            for event in again
        ]
        return Track((*events, *rounds, Event(times * bars.end, closing.data)))

    # Each round begins in the first one's tempo, though no event says so.
    marks = [event.tick for track in whole.tracks for event in track.events if is_tempo(event)]
    if marks and min(marks) > 0:
        first = begun_with(whole.tracks[0], tempo_event(0, DEFAULT_TEMPO))
        whole = with_track(whole, 0, first)
    return whole.with_tracks(tuple(map(repeated, whole.tracks)))


def trim(document: Document, first: int, last: int, bars: BarMap) -> Document:
    """Some bars alone, by their numbers, both included: what was in force where they begin
    (programs, controllers, bend, tempo, metre, key, names) stands at the first tick, notes that
    sound over the end stop there, and those that began before are left out.

    Raises:
        MidiError: bars that are not there.
    """
    return cut(document, *bars.span(first, last))


def cut(document: Document, start: int, end: int) -> Document:
    """`trim` between two ticks."""
    return document.with_tracks(
        tuple(_cut(_notes_within(track, start, end), start, end) for track in document.tracks)
    )


def _notes_within(track: Track, start: int, end: int) -> Track:
    def kept(note: RawNote) -> RawNote | None:
        if not start <= note.onset < end:
            return None
        return note if note.end is None else note._replace(end=min(note.end, end))

    return change_notes(track, kept)


def _cut(track: Track, start: int, end: int) -> Track:
    """The events of a stretch, those that last chased to its start, the end of the track at its
    end."""
    lasting: dict[object, Event] = {}
    inside: list[Event] = []
    *events, closing = track.events
    for event in events:
        if event.tick < start:
            what = _what_lasts(event)
            # A plan is of bars counted from the first one.
            if what is not None and not is_plan(event):
                lasting.pop(what, None)
                lasting[what] = Event(0, event.data)
        elif event.tick < end or (event.tick == end and _ends_a_note(event)):
            inside.append(Event(event.tick - start, event.data))
    return Track((*lasting.values(), *inside, Event(end - start, closing.data)))


def _what_lasts(event: Event) -> object | None:
    """What an event sets until another sets it anew; None for what is over at once."""
    status = event.data[0]
    if status == _META:
        # A name, a copyright or a text at the beginning belongs to the whole piece.
        at_the_start = event.tick == 0 and event.data[1] not in (0x05, 0x06, 0x07)
        return (
            event.data[:2] if event.data[:2] in _LASTING else event.data if at_the_start else None
        )
    if status & 0xF0 == _CONTROL:
        return event.data[:2]
    if status & 0xF0 in (_PROGRAM, _BEND):
        return status
    return event.data if status == 0xF0 and event.tick == 0 else None


def _belongs_once(event: Event) -> bool:
    """Whether an event is of the whole piece: sequence number, text, copyright, names."""
    return event.tick == 0 and event.is_meta and event.data[1] <= 0x04


def _ends_a_note(event: Event) -> bool:
    status = event.data[0] & 0xF0
    return status == 0x80 or (status == 0x90 and event.data[2] == 0)
