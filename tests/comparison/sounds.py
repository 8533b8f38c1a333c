"""Sounds that the tests make: tones, chords, noise, clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
RATE = 22050


def times(seconds: float, rate: int = RATE) -> NDArray[np.float64]:
    return np.arange(round(seconds * rate)) / rate


def tone(
    hertz: float, seconds: float, *, overtones: Sequence[float] = (), rate: int = RATE
) -> Samples:
    """A sine of amplitude 0.3 and its overtones, second harmonic first, as shares of it."""
    phase = 2 * np.pi * hertz * times(seconds, rate)
    wave = np.sin(phase) + sum(
        share * np.sin((order + 2) * phase) for order, share in enumerate(overtones)
    )
    return (0.3 * wave).astype(np.float32)


def noise(seconds: float, seed: int = 0, rate: int = RATE) -> Samples:
    generator = np.random.default_rng(seed)
    return (0.1 * generator.standard_normal(round(seconds * rate))).astype(np.float32)


def plucked(
    events: Sequence[tuple[float, float, int]], seconds: float, rate: int = RATE
) -> Samples:
    """Notes (onset, duration, MIDI pitch) as struck tones that fade, with three overtones."""
    out = np.zeros(round(seconds * rate), np.float32)
    for onset, duration, pitch in events:
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        wave = tone(hertz, duration, overtones=(0.5, 0.25, 0.12), rate=rate)
        t = times(duration, rate)
        fade = np.exp(-3 * t / duration) * np.minimum(1, t / 0.004)
        fade *= np.minimum(1, (duration - t) / 0.01)
        start = round(onset * rate)
        part = (wave * fade).astype(np.float32)[: len(out) - start]
        out[start : start + len(part)] += part
    return out / max(1.0, float(np.abs(out).max()) / 0.9)


def scale_tune(bpm: float, seconds: float, tonic: int = 60) -> list[tuple[float, float, int]]:
    """A major tune on the beat over its tonic, subdominant and dominant triads."""
    beat = 60 / bpm
    tune = [0, 4, 7, 12, 9, 5, 9, 12, 11, 7, 11, 14, 12, 7, 4, 0]
    roots = [0, 5, 7, 0]
    events = []
    for index in range(int(seconds / beat)):
        onset = index * beat
        events.append((onset, beat * 0.9, tonic + tune[index % 16]))
        if index % 4 == 0:
            root = roots[index // 4 % 4]
            events += [(onset, beat * 3.6, tonic - 12 + root + step) for step in (0, 4, 7)]
    return events
