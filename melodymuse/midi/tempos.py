"""The tempo map of a MIDI file, in microseconds a quarter note by tick."""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.midi.document import Document
from melodymuse.midi.events import Event

TEMPO = b"\xff\x51"
DEFAULT_TEMPO = 500_000  # what a file without a tempo means
SLOWEST = 2**24 - 1  # what three bytes hold

TempoMap = Sequence[tuple[int, int]]


def is_tempo(event: Event) -> bool:
    """Whether an event sets a tempo that makes sense."""
    return event.data[:2] == TEMPO and len(event.data) == 5 and any(event.data[2:])


def tempo_event(tick: int, microseconds: int) -> Event:
    """The event that sets a tempo."""
    return Event(tick, TEMPO + microseconds.to_bytes(3))


def tempo_map(document: Document) -> TempoMap:
    """(tick, microseconds a quarter) from tick 0 on, by tick; the last of one tick counts."""
    found = {0: DEFAULT_TEMPO}
    events = (event for track in document.tracks for event in track.events if is_tempo(event))
    for tick, data in sorted(events, key=lambda event: event.tick):
        found[tick] = int.from_bytes(data[2:])
    return tuple(sorted(found.items()))


def tempo_at(tempos: TempoMap, tick: int) -> int:
    """Microseconds a quarter at a tick."""
    return next(tempo for start, tempo in reversed(tempos) if start <= tick)
