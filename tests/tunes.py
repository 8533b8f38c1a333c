"""Tunes as MIDI documents, for what is written under them."""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.midi.document import Document
from melodymuse.midi.events import Event
from tests.test_extending import QUARTER, metre, tempo, track

# (pitch, quarters); None is a rest: eight bars of 4/4 in C, a period.
PERIOD: Sequence[tuple[int | None, float]] = (
    *((72, 1), (74, 1), (76, 1), (77, 1), (79, 2), (76, 2)),
    *((77, 1), (76, 1), (74, 1), (72, 1), (74, 3), (None, 1)),
    *((72, 1), (74, 1), (76, 1), (77, 1), (79, 2), (81, 2)),
    *((79, 1), (77, 1), (74, 1), (71, 1), (72, 4)),
)


def sung(
    notes: Sequence[tuple[int | None, float]] = PERIOD,
    *conductor: Event,
    begin: int = 0,
    channel: int = 0,
    velocity: int = 70,
) -> Document:
    """A tune in one track, under a conductor."""
    events, now = [Event(0, b"\xff\x03Melody"), Event(0, bytes([0xC0 | channel, 73]))], begin
    for pitch, quarters in notes:
        end = now + round(quarters * QUARTER)
        if pitch is not None:
            events.append(Event(now, bytes([0x90 | channel, pitch, velocity])))
            events.append(Event(end - 7, bytes([0x80 | channel, pitch, 64])))
        now = end
    opening = conductor or (metre(0, 4, 2), tempo(0, 96))
    return Document(1, QUARTER, (track(*opening), track(*events, end=now)))
