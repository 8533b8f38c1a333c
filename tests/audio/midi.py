"""Small MIDI files for the tests of sound."""

from __future__ import annotations

from io import BytesIO

import mido

M = mido.Message


def midi(*events: tuple[int, mido.Message | mido.MetaMessage], ticks_per_beat: int = 480) -> bytes:
    """A file of one track with messages at absolute ticks."""
    file = mido.MidiFile(ticks_per_beat=ticks_per_beat)
    track = mido.MidiTrack()
    now = 0
    for tick, message in sorted(events, key=lambda event: event[0]):
        track.append(message.copy(time=tick - now))
        now = tick
    file.tracks.append(track)
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def note(
    pitch: int = 60, velocity: int = 80, onset: int = 0, duration: int = 480, channel: int = 0
) -> tuple[tuple[int, mido.Message], tuple[int, mido.Message]]:
    """A note as two events."""
    return (
        (onset, M("note_on", note=pitch, velocity=velocity, channel=channel)),
        (onset + duration, M("note_off", note=pitch, channel=channel)),
    )


def chords(seconds: int, velocity: int = 80) -> bytes:
    """A chord every half second."""
    events = []
    for beat in range(2 * seconds):
        for pitch in (48, 60, 64, 67):
            events += note(pitch, velocity, beat * 480, 440)
    return midi(*events)
