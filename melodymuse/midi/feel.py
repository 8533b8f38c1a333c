"""Human feel: how a player's notes depart from the grid, the bar lines staying where they are.

Three things are drawn: a slow wandering of the pulse, whose deviations are pink noise (Hennig et
al. 2011, PLoS ONE 6:e26457), the lead of the melody over the other notes of a chord, some 20 to
30 ms, where it is louder (Goebl 2001, JASA 110:563-572), and small independent differences of every
finger in time and force, and of the foot.  The sizes but for the lead's are a choice of this
project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from itertools import pairwise
from random import Random

from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote, paired_events
from melodymuse.midi.layout import SUSTAIN
from melodymuse.midi.rewriting import change_notes, with_events
from melodymuse.midi.tempos import TempoMap, tempo_at, tempo_map
from melodymuse.streams import stream

_PULSE_SECONDS = 0.010
_FINGER_SECONDS = 0.005
_LEAD_SECONDS = 0.022
_FOOT_SECONDS = 0.015
_FORCE = 3.0  # standard deviation of a finger's velocity
_MELODY_FORCE = 4  # what the top note of a chord has more
_CONTROL = 0xB0
# Pink noise as a sum of slow and fast random steps, each redrawn half as often as the one before.
_OCTAVES = 5


def humanise(document: Document, channels: Collection[tuple[int, int]], seed: int = 0) -> Document:
    """Some parts, as (track, channel), played as by a hand; the same seed gives the same.

    Notes that begin together move together but for the lead of the highest and a finger's
    difference; lengths stay.  The pedal comes and goes a little early or late, in its order.
    """
    tempos = tempo_map(document)
    quarter = float(document.quarter)
    notes = {
        (index, note)
        for index, track in enumerate(document.tracks)
        for note in paired_events(track.events)
        if (index, note.channel) in channels
    }
    chords: dict[int, list[tuple[int, RawNote]]] = defaultdict(list)
    for place in sorted(notes, key=lambda place: (place[1].onset, place[1].pitch, place[0])):
        chords[place[1].onset].append(place)
    pulse = _pink(len(chords), stream(seed, "feel", "pulse"))
    played: dict[tuple[int, RawNote], RawNote] = {}
    for drift, (onset, struck) in zip(pulse, sorted(chords.items()), strict=True):
        random = stream(seed, "feel", onset)
        for place in struck:
            leads = len(struck) > 1 and place is struck[-1]
            played[place] = _played(place[1], drift, leads, random, tempos, quarter)
    _let_go(played)
    return document.with_tracks(
        tuple(
            _trodden(
                change_notes(track, lambda note, index=index: played.get((index, note), note)),  # type: ignore[misc]
                {channel for place, channel in channels if place == index},
                lambda tick: tempo_at(tempos, tick) / quarter,
                stream(seed, "feel", "pedal", index),
            )
            for index, track in enumerate(document.tracks)
        )
    )


def _trodden(
    track: Track, channels: Collection[int], tick_length: Callable[[int], float], random: Random
) -> Track:
    """A track whose sustain pedal moves a little beside its time, never past its next movement.

    Args:
        track: changed.
        channels: those whose pedal it is.
        tick_length: microseconds of a tick, at a tick.
        random: of the foot.
    """
    events = track.events
    feet = [
        index
        for index, event in enumerate(events)
        if event.data[0] & 0xF0 == _CONTROL
        and event.data[1] == SUSTAIN
        and event.data[0] & 0x0F in channels
    ]
    moved: dict[int, Event] = {}
    earliest = 0
    for index, following in zip(feet, [*feet[1:], None], strict=False):
        tick = events[index].tick
        late = round(random.gauss(0, _FOOT_SECONDS) * 1e6 / tick_length(tick))
        latest = events[-1].tick if following is None else events[following].tick - 1
        earliest = max(min(tick + late, latest), earliest) if tick else 0
        moved[index] = Event(earliest, events[index].data)
        earliest += 1
    stay = [event for index, event in enumerate(events) if index not in moved]
    return with_events(Track(tuple(stay)), moved.values())


def _played(
    note: RawNote, drift: float, leads: bool, random: Random, tempos: TempoMap, quarter: float
) -> RawNote:
    seconds = drift * _PULSE_SECONDS + random.gauss(0, _FINGER_SECONDS) - leads * _LEAD_SECONDS
    onset = max(note.onset + round(seconds * 1e6 / tempo_at(tempos, note.onset) * quarter), 0)
    velocity = round(note.velocity + random.gauss(0, _FORCE) + leads * _MELODY_FORCE)
    end = None if note.end is None else max(note.end + onset - note.onset, onset + 1)
    return note._replace(onset=onset, end=end, velocity=min(max(velocity, 1), 127))


def _let_go(played: dict[tuple[int, RawNote], RawNote]) -> None:
    """See that a key that was let go before it is struck again still is."""
    keys: dict[tuple[int, int, int], list[tuple[int, RawNote]]] = defaultdict(list)
    for place in sorted(played, key=lambda place: place[1].onset):
        keys[place[0], place[1].channel, place[1].pitch].append(place)
    for strokes in keys.values():
        for place, following in pairwise(strokes):
            note, again = played[place], played[following]
            was_let_go = place[1].end is not None and place[1].end <= following[1].onset
            if was_let_go and note.end is not None and note.end > again.onset > note.onset:
                played[place] = note._replace(end=again.onset)


def _pink(count: int, random: Random) -> list[float]:
    """Pink noise of standard deviation 1 (Voss's algorithm, Gardner 1978, Scientific American)."""
    rows = [random.gauss(0, 1) for _ in range(_OCTAVES)]
    values = []
    for index in range(count):
        for octave in range(_OCTAVES):
            if index % 2**octave == 0:
                rows[octave] = random.gauss(0, 1)
        values.append(sum(rows) / _OCTAVES**0.5)
    return values
