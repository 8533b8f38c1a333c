"""Loudness: how loud, how varied, how close to clipping.

Conventions
    Samples of shape (frames, channels) at any rate; a single channel counts as a single
    loudspeaker, as it does in other meters.
    `integrated_loudness`, LUFS: the whole, silences gated out.
    `loudness_range`, LU: the 10th to the 95th percentile of the loudness of 3 s windows, gated.
    `true_peak`, dB over full scale, between the samples too; over 0 it clips.
    `crest_factor`, dB: the highest sample over the root mean square; 3.01 for a sine.

References
    ITU-R BS.1770-4, "Algorithms to measure audio programme loudness and true-peak audio level",
    2015, as `melodymuse.audio` has them.
    EBU Tech 3342, "Loudness range: a measure to supplement EBU R 128 loudness normalization", 2016.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.loudness import SLICES_A_SECOND, integrated_loudness, slice_powers
from melodymuse.audio.peaks import decibels, true_peak
from melodymuse.errors import AudioError

Samples = NDArray[np.float32]

_WINDOW_SLICES = 3 * SLICES_A_SECOND
_STEP_SLICES = SLICES_A_SECOND // 10
_OFFSET = -0.691  # of BS.1770
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -20.0
_PERCENTILES = 10, 95


def validate(samples: Samples, rate: int) -> None:
    """See that there are at least 3 s of sound, which loudness range needs.

    Raises:
        AudioError: another shape, too short, silent, or not finite.
    """
    if samples.ndim != 2:
        raise AudioError(f"loudness is measured on (frames, channels), not {samples.shape}")
    if len(samples) < 3 * rate:
        raise AudioError("loudness range needs at least 3 s of sound")
    if not np.isfinite(samples).all() or not samples.any():
        raise AudioError("the sound is silent or not finite")


def loudness_range(samples: Samples, rate: int) -> float:
    """Loudness range in LU; 0 where nothing passes the gate."""
    powers = np.concatenate(([0.0], np.cumsum(slice_powers(samples, rate))))
    starts = np.arange(0, len(powers) - _WINDOW_SLICES, _STEP_SLICES)
    windows = (powers[starts + _WINDOW_SLICES] - powers[starts]) / _WINDOW_SLICES
    windows = windows[windows > 10 ** ((_ABSOLUTE_GATE - _OFFSET) / 10)]
    if not windows.size:
        return 0.0
    windows = windows[windows > windows.mean() * 10 ** (_RELATIVE_GATE / 10)]
    low, high = np.percentile(10 * np.log10(windows), _PERCENTILES)
    return float(high - low)


def crest_factor(samples: Samples) -> float:
    """The highest sample over the root mean square, dB."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return decibels(float(np.abs(samples).max()) / power**0.5)


def evaluate(samples: Samples, rate: int) -> dict[str, float]:
    """Integrated loudness, loudness range, true peak and crest factor.

    Raises:
        AudioError: as `validate`.
    """
    validate(samples, rate)
    return {
        "integrated_loudness": integrated_loudness(slice_powers(samples, rate)),
        "loudness_range": loudness_range(samples, rate),
        "true_peak": decibels(true_peak(samples)),
        "crest_factor": crest_factor(samples),
    }
