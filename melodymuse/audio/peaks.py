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
    frames, channels = samples.shape
    blocks = -(-frames // BLOCK_FRAMES)
    padded = np.zeros((blocks * BLOCK_FRAMES + 2 * _REACH, channels), np.float32)
    padded[_REACH : _REACH + frames] = samples
    peaks = _sample_peaks(padded[_REACH : _REACH + blocks * BLOCK_FRAMES])
    around = np.maximum(peaks, np.maximum(np.append(peaks[1:], 0), np.append(0, peaks[:-1])))
    taps = _taps()
    doubtful = np.flatnonzero(around * np.abs(taps).sum(axis=1).max() > above)
    # Point k of a block lies between its samples k and k + 1, so it needs `_REACH` on each side.
    windows = sliding_window_view(padded, BLOCK_FRAMES + 2 * _REACH - 1, axis=0)
    for start in range(0, len(doubtful), _BATCH_BLOCKS):
        batch = doubtful[start : start + _BATCH_BLOCKS]
        # Left out of a block's window is the sample before it, which its points do not need.
        near = windows[batch * BLOCK_FRAMES + 1]
        between = sliding_window_view(near, 2 * _REACH, axis=2) @ taps.T
        peaks[batch] = np.maximum(peaks[batch], np.abs(between).max(axis=(1, 2, 3)))
    return peaks


def true_peak(samples: NDArray[np.float32]) -> float:
    """The highest true peak, a factor of full scale."""
    if not len(samples):
        return 0.0
    highest_sample = float(np.abs(samples).max())
    return float(block_peaks(samples, highest_sample).max())


def decibels(factor: float) -> float:
    """A factor as a level in dB; minus infinity for 0."""
    return float(20 * np.log10(factor)) if factor > 0 else -np.inf


def _sample_peaks(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    by_block = samples.reshape(-1, BLOCK_FRAMES * samples.shape[1])
    highest = np.maximum(by_block.max(axis=1), -by_block.min(axis=1))
    peaks: NDArray[np.float64] = highest.astype(np.float64)
    return peaks


def _taps() -> NDArray[np.float32]:
    """The interpolator: shape (phases between two samples, taps), a windowed sinc."""
    phases = np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    distance = np.arange(1 - _REACH, _REACH + 1) - phases[:, None]
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (distance / _REACH) ** 2, 0, None)))
    taps = np.sinc(distance) * window
    scaled: NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled
