"""True peaks: how high the curve between the samples rises (ITU-R BS.1770-4, annex 2).

The curve is looked at on a fourfold grid.  A peak between samples cannot exceed the samples around
it by more than the interpolator's gain, so only the stretches that could matter are interpolated.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# Peaks are known for every block of so many frames (1.5 ms): the limiter's grain as well.
BLOCK_FRAMES = 64
_OVERSAMPLING = 4
_REACH = 12  # samples on each side of a point between samples
_KAISER_BETA = 6.0  # 0.05 dB up to 0.4 of the sampling rate
_BATCH_BLOCKS = 512


def block_peaks(samples: NDArray[np.float32], above: float) -> NDArray[np.float64]:
    """The peak of every block, exact where it could lie above a level.

    Args:
        samples: shape (frames, channels).
        above: the level of interest, a factor of full scale; under it a block's peak is that of
            its samples.

    Returns:
        Shape (blocks,): the highest absolute value in each block of `BLOCK_FRAMES` frames and on
        the way to the next, over all channels.
    """
    peaks = _sample_peaks(samples)
    around = np.maximum(peaks, np.maximum(np.append(peaks[1:], 0), np.append(0, peaks[:-1])))
    taps = _taps()
    doubtful = np.flatnonzero(around * np.abs(taps).sum(axis=1).max() > above)
    for start in range(0, len(doubtful), _BATCH_BLOCKS):
        batch = doubtful[start : start + _BATCH_BLOCKS]
        between = sliding_window_view(_windows(samples, batch), 2 * _REACH, axis=2) @ taps.T
        peaks[batch] = np.maximum(peaks[batch], np.abs(between).max(axis=(1, 2, 3)))
    return peaks


def highest_sample(samples: NDArray[np.float32]) -> float:
    """The highest absolute value, 0 for no samples; no copy is made, however long the sound."""
    return float(max(samples.max(), -samples.min())) if samples.size else 0.0


def true_peak(samples: NDArray[np.float32]) -> float:
    """The highest true peak, a factor of full scale."""
    highest = highest_sample(samples)
    return float(block_peaks(samples, highest).max()) if highest else 0.0


def decibels(factor: float) -> float:
    """A factor as a level in dB; minus infinity for 0."""
    return float(20 * np.log10(factor)) if factor > 0 else -np.inf


def _sample_peaks(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    frames, channels = samples.shape
    whole = frames // BLOCK_FRAMES
    by_block = samples[: whole * BLOCK_FRAMES].reshape(-1, BLOCK_FRAMES * channels)
    peaks = np.empty(-(-frames // BLOCK_FRAMES))
    np.maximum(by_block.max(axis=1), -by_block.min(axis=1), out=peaks[:whole])
    peaks[whole:] = highest_sample(samples[whole * BLOCK_FRAMES :])
    return peaks


def _windows(samples: NDArray[np.float32], blocks: NDArray[np.intp]) -> NDArray[np.float32]:
    """What the points of these blocks depend on: shape (blocks, channels, samples).

    Point k of a block lies between its samples k and k + 1, so it needs `_REACH` on each side;
    before and after the sound there is silence.
    """
    frames, channels = samples.shape
    starts = blocks * BLOCK_FRAMES - (_REACH - 1)
    size = BLOCK_FRAMES + 2 * _REACH - 1
    windows = np.zeros((len(blocks), channels, size), np.float32)
    within = (starts >= 0) & (starts + size <= frames)
    if within.any():
        windows[within] = sliding_window_view(samples, size, axis=0)[starts[within]]
    for index in np.flatnonzero(~within):
        first, last = max(starts[index], 0), min(starts[index] + size, frames)
        lead = first - starts[index]
        windows[index, :, lead : lead + last - first] = samples[first:last].T
    return windows


def _taps() -> NDArray[np.float32]:
    """The interpolator: shape (phases between two samples, taps), a windowed sinc."""
    phases = np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    distance = np.arange(1 - _REACH, _REACH + 1) - phases[:, None]
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (distance / _REACH) ** 2, 0, None)))
    taps = np.sinc(distance) * window
    scaled: NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled
