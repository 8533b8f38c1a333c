"""A piece as the other music tower reads it: a log-mel spectrogram of its sound."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import mido
import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.rendering import Sound, render
from melodymuse.hearing.cues import Sounded
from melodymuse.optional import librosa

# Frames of a tenth of a second, and bands of each.
FRAMES, BANDS = 160, 48
_RATE, _FRAMES_A_SECOND = 16000, 10
_SOUND = Sound(rate=_RATE, reverb=0.0, tail=0.5)
_WINDOW, _RANGE_DB = 2048, 80.0
_TICKS_A_SECOND = 960  # 480 a quarter, at 120 quarters a minute


def mel_of(notes: Sequence[Sounded]) -> NDArray[np.float32]:
    """Notes from their first onset on as they sound through the soundfont that comes along,
    float32 (FRAMES, BANDS): 0 is the loudest band, -1 is 80 dB softer or less.

    Raises:
        AudioError, SoundfontError: nothing to play them with.
        MissingExtraError: the extras ``audio`` and ``compare`` are not installed.
    """
    samples = render(_midi(notes), _SOUND).clip.mono()
    power = librosa().feature.melspectrogram(
        y=samples, sr=_RATE, n_fft=_WINDOW, hop_length=_RATE // _FRAMES_A_SECOND, n_mels=BANDS
    )
    level = 10 * np.log10(np.maximum(power / power.max(), 1e-12)).T[:FRAMES]
    mel = np.full((FRAMES, BANDS), -1, np.float32)
    mel[: len(level)] = np.maximum(level / _RANGE_DB, -1)
    return mel


def _midi(notes: Sequence[Sounded]) -> bytes:
    begin = min(note.onset for note in notes)
    events = []
    for note in notes:
        start = round((note.onset - begin) * _TICKS_A_SECOND)
        if start < FRAMES * _TICKS_A_SECOND // _FRAMES_A_SECOND:
            length = max(round(note.duration * _TICKS_A_SECOND), 1)
            events += [(start, note.pitch, note.velocity), (start + length, note.pitch, 0)]
    track, now = mido.MidiTrack(), 0
    # Of one time, ends come before beginnings.
    for tick, pitch, velocity in sorted(events, key=lambda event: (event[0], event[2] > 0)):
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    buffer = BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(file=buffer)
    return buffer.getvalue()
