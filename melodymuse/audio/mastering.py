"""From what an engine gives to what people listen to: the right loudness, no clipping, a soft end.

Loudness is reached by gain alone where the peaks leave room.  Where they do not, the highest ones
are held down for a moment, as a mastering engineer's limiter does, rather than the whole being left
too quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.loudness import Powers, integrated_loudness, slice_frames, slice_powers
from melodymuse.audio.peaks import (
    BLOCK_FRAMES,
    block_peaks,
    decibels,
    highest_sample,
    true_peak,
)

CEILING_DB = -1.0  # true peak, dB over full scale: room for what MP3 and Vorbis add
# Under the ceiling by what rounding to 16 bits and the fourfold grid may add.
_MARGIN_DB = 0.05
# The limiter takes the level back over 5 ms before a peak and lets it return over a tenth of a
# second, each for 6 dB: slow enough for a piano's lowest string, too quick to be heard as swelling.
_ATTACK_DB_A_SECOND = 1200.0
_RELEASE_DB_A_SECOND = 60.0
_CLOSE_LU, _MOST_ROUNDS = 0.02, 12  # within a pass
_TOLERANCE_LU, _MOST_PASSES = 0.1, 4
# More would flatten the attacks that make a piano a piano; the piece is left quieter instead.
MOST_LIMITING_DB = 12.0
_MOST_TO_ASK_DB = MOST_LIMITING_DB - 0.05
# What the limiter takes, more gain gives back: at most so much in a pass.
_MOST_MAKE_UP_DB = 3.0


@dataclass(frozen=True, slots=True)
class Levels:
    """What mastering did and reached.

    Attributes:
        loudness: integrated loudness, LUFS.
        peak: true peak, dB over full scale.
        gain: by how much all was amplified, dB.
        limiting: by how much the highest peak was held down, dB; 0 where gain sufficed.
    """

    loudness: float
    peak: float
    gain: float
    limiting: float


def master(samples: NDArray[np.float32], rate: int, loudness: float) -> Levels:
    """Bring sound to a loudness with its true peak under `CEILING_DB`, in place.

    Args:
        samples: shape (frames, 2), not silent; changed by this function.
        rate: frames a second.
        loudness: the aim, LUFS.

    Returns:
        The levels reached: the loudness aimed at within 0.2 LU, unless that would take more than
        `MOST_LIMITING_DB` off the peaks.
    """
    powers = slice_powers(samples, rate)
    gain = limiting = 0.0
    for _ in range(_MOST_PASSES):
        levels = _pass(samples, powers, rate, loudness, MOST_LIMITING_DB - limiting)
        gain, limiting = gain + levels.gain, limiting + levels.limiting
        if not levels.limiting:
            break
        # How loud the limiter's work is, is foreseen well but not exactly: a pluck is at its
        # loudest where it is held down.
        powers = slice_powers(samples, rate)
        levels = replace(levels, loudness=integrated_loudness(powers))
        if abs(levels.loudness - loudness) < _TOLERANCE_LU or limiting > _MOST_TO_ASK_DB:
            break
    return replace(levels, gain=gain, limiting=limiting)


def fade_out(samples: NDArray[np.float32], frames: int) -> None:
    """Let the last so many frames fade to nothing along half a cosine, in place."""
    count = min(frames, len(samples))
    if count:
        curve = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, count, dtype=np.float32))
        samples[-count:] *= curve[:, None]


def _pass(
    samples: NDArray[np.float32], powers: Powers, rate: int, loudness: float, most: float
) -> Levels:
    """Amplify, and hold down what then lies over the ceiling, by at most so many dB."""
    ceiling = CEILING_DB - _MARGIN_DB
    gain = _gain_for(powers, loudness)
    most_gain = gain + _MOST_MAKE_UP_DB
    # Only what could reach the ceiling need be known exactly, and the highest peak.
    reaching = 10 ** ((ceiling - most_gain) / 20)
    peaks = block_peaks(samples, min(reaching, highest_sample(samples)))
    levels = 20 * np.log10(np.maximum(peaks, 1e-10))
    most_gain = min(most_gain, ceiling + most - float(levels.max()))
    gain = min(gain, most_gain)
    reduction = _reduction(levels + gain - ceiling, rate)
    for _ in range(_MOST_ROUNDS):
        reached = integrated_loudness(_weighed(powers, gain, reduction, rate))
        if abs(reached - loudness) < _CLOSE_LU or (gain == most_gain and reached < loudness):
            break
        gain = min(gain + loudness - reached, most_gain)
        reduction = _reduction(levels + gain - ceiling, rate)
    _apply(samples, gain, reduction)
    peak, trim = float(levels.max()) + gain, 0.0
    if reduction.any():
        # The limiter's ramps bend the curve between samples a little.
        peak = decibels(true_peak(samples))
        trim = min(ceiling - peak, 0.0)
        samples *= np.float32(10 ** (trim / 20))
    return Levels(
        loudness=integrated_loudness(_weighed(powers, gain + trim, reduction, rate)),
        peak=peak + trim,
        gain=gain + trim,
        limiting=float(reduction.max()),
    )


def _gain_for(powers: Powers, loudness: float) -> float:
    """The gain in dB that brings sound to a loudness, however quiet it is."""
    # The gate leaves out what is under -70 LUFS: it must be asked at the level to be heard.
    gain = -10 * float(np.log10(powers.max()))
    for _ in range(3):
        gain += loudness - integrated_loudness(powers * 10 ** (gain / 10))
    return gain


def _reduction(excess: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """How much to take off at the edges of the blocks, dB, so that no excess over 0 is left.

    A ramp up to each excess and one down from it, straight in dB; the highest ramp counts.
    """
    wanted = np.maximum(excess, 0)
    seconds = np.arange(len(wanted)) * (BLOCK_FRAMES / rate)
    rise, fall = _ATTACK_DB_A_SECOND * seconds, _RELEASE_DB_A_SECOND * seconds
    after = np.maximum.accumulate(wanted + fall) - fall
    before = np.maximum.accumulate((wanted - rise)[::-1])[::-1] + rise
    needed = np.maximum(np.maximum(after, before), 0)
    edges: NDArray[np.float64] = np.maximum(
        np.append(needed, needed[-1]), np.append(needed[0], needed)
    )
    return edges


def _weighed(powers: Powers, gain: float, reduction: NDArray[np.float64], rate: int) -> Powers:
    """The powers after gain and limiter, whose own gain hardly moves within a slice."""
    middles = (np.arange(len(powers)) + 0.5) * (slice_frames(rate) / BLOCK_FRAMES)
    at = np.interp(middles, np.arange(len(reduction)), reduction)
    weighed: Powers = powers * 10 ** ((gain - at) / 10)
    return weighed


def _apply(samples: NDArray[np.float32], gain: float, reduction: NDArray[np.float64]) -> None:
    samples *= np.float32(10 ** (gain / 20))
    edges = 10 ** (-reduction / 20)
    ramp = np.arange(BLOCK_FRAMES) / BLOCK_FRAMES
    for block in np.flatnonzero((reduction[:-1] > 0) | (reduction[1:] > 0)):
        start = block * BLOCK_FRAMES
        part = samples[start : start + BLOCK_FRAMES]
        curve = edges[block] + (edges[block + 1] - edges[block]) * ramp[: len(part)]
        part *= curve[:, None].astype(np.float32)
