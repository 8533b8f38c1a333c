"""A MIDI file as mido reads it: opened safely, its events at absolute ticks, its notes in pairs.

What stands here knows the messages and nothing of scores; ticks are the file's own.
"""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from melodymuse.errors import MidiError
from melodymuse.limits import MIDI_BYTES
from melodymuse.midi.document import Document, quarter_of, read_document
from melodymuse.midi.events import Event
from melodymuse.midi.layout import WRITTEN_ENCODING

_DAMAGE = (ValueError, LookupError, TypeError, OverflowError)
_ZIP, _SCORES = b"PK\x03\x04", (b"<score-partwise", b"<score-timewise")
_HEAD = 4096
NOTE_OFF, NOTE_ON, AFTER_NOTES = 0x80, 0x90, 0xA0
_SYSEX, _END_SYSEX = 0xF0, 0xF7
# Bytes of data that these meta events have: channel prefix, tempo, SMPTE offset, metre, key.
_TEXTS = {"text", "name"}
_SIZES = {0x20: 1, 0x51: 3, 0x54: 5, 0x58: 4, 0x59: 2}


class RawNote(NamedTuple):
    """A note in a track: ticks of the file, channel 0..15; `end` is None without a note-off."""

    onset: int
    end: int | None
    pitch: int
    velocity: int
    channel: int


def load_document(source: str | os.PathLike[str] | bytes, encoding: str = "") -> Document:
    """The document in a file or in bytes; `encoding` is that of its texts, empty to guess.  A
    printed score of MusicXML becomes the document that it would be exported as.

    Raises:
        MidiError: the file is missing, unreadable, too large or no MIDI file, or of format 2; or
            nothing is known of the encoding, or the file tells its own.
    """
    data, name = (
        (source, "the data") if isinstance(source, bytes) else (_read(source), f"'{source}'")
    )
    if is_musicxml(data):
        if encoding:
            raise MidiError(f"{name} is MusicXML, which tells its encoding: leave --encoding out")
        from melodymuse.midi.musicxml import read_musicxml

        return read_musicxml(data, name)
    return read_document(data, name, encoding)


def is_musicxml(data: bytes) -> bool:
    """Whether bytes are a score of MusicXML, compressed (a ZIP archive) or not."""
    return data.startswith(_ZIP) or any(mark in data[:_HEAD] for mark in _SCORES)


def load_midi(source: str | os.PathLike[str] | bytes) -> Any:
    """The `mido.MidiFile` in a file or in bytes.

    Data bytes over 127 are taken as 127; what mido does not understand is left out.

    Raises:
        MidiError: as `load_document`.
    """
    return as_mido(load_document(source))


def as_mido(document: Document) -> Any:
    """A document as a `mido.MidiFile`; what mido does not understand is left out."""
    # Imported here so that composing, which only writes, need not pay for it.
    import mido

    file = mido.MidiFile(
        type=document.format, ticks_per_beat=document.division, charset=WRITTEN_ENCODING
    )
    for track in document.tracks:
        messages, now = mido.MidiTrack(), 0
        for event in track.events:
            message = message_of(event)
            if message is not None:
                message.time = event.tick - now
                for field in _TEXTS.intersection(vars(message)):
                    setattr(message, field, document.text(event))
                messages.append(message)
                now = event.tick
        file.tracks.append(messages)
    return file


def message_of(event: Event) -> Any:
    """The mido message of an event, its time 0; None for what has no sense: a meta event that is
    too short, a tempo or a key signature that is none."""
    import mido
    from mido.midifiles.meta import build_meta_message

    status, *data = event.data
    try:
        if event.is_meta:
            kind, *data = data
            if kind in _SIZES and len(data) != _SIZES[kind]:
                return None
            return build_meta_message(kind, data)
        if status == _SYSEX:
            return mido.Message("sysex", data=[byte & 0x7F for byte in data if byte != _END_SYSEX])
        if status > _SYSEX:  # for a cable, not for a file
            return None
        return mido.Message.from_bytes([status, *map(_seven_bits, data)])
    except (*_DAMAGE, mido.KeySignatureError):
        return None


def ticks_per_quarter(file: Any) -> Fraction:
    """Ticks of a quarter note; where the file counts SMPTE frames, of half a second."""
    return quarter_of(file.ticks_per_beat)


def timed(track: Iterable[Any]) -> list[tuple[int, Any]]:
    """The messages of a track with their ticks from the beginning."""
    now = 0
    events = []
    for message in track:
        now += message.time
        events.append((now, message))
    return events


def length(track: Iterable[Any]) -> int:
    """The last tick of a track: its end-of-track event, or its last event where that is missing."""
    return sum(message.time for message in track)


def paired_notes(track: Iterable[Any]) -> list[RawNote]:
    """The notes of a track of mido's by onset, paired as `paired_events` does."""
    return _paired(
        (tick, message.type == "note_on", message.channel, message.note, message.velocity)
        for tick, message in timed(track)
        if message.type in ("note_on", "note_off")
    )


def paired_events(events: Iterable[Event]) -> list[RawNote]:
    """The notes among the events of a track by onset; a note-off ends the note of its pitch that
    began first."""
    return _paired(
        (tick, data[0] >= NOTE_ON, data[0] & 0x0F, _seven_bits(data[1]), _seven_bits(data[2]))
        for tick, data in events
        if NOTE_OFF <= data[0] < AFTER_NOTES
    )


def _paired(strokes: Iterable[tuple[int, bool, int, int, int]]) -> list[RawNote]:
    """Notes from (tick, whether it is a note-on, channel, pitch, velocity) in order."""
    notes: list[RawNote] = []
    sounding: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    for tick, on, channel, pitch, velocity in strokes:
        if on and velocity:
            sounding[channel, pitch].append(len(notes))
            notes.append(RawNote(tick, None, pitch, velocity, channel))
        elif waiting := sounding[channel, pitch]:
            index = waiting.popleft()
            notes[index] = notes[index]._replace(end=tick)
    return notes


def _seven_bits(byte: int) -> int:
    return min(byte, 127)


def _read(path: str | os.PathLike[str]) -> bytes:
    largest = MIDI_BYTES.most
    try:
        with Path(path).open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError as error:
        raise MidiError(f"there is no file '{path}'") from error
    except IsADirectoryError as error:
        raise MidiError(f"'{path}' is a folder: give a MIDI file") from error
    except (OSError, ValueError) as error:
        raise MidiError(f"cannot read {os.fspath(path)!r}: {error}") from error
    if len(data) > largest:
        raise MidiError(f"'{path}' is larger than {largest / 2**20:g} MiB: split the MIDI file")
    return data
