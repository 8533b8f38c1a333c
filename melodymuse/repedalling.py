"""The sustain pedal of a MIDI file written anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from melodymuse.midi.document import Document
from melodymuse.midi.edits import lift_pedal
from melodymuse.midi.events import Event
from melodymuse.midi.layout import SUSTAIN
from melodymuse.midi.reader import score_of
from melodymuse.midi.rewriting import with_events, with_track
from melodymuse.midi.stretch import players_of
from melodymuse.midi.view import bars_of
from melodymuse.music.score import TICKS_PER_QUARTER, ChordSymbol
from melodymuse.writing.pedalling import pedal_strokes

_CONTROL, _DOWN, _UP = 0xB0, 127, 0


def repedal(document: Document, tracks: Collection[int] = ()) -> Document:
    """A document whose piano is pedalled as `pedal_strokes` has it, in the place of what pedal it
    had: changed at the file's bar lines, and with the chords where they have a track.

    Args:
        document: the file.
        tracks: those that are the piano; none takes what a piano plays.

    Raises:
        MidiError: no piano plays in the file.
    """
    players, _ = players_of(document, tracks)
    scale = TICKS_PER_QUARTER / document.quarter
    score, bars = score_of(document, hands=players), bars_of(document)
    lines = {round(bar.start * scale) for bar in bars.bars}
    changes = sorted(lines | {chord.onset for chord in score.chords})
    end = round(bars.end * scale)
    strokes = pedal_strokes(
        [replace(note, duration=min(note.duration, end - note.onset)) for note in score.notes],
        [ChordSymbol(tick, 1, 0, "major") for tick in changes if tick < end],
        end,
        end,
        score.tempos[0].bpm,
    )
    document = lift_pedal(document, players)
    # One pedal a channel: on the first track that plays on it.
    first = {channel: index for index, channel in sorted(players, reverse=True)}
    for channel, index in first.items():
        status = bytes([_CONTROL | channel, SUSTAIN])
        moves = [
            Event(round(tick / scale), status + bytes([value]))
            for stroke in strokes
            for tick, value in ((stroke.onset, _DOWN), (stroke.release, _UP))
        ]
        track = with_events(document.tracks[index], moves)
        document = with_track(document, index, track)
    return document
