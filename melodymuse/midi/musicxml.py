"""A printed score of MusicXML as the MIDI document that its notation program would export: a track
for each staff, metres with the pickup, keys, tempi; repeats are played once.

The format: W3C, "MusicXML 4.0"; compressed files (.mxl) are ZIP archives.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from itertools import zip_longest
from typing import Any
from zipfile import BadZipFile, ZipFile

from melodymuse.errors import MidiError
from melodymuse.limits import MIDI_BYTES
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import END_OF_TRACK, Event
from melodymuse.midi.layout import ACOUSTIC_GRAND, MICROSECONDS_A_MINUTE, encode_text
from melodymuse.midi.tempos import tempo_event

_ZIP = b"PK\x03\x04"
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
_QUARTER = 480
_NAME, _METRE, _KEY = b"\xff\x03", b"\xff\x58", b"\xff\x59"
_OFF, _ON, _PROGRAM = 0x80, 0x90, 0xC0
_CLOCKS = b"\x18\x08"
_LOUD = 80
_CHANNELS = [*range(9), *range(10, 16)]


def read_musicxml(data: bytes, name: str) -> Document:
    """The document of a score.

    Raises:
        MidiError: it cannot be read, or is too large.
    """
    from music21.musicxml.xmlToM21 import MusicXMLImporter

    text = _unpacked(data, name) if data.startswith(_ZIP) else data
    if b"<!ENTITY" in text:
        raise MidiError(f"{name} defines entities, which no score needs: export it anew")
    reader: Any = MusicXMLImporter()  # type: ignore[no-untyped-call]
    reader.xmlText = text
    try:
        reader.parseXMLText()
        parts = list(reader.stream.parts)
        title = reader.stream.metadata.bestTitle if reader.stream.metadata else None
        tracks = [_staff(part, channel) for part, channel in zip(parts, _CHANNELS, strict=False)]
        conductor = _conductor(parts[0], title or "", max(track.end for track in tracks))
    except Exception as error:  # whatever a program of another house stumbles over
        raise MidiError(
            f"{name} is no MusicXML that can be read: export a MIDI file from your notation program"
        ) from error
    left_out = len(parts) - len(tracks)
    faults = (f"{left_out} of its {len(parts)} staves are left out",) if left_out else ()
    return Document(1, _QUARTER, (conductor, *tracks), faults)


def _unpacked(data: bytes, name: str) -> bytes:
    """The score in an archive."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            files = [
                info
                for info in archive.infolist()
                if info.filename.lower().endswith((".xml", ".musicxml"))
                and not info.filename.startswith("META-INF/")
            ]
            if files:
                with archive.open(files[0]) as file:
                    text = file.read(MIDI_BYTES.most + 1)
                if len(text) <= MIDI_BYTES.most:
                    return text
                raise MidiError(f"{name} is too large a score: split it")
    except _DAMAGE as error:
        raise MidiError(f"{name} is a damaged archive: export it anew") from error
    raise MidiError(f"{name} is an archive without a score: give a MIDI file, or MusicXML")


def _staff(part: Any, channel: int) -> Track:
    """A staff's notes, ties joined, grace notes left out."""
    notes = list(_struck(part))
    struck = [Event(on, bytes([_ON | channel, pitch, _LOUD])) for on, _, pitch in notes]
    let_go = [Event(end, bytes([_OFF | channel, pitch, 0])) for _, end, pitch in notes]
    opening = (
        Event(0, _NAME + encode_text(part.partName or "")),
        Event(0, bytes([_PROGRAM | channel, _program(part)])),
    )
    # What ends at a tick comes before what begins there.
    played = sorted([*let_go, *struck], key=lambda event: event.tick)
    end = max([_tick(part.highestTime), *(end for _, end, _ in notes)])
    return Track((*opening, *played, Event(end, END_OF_TRACK)))


def _struck(part: Any) -> Iterator[tuple[int, int, int]]:
    """Onset, end and pitch of its notes; where two voices share a key it is let go when struck
    again, and sounds as long as the longer one."""
    ends: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for element in part.stripTies().flatten().notes:
        on, end = _tick(element.offset), _tick(element.offset + element.duration.quarterLength)
        for pitch in getattr(element, "pitches", ()):
            if end > on:
                ends[pitch.midi][on] = max(end, ends[pitch.midi].get(on, 0))
    for pitch, strokes in ends.items():
        last = 0
        onsets = sorted(strokes)
        for on, again in zip_longest(onsets, onsets[1:]):
            last = max(last, strokes[on])
            yield on, last if again is None else min(last, again), pitch


def _program(part: Any) -> int:
    instrument = part.getInstrument(returnDefault=True)
    number = getattr(instrument, "midiProgram", None)
    return number if isinstance(number, int) and number in range(128) else ACOUSTIC_GRAND


def _conductor(part: Any, title: str, end: int) -> Track:
    """Title, tempi, metres and keys, as the first staff has them."""
    events = sorted([*_metres(part), *_keys(part), *_tempi(part)], key=lambda event: event.tick)
    return Track((Event(0, _NAME + encode_text(title)), *events, Event(end, END_OF_TRACK)))


def _metres(part: Any) -> Iterator[Event]:
    """The metres; that of a pickup is as long as it."""
    measures = list(part.getElementsByClass("Measure"))
    for measure, after in zip(measures, [*measures[1:], None], strict=True):
        metre, begin = measure.timeSignature, Fraction(measure.offset)
        if metre is None:
            continue
        numerator, denominator = metre.numerator, metre.denominator
        length = Fraction(metre.barDuration.quarterLength)
        whole = length if after is None else Fraction(after.offset) - begin
        beats = whole * denominator / 4
        if not begin and 0 < whole < length and beats.denominator == 1:
            yield _metre(0, int(beats), denominator)
            begin = whole
        yield _metre(_tick(begin), numerator, denominator)


def _metre(tick: int, numerator: int, denominator: int) -> Event:
    power = denominator.bit_length() - 1
    return Event(tick, _METRE + bytes([min(numerator, 255), power]) + _CLOCKS)


def _keys(part: Any) -> Iterator[Event]:
    for key in part.flatten().getElementsByClass("KeySignature"):
        if abs(key.sharps) <= 7:
            minor = getattr(key, "mode", None) == "minor"
            yield Event(_tick(key.offset), _KEY + bytes([key.sharps & 0xFF, minor]))


def _tempi(part: Any) -> Iterator[Event]:
    for mark in part.flatten().getElementsByClass("MetronomeMark"):
        bpm = mark.getQuarterBPM()
        if bpm:
            yield tempo_event(_tick(mark.offset), round(MICROSECONDS_A_MINUTE / bpm))


def _tick(quarters: Any) -> int:
    return round(Fraction(quarters) * _QUARTER)
