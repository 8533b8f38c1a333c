"""Sound that is damaged on purpose: hiss of some colour and level, and dropouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

# dB under the signal; seconds; dropouts a second.
NOISE, LENGTHS, DROPOUTS = (15.0, 40.0), (0.02, 0.15), 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Damaged:
    """A sound and what became of it.

    Attributes:
        clean: the sound, shape (n,).
        heard: with noise and dropouts.
        gaps: where dropouts begin and end, samples.
    """

    clean: Samples
    heard: Samples
    gaps: tuple[tuple[int, int], ...]


def damaged(clean: Samples, rate: int, chance: np.random.Generator) -> Damaged:
    """Draw damage: white to pink noise at a drawn level, and dropouts apart from each other."""
    colour = chance.uniform(0, 1)
    pitches = np.maximum(np.fft.rfftfreq(len(clean), 1 / rate), 20.0)
    white = np.fft.rfft(chance.normal(size=len(clean)))
    noise = np.fft.irfft(white * pitches ** (-colour / 2), len(clean))
    level = 10 ** (-chance.uniform(*NOISE) / 20)
    heard = clean + noise * level * np.sqrt((clean**2).mean() / (noise**2).mean())
    places = np.arange(0.5, len(clean) / rate - 0.5, 1 / DROPOUTS)
    gaps = []
    for place in places + chance.uniform(0, 0.7 / DROPOUTS, len(places)):
        start = round(place * rate)
        end = start + round(chance.uniform(*LENGTHS) * rate)
        if end < len(clean) - rate // 4:
            heard[start:end] = 0
            gaps.append((start, end))
    return Damaged(clean, heard, tuple(gaps))
