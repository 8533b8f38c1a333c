"""Sound as overlapping frames of its spectrum, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
Spectrum = NDArray[np.complex128]

FRAME_SECONDS, HOP_SECONDS = 0.032, 0.008


def sizes(rate: int) -> tuple[int, int]:
    """Samples of a frame and from one to the next: four hops a frame."""
    hop = round(HOP_SECONDS * rate)
    return 4 * hop, hop


def spectrum(samples: Samples, rate: int) -> Spectrum:
    """Frames of sound, shape (frames, bins); the first is centred on the first sample."""
    size, hop = sizes(rate)
    window = _window(size)
    padded = np.pad(samples, (size // 2, size // 2 + hop))
    rows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    found: Spectrum = np.fft.rfft(rows * window, axis=1)
    return found


def sounded(rows: Spectrum, rate: int, length: int) -> Samples:
    """The sound of frames, shape (length,), of which `spectrum` gives the same where they are
    unchanged."""
    size, hop = sizes(rate)
    window = _window(size)
    parts = np.fft.irfft(rows, size, axis=1) * window
    out, weight = (np.zeros((len(rows) - 1) * hop + size) for _ in range(2))
    for number, part in enumerate(parts):
        place = slice(number * hop, number * hop + size)
        out[place] += part
        weight[place] += window**2
    sound: Samples = (out / np.maximum(weight, 1e-8))[size // 2 :][:length]
    return sound


def _window(size: int) -> Samples:
    return np.hanning(size + 1)[:-1]
