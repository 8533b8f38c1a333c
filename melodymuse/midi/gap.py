"""Room in the midst of a MIDI file: everything from a tick on moves, and nothing else changes."""

from __future__ import annotations

from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import END_OF_TRACK, Event
from melodymuse.midi.file import AFTER_NOTES, NOTE_OFF, NOTE_ON
from melodymuse.midi.layout import SUSTAIN

_CONTROL = 0xB0
_DOWN = 64


def with_gap(document: Document, tick: int, length: int) -> Document:
    """A document with some ticks of silence before a tick.

    What stands there or later moves, tempo, metre, key and the ends of the tracks with it.  Notes
    that sound into the gap are as long as they were; a pedal that is down is lifted where the gap
    begins, and pressed again where it ends.
    """
    return document.with_tracks(tuple(_opened(track, tick, length) for track in document.tracks))


def _opened(track: Track, tick: int, length: int) -> Track:
    sounding: dict[tuple[int, int], int] = {}
    pedals: dict[int, int] = {}
    before: list[Event] = []
    after: list[Event] = []
    for event in track.events:
        status, channel = event.data[0] & 0xF0, event.data[0] & 0x0F
        ours = event.tick < tick
        if NOTE_OFF <= event.data[0] < AFTER_NOTES:
            key = channel, event.data[1]
            begins = event.data[0] >= NOTE_ON and event.data[2] > 0
            if begins and ours:
                sounding[key] = sounding.get(key, 0) + 1
            elif not begins and sounding.get(key):
                # The end of a note that began before stays where it is.
                sounding[key] -= 1
                ours = True
        elif status == _CONTROL and event.data[1] == SUSTAIN:
            ours |= event.tick == tick and event.data[2] < _DOWN
            if ours:
                pedals[channel] = event.data[2]
        if ours:
            before.append(event)
        else:
            after.append(Event(event.tick + length, event.data))
    held = {channel: value for channel, value in pedals.items() if value >= _DOWN}
    lifts = [Event(tick, bytes([_CONTROL | channel, SUSTAIN, 0])) for channel in held]
    presses = [
        Event(tick + length, bytes([_CONTROL | channel, SUSTAIN, value]))
        for channel, value in held.items()
        if not _is_pressed(after, channel, tick + length)
    ]
    body = sorted([*before, *lifts, *presses, *after], key=_place)
    return Track(tuple(body))


def _is_pressed(events: list[Event], channel: int, tick: int) -> bool:
    status = bytes([_CONTROL | channel, SUSTAIN])
    return any(e.tick == tick and e.data[:2] == status for e in events)


def _place(event: Event) -> tuple[int, bool]:
    """By tick, the end of the track last."""
    return event.tick, event.data.startswith(END_OF_TRACK)
