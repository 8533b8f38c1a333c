"""How loud people find a sound: ITU-R BS.1770-4, in LUFS.

The same measure as pyloudnorm's, which the tests hold this one to.  It is done here with numpy
because `import scipy.signal`, which pyloudnorm needs, takes half as long as synthesising a minute
of piano.  And it is split in two, so that the loudness after a change of gain follows from the
powers measured once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Powers = NDArray[np.float64]
"""K-weighted power of each slice of 10 ms, summed over both channels."""

SLICES_A_SECOND = 100
_BLOCK_SLICES = 40  # 400 ms, a new one every 100 ms
_STEP_SLICES = 10
_OFFSET = -0.691  # so that a full-scale sine of 997 Hz in one channel has -3.01 LUFS
_ABSOLUTE_GATE = -70.0  # LUFS
_RELATIVE_GATE = -10.0  # LU under the loudness of what passes the absolute one

# Sections of the K-weighting as analogue prototypes: frequency in Hz, quality, and gain in dB.
# They give the coefficients of BS.1770's tables at 48 kHz (B. De Man, "Evaluation of
# implementations of the EBU R128 loudness measurement", AES convention 145, 2018).
_SHELF = 1681.974450955533, 0.7071752369554196, 3.999843853973347
_SHELF_MIDDLE = 0.4996667741545416  # the exponent of the gain at the shelf's edge
_HIGH_PASS = 38.13547087602444, 0.5003270373238773

# The filter's memory: after 0.2 s nothing of 38 Hz is left.  It and the samples it is fed with make
# a transform of a size with small factors only.
_MEMORY_SLICES = 20
_TRANSFORM_SLICES = 160


def slice_frames(rate: int) -> int:
    """Frames of a slice; at rates that 100 does not divide it is not quite 10 ms."""
    return max(round(rate / SLICES_A_SECOND), 1)


def slice_powers(samples: NDArray[np.float32], rate: int) -> Powers:
    """Filter as the ear does and measure the power of every slice.

    Args:
        samples: shape (frames, channels); what is left of the last slice counts as silence.
        rate: frames a second.
    """
    slice_size = slice_frames(rate)
    memory, size = _MEMORY_SLICES * slice_size, _TRANSFORM_SLICES * slice_size
    advance = size - memory
    weighting = _weighting(rate, size)
    frames, channels = samples.shape
    powers = np.zeros(-(-frames // slice_size))
    block = np.zeros((channels, size), np.float32)
    for start in range(0, frames, advance):
        # Each block begins with the end of the one before, which the filter still remembers.
        first, last = max(start - memory, 0), min(start + advance, frames)
        lead = memory - (start - first)
        block[:, :lead] = 0
        block[:, lead : lead + last - first] = samples[first:last].T
        block[:, lead + last - first :] = 0
        heard = np.fft.irfft(np.fft.rfft(block) * weighting, size)[:, memory:]
        square = np.einsum("cf,cf->f", heard, heard, dtype=np.float64)
        slices = square.reshape(-1, slice_size).mean(axis=1)
        here = slice(start // slice_size, start // slice_size + len(slices))
        room = len(powers[here])
        powers[here] = slices[:room]
    return powers


def integrated_loudness(powers: Powers) -> float:
    """Loudness in LUFS of the whole, silences left out by the two gates.

    Sound shorter than a block of 400 ms is measured as if silence followed.  What is too quiet for
    the gate gives minus infinity.
    """
    padded = np.pad(powers, (0, max(_BLOCK_SLICES - len(powers), 0)))
    sums = np.concatenate(([0.0], np.cumsum(padded)))
    starts = np.arange(0, len(padded) - _BLOCK_SLICES + 1, _STEP_SLICES)
    blocks = (sums[starts + _BLOCK_SLICES] - sums[starts]) / _BLOCK_SLICES
    audible = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not audible.size:
        return -np.inf
    gate = audible.mean() * 10 ** (_RELATIVE_GATE / 10)
    return _loudness(float(audible[audible > gate].mean()))


def _loudness(power: float) -> float:
    return float(10 * np.log10(power) + _OFFSET)


def _power(loudness: float) -> float:
    return float(10 ** ((loudness - _OFFSET) / 10))


def _weighting(rate: int, size: int) -> NDArray[np.complex64]:
    """The K-weighting's response at the frequencies of a real transform of that size."""
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(delay)
    for above, below in (_shelf(rate), _high_pass(rate)):
        response *= np.polyval(above[::-1], delay) / np.polyval(below[::-1], delay)
    weighting: NDArray[np.complex64] = response.astype(np.complex64)
    return weighting


def _shelf(rate: int) -> tuple[list[float], list[float]]:
    frequency, quality, decibels = _SHELF
    k = np.tan(np.pi * frequency / rate)
    high = 10 ** (decibels / 20)
    middle = high**_SHELF_MIDDLE
    lead = 1 + k / quality + k * k
    above = [high + middle * k / quality + k * k, 2 * (k * k - high)]
    above.append(high - middle * k / quality + k * k)
    below = [lead, 2 * (k * k - 1), 1 - k / quality + k * k]
    return above, below


def _high_pass(rate: int) -> tuple[list[float], list[float]]:
    frequency, quality = _HIGH_PASS
    k = np.tan(np.pi * frequency / rate)
    lead = 1 + k / quality + k * k
    # The tables leave the numerator at 1, -2, 1 whatever the rate.
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / lead, (1 - k / quality + k * k) / lead]
