"""What of a sound is painted: its strongest pitches, high and low, moment by moment."""

from __future__ import annotations

import zlib
from itertools import groupby

import numpy as np

from melodymuse.audio.clip import Clip
from melodymuse.errors import AudioError
from melodymuse.painting.portrait import BUSY, CALM, Portrait, Touch, unit

_RATE = 11025
_WINDOW, _HOP = 4096, 1024  # .37 s, .09 s
_HIGH, _LOW = (220.0, 2000.0), (45.0, 220.0)  # Hz
_SILENT = 0.02  # of the loudest moment


def portrait_of_sound(clip: Clip, major: float) -> Portrait:
    """What of a sound is painted: as of notes, but that its form and harmony are not known.

    Args:
        clip: the sound.
        major: minor -1 .. major 1, as it is heard.

    Raises:
        AudioError: it is silent, or shorter than a second.
    """
    samples = clip.mono(_RATE)
    if len(samples) < _RATE or not np.abs(samples).max() > 0:
        raise AudioError(f"{clip.name} is silent or shorter than a second: nothing to paint")
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
    loud = np.sqrt(power.sum(axis=1))
    loud = loud / loud.max()
    rises = np.maximum(np.diff(np.log(power + 1e-9), axis=0), 0).mean(axis=1)
    struck = float(np.mean(rises > rises.mean() + rises.std())) * _RATE / _HOP
    low, high = np.quantile(loud, (0.05, 0.95))
    return Portrait(
        tune=_strongest(power, loud, _HIGH),
        low=_strongest(power, loud, _LOW),
        parts=((0.0, 0),),
        chords=(),
        loud=unit(0.35 + 0.4 * float(loud.mean())),
        busy=unit((struck - CALM) / (BUSY - CALM)),
        ranging=unit(float(high - low)),
        major=max(min(major, 1.0), -1.0),
        seed=zlib.crc32(samples.tobytes()),
    )


def _strongest(power: np.ndarray, loud: np.ndarray, band: tuple[float, float]) -> tuple[Touch, ...]:
    """The strongest pitch of a band at every moment; moments of one pitch are one touch."""
    hertz = np.fft.rfftfreq(_WINDOW, 1 / _RATE)
    rows = np.flatnonzero((hertz >= band[0]) & (hertz < band[1]))
    pitch = np.rint(12 * np.log2(hertz[rows[power[:, rows].argmax(axis=1)]] / 440)).astype(int)
    least, most = int(pitch.min()), max(int(pitch.max()), int(pitch.min()) + 12)
    touches = []
    for tone, group in groupby(range(len(pitch)), key=lambda moment: pitch[moment]):
        moments = list(group)
        force = float(loud[moments].max())
        if force > _SILENT:
            begin, end = moments[0] / len(pitch), (moments[-1] + 1) / len(pitch)
            touches.append(Touch(begin, end, (int(tone) - least) / (most - least), force))
    return tuple(touches)
