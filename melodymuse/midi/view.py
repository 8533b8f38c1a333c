"""The piano in a MIDI file: which notes of which tracks it plays, and with which hand.

A view, not a copy: its parts say in which track and channel of the document they stand, so that
what is new can be written there and all else be left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap, bar_map
from melodymuse.midi.document import Document
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote, message_of, paired_events
from melodymuse.music.theory import Key

DRUM_CHANNEL = 9  # counted from 0; General MIDI keeps it for percussion
_PIANOS = range(8)  # programs of the General MIDI family "piano", counted from 0
_TRACK_NAME = b"\xff\x03"
_KEY = b"\xff\x59"
_PROGRAM = 0xC0


@dataclass(frozen=True, slots=True)
class Part:
    """What one channel plays in one track.

    Attributes:
        track: index of the track in the document.
        channel: 0..15.
        name: the track's name, may be empty.
        programs: the General MIDI programs, counted from 0, under which it plays, in order; the
            first is 0 where none is called up before its first note.
        notes: by onset, in ticks of the file.
    """

    track: int
    channel: int
    name: str
    programs: tuple[int, ...]
    notes: tuple[RawNote, ...]

    @property
    def is_piano(self) -> bool:
        """Whether a piano plays it, or nothing says that something else does."""
        return self.channel != DRUM_CHANNEL and self.programs[0] in _PIANOS


def parts_of(document: Document) -> tuple[Part, ...]:
    """Every part with notes, by track and channel."""
    parts = []
    for index, track in enumerate(document.tracks):
        by_channel: dict[int, list[RawNote]] = defaultdict(list)
        for note in paired_events(track.events):
            by_channel[note.channel].append(note)
        name = name_in(document, index)
        parts += [
            Part(index, channel, name, _programs(document, index, notes[0]), tuple(notes))
            for channel, notes in sorted(by_channel.items())
        ]
    return tuple(parts)


def bars_of(document: Document, pickup: Fraction | None = None) -> BarMap:
    """The bars of a file, to the one in which its last note ends.

    A finger that lifts late, by a sixteenth at most, begins no bar.
    """
    late = int(document.quarter / 4)
    ends = (
        max(note.onset + 1, (note.end or 0) - late)
        for part in parts_of(document)
        for note in part.notes
    )
    return bar_map(document, max(ends, default=0), pickup)


def key_changes(document: Document) -> tuple[tuple[int, Key], ...]:
    """(tick, key) of every key signature that makes sense, by tick; the last of one tick counts."""
    found = {}
    for track in document.tracks:
        for event in track.events:
            if event.data[:2] == _KEY and (message := message_of(event)) is not None:
                found[event.tick] = Key.parse(message.key)
    return tuple(sorted(found.items(), key=lambda change: change[0]))


def name_in(document: Document, index: int) -> str:
    """The name of a track, or an empty string."""
    events = document.tracks[index].events
    return next((document.text(event) for event in events if event.data[:2] == _TRACK_NAME), "")


def piano_of(document: Document, tracks: Collection[int] = ()) -> tuple[Part, ...]:
    """The parts that are the piano.

    Those of the tracks named; else those that a piano plays; else, where nothing is a piano's, all
    that is not percussion.

    Args:
        document: the file.
        tracks: their indices in the document, 0 the first.

    Raises:
        MidiError: a track that is not there or has no notes, or nothing but percussion.
    """
    parts = parts_of(document)
    if tracks:
        for track in tracks:
            if not any(part.track == track for part in parts):
                known = ", ".join(str(index) for index in sorted({part.track for part in parts}))
                raise MidiError(
                    f"there are no notes in track {track}: those with notes are {known}"
                )
        return tuple(part for part in parts if part.track in tracks)
    pitched = [part for part in parts if part.channel != DRUM_CHANNEL]
    if not pitched:
        raise MidiError(
            "there is no note to go on from: percussion alone is no piano"
            if parts
            else "there is no note in the file"
        )
    return tuple([part for part in pitched if part.is_piano] or pitched)


def _programs(document: Document, index: int, first: RawNote) -> tuple[int, ...]:
    """The programs under which a part plays from its first note on: those called up in its own
    track, or if none is, in others."""
    channel = first.channel
    own = _changes([document.tracks[index].events], channel)
    changes = own or _changes([track.events for track in document.tracks], channel)
    before = [program for tick, program in changes if tick <= first.onset]
    later = [program for tick, program in changes if tick > first.onset]
    return (before[-1] if before else 0, *later)


def _changes(tracks: Iterable[Sequence[Event]], channel: int) -> list[tuple[int, int]]:
    status = _PROGRAM | channel
    return sorted(
        (event.tick, event.data[1])
        for events in tracks
        for event in events
        if event.data[0] == status
    )
