"""A MIDI file without loss: every event of every track, as it stands in the file.

Reading tolerates what players tolerate (wrong chunk lengths and counts, unknown chunks, what stands
before the header, a file that is cut off) and says so in `Document.faults`; what cannot be
understood is passed through.  Nothing here knows what the events mean.

The file format: MIDI Manufacturers Association, RP-001, "Standard MIDI Files 1.0".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from struct import pack, unpack_from

from melodymuse.errors import MidiError
from melodymuse.limits import EVENTS
from melodymuse.midi.events import END_OF_TRACK, Event, read_events, write_events
from melodymuse.midi.layout import check_encoding, decode_text

_HEADER, _TRACK = b"MThd", b"MTrk"
_PREFIX = 8  # a chunk's type and length
_FIELDS = 6  # bytes of the header that every file has
_DROP_FRAME = -29, Fraction(30000, 1001)  # what the header says, frames a second
_QUARTERS_A_SECOND = 2  # what 120 beats a minute mean: the tempo of a file that states none


@dataclass(frozen=True, slots=True)
class Track:
    """The events of a track, by tick; the last one ends the track."""

    events: tuple[Event, ...]

    @property
    def end(self) -> int:
        """The tick of the end of the track."""
        return self.events[-1].tick if self.events else 0


@dataclass(frozen=True, slots=True)
class ForeignChunk:
    """A chunk of a type that the format does not know, passed through."""

    kind: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A MIDI file of format 0 or 1.

    Attributes:
        format: as the header has it: 0, all in one track, or 1, tracks side by side.
        division: as the header has it: ticks a quarter note, or negative, film frames and ticks a
            frame.
        chunks: tracks and what else the file holds, in order.
        faults: what was wrong with the file as a file, for the user; empty where nothing was.
        encoding: of its texts and names; empty to guess.
    """

    format: int
    division: int
    chunks: tuple[Track | ForeignChunk, ...]
    faults: tuple[str, ...] = ()
    encoding: str = ""

    @property
    def quarter(self) -> Fraction:
        """Ticks of a quarter note, as `quarter_of` has it."""
        return quarter_of(self.division)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks alone."""
        return tuple(chunk for chunk in self.chunks if isinstance(chunk, Track))

    def text(self, event: Event) -> str:
        """What a meta event of text says."""
        return decode_text(event.data[2:], self.encoding)

    def with_tracks(self, tracks: tuple[Track, ...]) -> Document:
        """The same file with other tracks in the place of its own; further ones come last."""
        ours = iter(tracks)
        kept = [next(ours, chunk) if isinstance(chunk, Track) else chunk for chunk in self.chunks]
        return replace(self, chunks=tuple(chain(kept, ours)))

    def to_bytes(self) -> bytes:
        """The file: the same events in the same order, without running status; format 1 where
        there are several tracks, whatever the header said."""
        tracks = len(self.tracks)
        header = pack(">HHh", self.format if tracks == 1 else 1, tracks, self.division)
        return b"".join(
            [_chunk(_HEADER, header)]
            + [
                _chunk(_TRACK, write_events(chunk.events))
                if isinstance(chunk, Track)
                else _chunk(chunk.kind, chunk.data)
                for chunk in self.chunks
            ]
        )


def quarter_of(division: int) -> Fraction:
    """Ticks of a quarter note by a header's division; where the file counts SMPTE frames, of half
    a second."""
    if division >= 0:
        return Fraction(division)
    frames, ticks_per_frame = division >> 8, division & 0xFF
    named, drop_frame_rate = _DROP_FRAME
    rate = drop_frame_rate if frames == named else Fraction(-frames)
    return rate * ticks_per_frame / _QUARTERS_A_SECOND


def read_document(data: bytes, name: str = "the data", encoding: str = "") -> Document:
    """The document in the bytes of a MIDI file, whatever surrounds it.

    Args:
        data: of the file.
        name: what the file is called in a message.
        encoding: of its texts and names; empty to guess.

    Raises:
        MidiError: no MIDI file, of format 2, without a track, with no ticks in a quarter note, or
            an unknown encoding.
    """
    if encoding:
        check_encoding(encoding)
    if not data:
        raise MidiError(f"{name} is empty: give a MIDI file")
    start = data.find(_HEADER)
    if start < 0:
        raise MidiError(f"{name} is not a MIDI file: there is no {_HEADER.decode()} in it")
    body = start + _PREFIX
    if len(data) < body + _FIELDS:
        raise MidiError(f"{name} is a damaged MIDI file: its header is cut off")
    length, kind, count, division = unpack_from(">IHHh", data, start + 4)
    if kind == 2:
        raise MidiError(f"{name} is of MIDI format 2, independent songs: save it as format 1")
    if division == 0 or (division < 0 and not division & 0xFF):
        raise MidiError(f"{name} is a damaged MIDI file: no ticks per quarter note")
    chunks, faults = _chunks(data, body + max(length, _FIELDS))
    tracks = sum(isinstance(chunk, Track) for chunk in chunks)
    if not tracks:
        raise MidiError(f"{name} holds no track: give a MIDI file with notes")
    if count not in (tracks, len(chunks)):
        faults.append(f"its header speaks of {count} tracks, {tracks} are there")
    return Document(min(kind, 1), division, tuple(chunks), tuple(dict.fromkeys(faults)), encoding)


def _chunks(data: bytes, position: int) -> tuple[list[Track | ForeignChunk], list[str]]:
    """Whatever follows the header, and what is wrong with it."""
    chunks: list[Track | ForeignChunk] = []
    faults: list[str] = []
    left = EVENTS.most
    while position + _PREFIX <= len(data):
        kind, length = data[position : position + 4], unpack_from(">I", data, position + 4)[0]
        begin = position + _PREFIX
        declared = begin + length
        if kind == _TRACK:
            events, end, wrong = read_events(data, begin, _stops(data, declared), most=left)
            left -= len(events)
            chunks.append(Track(_ended(tuple(events))))
            faults += wrong
            position = _next_chunk(data, end, declared)
            if (declared != position and position < len(data)) or end > declared:
                faults.append("the length of a track is wrong")
        elif _is_a_type(kind) and declared <= len(data):
            chunks.append(ForeignChunk(kind, data[begin:declared]))
            position = declared
        else:
            found = data.find(_TRACK, position + 1)
            position = len(data) if found < 0 else found
            if found >= 0:
                faults.append("something else stands between its tracks")
    return chunks, faults


def _stops(data: bytes, declared: int) -> int | None:
    """Where a track ends that does not say so: where it should, if a track or nothing follows."""
    return declared if data[declared : declared + 4] in (_TRACK, b"") else None


def _next_chunk(data: bytes, end: int, declared: int) -> int:
    """Where the chunk after a track begins: where the track's length says, where its events end,
    or where the next track's mark stands."""
    for place in (declared, end):
        if end <= place < len(data) and _is_a_type(data[place : place + 4]):
            return place
    found = data.find(_TRACK, end)
    return len(data) if found < 0 else found


def _is_a_type(kind: bytes) -> bool:
    return len(kind) == 4 and all(0x20 <= byte < 0x7F for byte in kind)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + pack(">I", len(data)) + data


def _ended(events: tuple[Event, ...]) -> tuple[Event, ...]:
    if events and events[-1].data.startswith(END_OF_TRACK):
        return events
    return (*events, Event(events[-1].tick if events else 0, END_OF_TRACK))
