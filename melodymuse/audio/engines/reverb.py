"""A room for engines that have none: convolution with noise that dies away as a small hall's does.

Level, size, damping and width mean what they mean to FluidSynth, whose reverberation was measured
to set the numbers below, so that a piece sounds much the same through either.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Samples
from melodymuse.audio.engines.base import Room

# Time to die away by 60 dB: 0.65 s times e to the power of 2.1 times the size.
_DRIEST_SECONDS, _GROWTH = 0.65, 2.1
# Energy of the reverberation at level 1, under that of the sound.
_FULL_LEVEL_DB = -17.0
_PREDELAY_SECONDS = 0.012
_TREBLE_HZ = 2000.0  # above it damping shortens the reverberation
_SEED = 1961
_TRANSFORM_RESPONSES = 4  # the transform is so many times as long as the response, or a little more


def add_reverb(samples: Samples, rate: int, room: Room) -> None:
    """Put sound into a room, in place."""
    if room.level <= 0:
        return
    response = _response(rate, room)
    taps = len(response)
    size = 1 << int(np.ceil(np.log2(taps * _TRANSFORM_RESPONSES)))
    advance = size - taps + 1
    spectrum = np.fft.rfft(response, size, axis=0).astype(np.complex64)
    carried = np.zeros((taps - 1, 2), np.float32)
    for start in range(0, len(samples), advance):
        block = samples[start : start + advance]
        # The room is excited by what both channels have in common, and answers in stereo.
        excitation = np.fft.rfft(block.mean(axis=1), size)
        wet = np.fft.irfft(excitation[:, None] * spectrum, size, axis=0).astype(np.float32)
        wet[: taps - 1] += carried
        carried = wet[len(block) : len(block) + taps - 1].copy()
        block += wet[: len(block)]


def _response(rate: int, room: Room) -> NDArray[np.float64]:
    """The room's answer to a click: shape (frames, 2)."""
    seconds = _DRIEST_SECONDS * np.exp(_GROWTH * room.size)
    frames = int(seconds * rate)
    noise = np.random.default_rng(_SEED).standard_normal((frames, 3))
    time = np.arange(frames) / rate
    decay = 10 ** (-3 * time / seconds)
    faster = 10 ** (-3 * time / (seconds * (1 - 0.8 * room.damping)))
    low = _low_passed(noise, rate)
    sound = low * decay[:, None] + (noise - low) * faster[:, None]
    side = room.width * sound[:, :2]
    stereo = side + (1 - room.width) * sound[:, 2:]
    response = np.concatenate((np.zeros((int(_PREDELAY_SECONDS * rate), 2)), stereo))
    energy = np.sqrt((response**2).sum(axis=0).mean())
    scaled: NDArray[np.float64] = response * (room.level * 10 ** (_FULL_LEVEL_DB / 20) / energy)
    return scaled


def _low_passed(noise: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    frequencies = np.fft.rfftfreq(len(noise), 1 / rate)
    gain = 1 / np.sqrt(1 + (frequencies / _TREBLE_HZ) ** 2)
    return np.fft.irfft(np.fft.rfft(noise, axis=0) * gain[:, None], len(noise), axis=0)
