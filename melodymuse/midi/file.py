"""A MIDI file as mido reads it: opened safely, its events at absolute ticks, its notes in pairs.

What stands here knows the file format and nothing of scores; ticks are the file's own.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict, deque
from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from melodymuse.errors import MidiError
from melodymuse.limits import MIDI_BYTES
from melodymuse.midi.layout import decode_text

_HEADER = b"MThd"
_DAMAGE = (OSError, ValueError, LookupError, TypeError, OverflowError)
_KEY_SIGNATURE = re.compile(rb"\xff\x59\x02(..)", re.DOTALL)
_NOTHING_IN_PARTICULAR = b"\xff\x7f\x02"  # a sequencer-specific event of two bytes
_MOST_ACCIDENTALS = 7
_DROP_FRAME = -29, Fraction(30000, 1001)  # what the header says, frames a second
_QUARTERS_A_SECOND = 2  # what 120 beats a minute mean: the tempo of a file that states none


class RawNote(NamedTuple):
    """A note in a track: ticks of the file, channel 0..15; `end` is None without a note-off."""

    onset: int
    end: int | None
    pitch: int
    velocity: int
    channel: int


def load_midi(source: str | os.PathLike[str] | bytes) -> Any:
    """The `mido.MidiFile` in a file or in bytes, its text undecoded (each character one byte).

    Data bytes over 127 are taken as 127.

    Raises:
        MidiError: the file is missing, unreadable, no MIDI file, cut off, or of format 2.
    """
    # Imported here so that composing, which only writes, need not pay for it.
    import mido

    data, name = (
        (source, "the data") if isinstance(source, bytes) else (_read(source), f"'{source}'")
    )
    if not data:
        raise MidiError(f"{name} is empty: give a MIDI file")
    if not data.startswith(_HEADER):
        raise MidiError(f"{name} is not a MIDI file: it does not begin with {_HEADER.decode()}")
    try:
        try:
            file = _parsed(data)
        except mido.KeySignatureError:
            file = _parsed(_KEY_SIGNATURE.sub(_harmless, data))
    except EOFError as error:
        raise MidiError(f"{name} is cut off: the MIDI file ends within a track") from error
    except (*_DAMAGE, mido.KeySignatureError) as error:
        raise MidiError(f"{name} is a damaged MIDI file: {error}") from error
    if file.type == 2:
        raise MidiError(f"{name} is of MIDI format 2, independent songs: save it as format 1")
    if not file.tracks:
        raise MidiError(f"{name} holds no track: give a MIDI file with notes")
    if ticks_per_quarter(file) <= 0:
        raise MidiError(f"{name} is a damaged MIDI file: no ticks per quarter note")
    return file


def _parsed(data: bytes) -> Any:
    import mido

    return mido.MidiFile(file=BytesIO(data), clip=True)


def _harmless(signature: re.Match[bytes]) -> bytes:
    """A key signature as it is, or, with more than seven accidentals or a third mode, as an event
    that says nothing: mido reads no file with one of those, and programs do write them."""
    accidentals, mode = signature[1]
    if min(accidentals, 256 - accidentals) <= _MOST_ACCIDENTALS and mode <= 1:
        return signature[0]
    return _NOTHING_IN_PARTICULAR + signature[1]


def ticks_per_quarter(file: Any) -> Fraction:
    """Ticks of a quarter note; where the file counts SMPTE frames, of half a second."""
    division: int = file.ticks_per_beat
    if division >= 0:
        return Fraction(division)
    frames, ticks_per_frame = division >> 8, division & 0xFF
    named, drop_frame_rate = _DROP_FRAME
    rate = drop_frame_rate if frames == named else Fraction(-frames)
    return rate * ticks_per_frame / _QUARTERS_A_SECOND


def timed(track: Iterable[Any]) -> list[tuple[int, Any]]:
    """The messages of a track with their ticks from the beginning."""
    now = 0
    events = []
    for message in track:
        now += message.time
        events.append((now, message))
    return events


def decoded(text: str) -> str:
    """The text of a message of `load_midi`, where each character still stands for one byte."""
    return decode_text(text.encode("latin-1"))


def name_of(track: Any) -> str:
    """The name of a track, or an empty string."""
    return decoded(track.name)


def length(track: Iterable[Any]) -> int:
    """The last tick of a track: its end-of-track event, or its last event where that is missing."""
    return sum(message.time for message in track)


def paired_notes(track: Iterable[Any]) -> list[RawNote]:
    """The notes of a track by onset; a note-off ends the note of its pitch that began first."""
    notes: list[RawNote] = []
    sounding: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    for tick, message in timed(track):
        if message.type == "note_on" and message.velocity:
            sounding[message.channel, message.note].append(len(notes))
            notes.append(RawNote(tick, None, message.note, message.velocity, message.channel))
        elif message.type in ("note_on", "note_off"):
            waiting = sounding[message.channel, message.note]
            if waiting:
                index = waiting.popleft()
                notes[index] = notes[index]._replace(end=tick)
    return notes


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
    if len(data) > largest and data.startswith(_HEADER):
        raise MidiError(f"'{path}' is larger than {largest // 2**20} MiB: split the MIDI file")
    return data
