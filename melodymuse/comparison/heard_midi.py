"""What a transcriber heard in a sound, as a MIDI file: the symbolic side of a waveform.

Conventions
    Format 1, 480 ticks a quarter: track 0 holds the tempo and where the notes come from, track 1,
    "Heard", is one piano.  Notes stand where they sound, counted from the sound's beginning, to
    within a tick (a millisecond at 120 bpm): the file lies under its sound in a DAW, and nothing is
    moved to a grid.  The tempo sets the ruler alone; no time signature is claimed.
    Transcribers guess loudness badly, so all notes are equally loud.
    Of one pitch only one note sounds at a time: each ends where the next begins, and of several
    that begin together the longest is kept.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from melodymuse.comparison.metrics.notes import SoundedNote
from melodymuse.errors import MidiError
from melodymuse.midi.layout import ACOUSTIC_GRAND, MICROSECONDS_A_MINUTE
from melodymuse.music.score import TICKS_PER_QUARTER
from melodymuse.version import __version__

TRACK_NAME = "Heard"
VELOCITY = 64
# Where nobody heard a beat: what a MIDI file without a tempo means (Standard MIDI Files 1.0).
DEFAULT_BPM = 120.0
_SLOWEST, _FASTEST = 10.0, 1000.0
_MICROSECONDS = 1_000_000
_ENCODING = "utf-8"


class _Span(NamedTuple):
    """A note's first tick, the tick of its end, and its pitch."""

    first: int
    end: int
    pitch: int


def heard_midi(notes: Iterable[SoundedNote], *, by: str, bpm: float | None = None) -> bytes:
    """Notes in real time as a MIDI file; the same notes give the same bytes.

    Args:
        notes: what was heard, in any order; seconds from the sound's beginning, MIDI pitches.
        by: who heard them, for the file's text.
        bpm: the tempo heard, quarter notes a minute; None or beyond 10..1000 for 120.

    Raises:
        MidiError: a note without length, before the beginning, or of no MIDI pitch.
    """
    import mido

    beats = DEFAULT_BPM if bpm is None or not _SLOWEST <= bpm <= _FASTEST else bpm
    tempo = round(MICROSECONDS_A_MINUTE / beats)
    spans = _apart(_spans(notes, TICKS_PER_QUARTER * _MICROSECONDS / tempo))
    conductor = mido.MidiTrack(
        [
            mido.MetaMessage("text", text=_origin(by)),
            mido.MetaMessage("set_tempo", tempo=tempo),
        ]
    )
    track = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=TRACK_NAME),
            mido.Message("program_change", program=ACOUSTIC_GRAND),
        ]
    )
    now = 0
    for tick, velocity, pitch in sorted(_strokes(spans)):
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    file = mido.MidiFile(
        type=1, ticks_per_beat=TICKS_PER_QUARTER, tracks=[conductor, track], charset=_ENCODING
    )
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _origin(by: str) -> str:
    # A surrogate without its other half has no bytes in UTF-8.
    name = by.encode(_ENCODING, errors="replace").decode(_ENCODING)
    return f"heard in a sound by {name}, a guess; written by MelodyMuse {__version__}"


def _spans(notes: Iterable[SoundedNote], rate: float) -> Iterator[_Span]:
    """The notes in ticks, `rate` a second, each at least one long."""
    for note in notes:
        sane = math.isfinite(note.onset) and math.isfinite(note.duration)
        if not (sane and note.onset >= 0 and note.duration > 0 and 0 <= note.pitch <= 127):
            raise MidiError(f"{note} cannot stand in a MIDI file")
        first = round(note.onset * rate)
        yield _Span(first, max(round((note.onset + note.duration) * rate), first + 1), note.pitch)


def _apart(spans: Iterable[_Span]) -> list[_Span]:
    """The same, no two of one pitch at a time: a note-off would end both."""
    last: dict[int, _Span] = {}
    done: list[_Span] = []
    for span in sorted(spans):
        before = last.get(span.pitch)
        if before is not None and before.first < span.first:
            done.append(before._replace(end=min(before.end, span.first)))
        # Of one beginning the longest comes last.
        last[span.pitch] = span
    return sorted([*done, *last.values()])


def _strokes(spans: Iterable[_Span]) -> Iterator[tuple[int, int, int]]:
    """Tick, velocity and pitch; 0 lets go of the key, and so comes before what is struck anew."""
    for span in spans:
        yield span.first, VELOCITY, span.pitch
        yield span.end, 0, span.pitch
