"""Total harmonic distortion (THD): the overtones' strength against the fundamental's.

Conventions
    ``THD = sqrt(V2^2 + V3^2 + ... + Vn^2) / V1`` (called THD_F: over the fundamental), a ratio of
    amplitudes, 0 for a pure tone.  The fundamental is the strongest partial of a frame, harmonics
    are counted up to the eighth and under half the rate.  Of a piece the figure is the median over
    its frames, those more than 40 dB under the loudest left out.

    A frame whose strongest partial lies above the piano's highest note (or above a quarter of the
    rate, where no harmonic has room) has no fundamental to measure against: hiss, cymbals, a
    whistle.  Such frames are left out; where they are most of the sound, nothing is measured.

    THD was made for amplifiers, which are fed with one sine.  Of music it tells how much energy
    lies at multiples of the strongest partial, in timbre or in chords: it describes a sound and is
    no fault of it.

References
    IEC 60268-3:2018, "Sound system equipment - Part 3: Amplifiers", 14.12 (harmonic distortion).
    F. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform",
    Proceedings of the IEEE 66:51-83, 1978 (the window: four terms, side lobes under -92 dB).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError

Samples = NDArray[np.float32]
Array = NDArray[np.float64]

HARMONICS = 8
LOWEST_HZ, HIGHEST_HZ = 27.5, 4186.0  # the piano's fundamentals
FRAME_SECONDS = 0.35
_QUIET_DB = 40.0
# Half the width of the window's main lobe, in bins.
_LOBE = 4
_WINDOW = (0.35875, -0.48829, 0.14128, -0.01168)
_BATCH_FRAMES = 64


def validate(samples: Samples, rate: int) -> None:
    """See that there is at least one frame of sound.

    Raises:
        AudioError: the shape is not (frames,), or the sound is too short, silent or not finite.
    """
    if samples.ndim != 1:
        raise AudioError(f"distortion is measured on one channel, not on shape {samples.shape}")
    if len(samples) < _frame_size(rate):
        raise AudioError(f"distortion needs at least {FRAME_SECONDS} s of sound")
    if not np.isfinite(samples).all() or not samples.any():
        raise AudioError("distortion cannot be measured: the sound is silent or not finite")


def harmonic_distortion(samples: Samples, rate: int) -> float:
    """The median THD over the frames that are loud enough, a ratio of at least 0.

    Raises:
        AudioError: most of them have no fundamental.
    """
    size = _frame_size(rate)
    window = _window(size)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-_QUIET_DB / 20))
    ratios = [
        _ratio(power, rate, size)
        for start in range(0, len(loud), _BATCH_FRAMES)
        for power in np.abs(np.fft.rfft(frames[loud[start : start + _BATCH_FRAMES]] * window)) ** 2
    ]
    known = [ratio for ratio in ratios if ratio is not None]
    if 2 * len(known) < len(ratios):
        raise AudioError(
            f"in {len(ratios) - len(known)} of {len(ratios)} moments the strongest partial lies "
            f"above {_highest(rate):.0f} Hz, where no fundamental is expected"
        )
    return float(np.median(known))


def evaluate(samples: Samples, rate: int) -> dict[str, float]:
    """``{"harmonic_distortion": ...}``, a ratio.

    Raises:
        AudioError: as `validate` and `harmonic_distortion`.
    """
    validate(samples, rate)
    return {"harmonic_distortion": harmonic_distortion(samples, rate)}


def _frame_size(rate: int) -> int:
    return round(FRAME_SECONDS * rate)


def _window(size: int) -> Array:
    phase = 2 * np.pi * np.arange(size) / size
    terms = [weight * np.cos(k * phase) for k, weight in enumerate(_WINDOW)]
    window: Array = np.sum(terms, axis=0)
    return window


def _highest(rate: int) -> float:
    """The highest fundamental that is measured against, Hz: its second harmonic needs room."""
    return min(HIGHEST_HZ, rate / 4)


def _ratio(power: Array, rate: int, size: int) -> float | None:
    """THD of one frame's power spectrum; None where its strongest partial is no fundamental."""
    low, high = (round(hz * size / rate) for hz in (LOWEST_HZ, _highest(rate)))
    strongest = low + int(np.argmax(power[low:]))
    if strongest > high:
        return None
    fundamental = _lobe(power, strongest)
    place = _centre(power, strongest)
    room = int((len(power) - 1 - _LOBE) / place)
    overtones = sum(
        _lobe(power, round(order * place)) for order in range(2, min(HARMONICS, room) + 1)
    )
    return float(np.sqrt(overtones / fundamental))


def _lobe(power: Array, bin_: int) -> float:
    """The power of the partial whose main lobe lies around a bin."""
    return float(power[max(bin_ - _LOBE, 0) : bin_ + _LOBE + 1].sum())


def _centre(power: Array, bin_: int) -> float:
    """Where the partial lies between the bins: the centre of its main lobe."""
    bins = np.arange(max(bin_ - _LOBE, 0), min(bin_ + _LOBE + 1, len(power)))
    return float((bins * power[bins]).sum() / power[bins].sum())
