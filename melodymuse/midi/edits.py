"""What a musician does to a file without composing: transpose, tempo, dynamics, grid, swing.

Each edit gives a new document; events that it is not about keep their bytes and places.  Ticks are
those of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from statistics import fmean

from melodymuse.errors import MidiError
from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.midi.file import RawNote
from melodymuse.midi.layout import MICROSECONDS_A_MINUTE
from melodymuse.midi.rewriting import begun_with, change_events, change_notes, with_track
from melodymuse.midi.tempos import (
    DEFAULT_TEMPO,
    SLOWEST,
    is_tempo,
    tempo_at,
    tempo_event,
    tempo_map,
)
from melodymuse.midi.view import DRUM_CHANNEL, Part, parts_of
from melodymuse.music.theory import Key

_KEY = b"\xff\x59"
_AFTERTOUCH, _CONTROL, _PROGRAM = 0xA0, 0xB0, 0xC0
_SUSTAIN = 64
_HIGHEST = 127

Channels = Collection[tuple[int, int]]


def channels_of(parts: Collection[Part]) -> Channels:
    """(track, channel) of some parts, as edits take them."""
    return {(part.track, part.channel) for part in parts}


def transpose(document: Document, semitones: int) -> Document:
    """Every part but percussion moved by some semitones, key signatures with them.

    Raises:
        MidiError: a note would leave MIDI's range.
    """

    def moved(note: RawNote) -> RawNote:
        if note.channel == DRUM_CHANNEL:
            return note
        if not 0 <= note.pitch + semitones <= _HIGHEST:
            raise MidiError(
                f"a note of pitch {note.pitch} cannot move by {semitones} semitones: "
                f"pitches are 0 to {_HIGHEST}"
            )
        return note._replace(pitch=note.pitch + semitones)

    def rekeyed(event: Event) -> Event:
        tick, data = event
        if data[:2] == _KEY and len(data) == 4 and data[3] <= 1:
            fifths = int.from_bytes(data[2:3], signed=True)
            mode = ("major", "minor")[data[3]]
            key = Key.of((7 * fifths + (9 if data[3] else 0) + semitones) % 12, mode)
            return Event(tick, data[:2] + key.fifths.to_bytes(1, signed=True) + data[3:])
        if data[0] & 0xF0 == _AFTERTOUCH and data[0] & 0x0F != DRUM_CHANNEL:
            return Event(tick, bytes([data[0], (data[1] + semitones) % 128, data[2]]))
        return event

    return change_events(_each_note(document, moved), rekeyed)


def scale_tempo(document: Document, factor: float) -> Document:
    """The whole tempo map faster by a factor; what is slower in it stays slower.

    Raises:
        MidiError: a tempo that a MIDI file cannot say.
    """
    if not any(is_tempo(event) for track in document.tracks for event in track.events):
        first = begun_with(document.tracks[0], tempo_event(0, DEFAULT_TEMPO))
        document = with_track(document, 0, first)

    def scaled(event: Event) -> Event:
        if not is_tempo(event):
            return event
        microseconds = round(int.from_bytes(event.data[2:]) / factor)
        if not 1 <= microseconds <= SLOWEST:
            raise MidiError(
                f"{MICROSECONDS_A_MINUTE / max(microseconds, 1):g} bpm cannot be written in a MIDI "
                "file: choose a tempo nearer to the piece's"
            )
        return tempo_event(event.tick, microseconds)

    return change_events(document, scaled)


def first_tempo(document: Document) -> float:
    """Quarter notes a minute at the first note."""
    first = min((note.onset for part in parts_of(document) for note in part.notes), default=0)
    return MICROSECONDS_A_MINUTE / tempo_at(tempo_map(document), first)


def scale_velocities(document: Document, channels: Channels, factor: float) -> Document:
    """Some parts louder by a factor, 1..127."""
    return _each_velocity(document, channels, lambda velocity: velocity * factor)


def centre_velocities(document: Document, channels: Channels, mean: float) -> Document:
    """Some parts louder or softer, so that their mean velocity is as asked, as far as 1..127
    allows; the differences stay."""
    velocities = [
        note.velocity
        for part in parts_of(document)
        if (part.track, part.channel) in channels
        for note in part.notes
    ]
    shift = mean - fmean(velocities) if velocities else 0.0
    return _each_velocity(document, channels, lambda velocity: velocity + shift)


def set_program(document: Document, channels: Channels, program: int) -> Document:
    """Some parts played by another General MIDI program, 0..127, from the first tick on."""
    tracks = [
        Track(
            tuple(
                event
                for event in track.events
                if not (event.data[0] & 0xF0 == _PROGRAM and (index, event.channel) in channels)
            )
        )
        for index, track in enumerate(document.tracks)
    ]
    for index, channel in sorted(channels):
        call = Event(0, bytes([_PROGRAM | channel, program]))
        tracks[index] = begun_with(tracks[index], call)
    return document.with_tracks(tuple(tracks))


def quantize(document: Document, channels: Channels, step: Fraction, bars: BarMap) -> Document:
    """Notes of some parts moved to the nearest line of a grid counted from each bar line, their
    lengths rounded to at least one step.

    Args:
        document: the file.
        channels: of the parts.
        step: of the grid, in quarter notes.
        bars: of the file.
    """
    grid = step * document.quarter

    def nearest(tick: int) -> int:
        start = bars.bars[bars.index_at(tick)].start
        return start + round(round((tick - start) / grid) * grid)

    def laid(note: RawNote) -> RawNote:
        onset = nearest(note.onset)
        if note.end is None:
            return note._replace(onset=onset)
        steps = max(round((note.end - note.onset) / grid), 1)
        return note._replace(onset=onset, end=onset + round(steps * grid))

    return _each_note(document, laid, channels)


def swing(document: Document, channels: Channels, share: float, bars: BarMap) -> Document:
    """Eighths of some parts swung: the first takes a share of the beat, .5 straight to .75; what
    lies within the eighths is stretched with them.

    Args:
        document: the file.
        channels: of the parts.
        share: of the beat that its first half takes.
        bars: of the file.
    """
    quarter = float(document.quarter)

    def swung(tick: int) -> int:
        start = bars.bars[bars.index_at(tick)].start
        beat, place = divmod((tick - start) / quarter, 1)
        if place < 0.5:
            place *= 2 * share
        else:
            place = share + (place - 0.5) * 2 * (1 - share)
        return start + round((beat + place) * quarter)

    def moved(note: RawNote) -> RawNote:
        onset = swung(note.onset)
        end = None if note.end is None else max(swung(note.end), onset + 1)
        return note._replace(onset=onset, end=end)

    return _each_note(document, moved, channels)


def lift_pedal(document: Document, channels: Channels) -> Document:
    """Some parts without the sustain pedal."""
    return document.with_tracks(
        tuple(
            Track(
                tuple(
                    event
                    for event in track.events
                    if not (
                        event.data[0] & 0xF0 == _CONTROL
                        and event.data[1] == _SUSTAIN
                        and (index, event.channel) in channels
                    )
                )
            )
            for index, track in enumerate(document.tracks)
        )
    )


def _each_note(
    document: Document, change: Callable[[RawNote], RawNote], channels: Channels | None = None
) -> Document:
    """A document with the notes of some parts (None: of all) changed."""
    return document.with_tracks(
        tuple(
            change_notes(
                track,
                lambda note, index=index: (  # type: ignore[misc]
                    change(note) if channels is None or (index, note.channel) in channels else note
                ),
            )
            for index, track in enumerate(document.tracks)
        )
    )


def _each_velocity(
    document: Document, channels: Channels, change: Callable[[int], float]
) -> Document:
    def struck(note: RawNote) -> RawNote:
        return note._replace(velocity=min(max(round(change(note.velocity)), 1), _HIGHEST))

    return _each_note(document, struck, channels)
