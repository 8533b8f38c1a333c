"""The smoother: bands of frames in, gains of bands and the level inside dropouts out, by two GRUs
that read forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.frames import Spectrum, sizes, spectrum
from melodymuse.audio.repair import bridged, noise_power
from training.repair.damage import Damaged

Array = NDArray[np.float64]

BANDS, LOWEST = 32, 60.0
_DECIBELS, _TINY = 20.0, 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A damaged sound as the network sees it.

    Attributes:
        rows: its frames, dropouts bridged, (frames, bins).
        noise: the power of noise, (bins,).
        inputs: shape (frames, 2 * BANDS + 1): levels of bands and of their noise, and whether the
            frame touches a dropout.
        gap: the last of these, (frames,).
    """

    rows: Spectrum
    noise: Array
    inputs: Array
    gap: NDArray[np.bool_]


def see(sound: Damaged, rate: int) -> Seen:
    """What is to be seen of a damaged sound."""
    rows = spectrum(sound.heard, rate)
    size, hop = sizes(rate)
    gap = np.zeros(len(rows), bool)
    for start, end in sound.gaps:
        first, last = -(-(start - size // 2) // hop), -(-(end + size // 2) // hop)
        rows = bridged(rows, first, last)
        gap[first:last] = True
    power = np.abs(rows) ** 2
    noise = noise_power(power[~gap], rate)
    bands = bands_of(rate, power.shape[1])
    levels, floor = level(power @ bands), level(noise @ bands)
    middle = levels.mean()
    inputs = [levels - middle, np.broadcast_to(floor - middle, levels.shape), gap[:, None]]
    return Seen(rows, noise, np.concatenate(inputs, axis=1), gap)


def wanted(sound: Damaged, seen: Seen, rate: int) -> Array:
    """What the network shall say, (frames, 2 * BANDS): gains 0..1 of bands, and what is missing in
    level inside dropouts."""
    bands = bands_of(rate, seen.rows.shape[1])
    clean = np.abs(spectrum(sound.clean, rate)) ** 2 @ bands
    heard = np.abs(seen.rows) ** 2 @ bands
    gains = np.sqrt(np.minimum(clean / (heard + _TINY), 1))
    return np.concatenate([gains, level(clean) - level(heard)], axis=1)


def network(units: int = 48) -> keras.Model:
    """The network, untrained."""
    read = keras.Input((None, 2 * BANDS + 1))
    flow = keras.layers.Dense(units, activation="relu")(read)
    flow = keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=True))(flow)
    gains = keras.layers.Dense(BANDS, activation="sigmoid", name="gains")(flow)
    missing = keras.layers.Dense(
        BANDS, name="missing", kernel_initializer="zeros", bias_initializer="zeros"
    )(flow)
    return keras.Model(read, keras.layers.Concatenate()([gains, missing]))


def bands_of(rate: int, bins: int) -> Array:
    """Means over bands that are even in pitch, shape (bins, BANDS)."""
    pitches = np.linspace(0, rate / 2, bins)
    edges = np.geomspace(LOWEST, rate / 2, BANDS + 2)
    low, centre, high = (np.log(e) for e in (edges[:-2], edges[1:-1], edges[2:]))
    place = np.log(np.maximum(pitches, 1.0))[:, None]
    weights = np.minimum((place - low) / (centre - low), (high - place) / (high - centre)).clip(0)
    # A band that is narrower than a bin takes the nearest one.
    nearest = np.abs(place - centre).argmin(axis=0)
    weights[nearest, np.arange(BANDS)] += 1e-3
    means: Array = weights / weights.sum(axis=0)
    return means


def spread(bands: Array, rate: int, bins: int) -> Array:
    """Values of bands as values of bins, (frames, bins), in straight lines over pitch."""
    centres = np.geomspace(LOWEST, rate / 2, BANDS + 2)[1:-1]
    pitches = np.maximum(np.linspace(0, rate / 2, bins), 1.0)
    return np.stack([np.interp(np.log(pitches), np.log(centres), row) for row in bands])


def level(power: Array) -> Array:
    """Power in units of 20 dB."""
    return 10 * np.log10(power + _TINY) / _DECIBELS


def factor(levels: Array) -> Array:
    """What amplitudes are multiplied by for a level in units of 20 dB."""
    return np.asarray(10.0**levels)
