"""Loudness, held to pyloudnorm and to the signals of EBU Tech 3341."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from melodymuse.audio.loudness import integrated_loudness, slice_powers

RATE = 48000


def loudness(samples: NDArray[np.float32], rate: int = RATE) -> float:
    return integrated_loudness(slice_powers(samples, rate))


def tone(*parts: tuple[float, float], rate: int = RATE, hertz: float = 1000) -> NDArray[np.float32]:
    """A stereo sine of so many seconds at so many dB under full scale, part after part."""
    levels = np.concatenate(
        [np.full(round(seconds * rate), 10 ** (db / 20)) for seconds, db in parts]
    )
    wave = levels * np.sin(2 * np.pi * hertz * np.arange(len(levels)) / rate)
    return np.stack((wave, wave), axis=1).astype(np.float32)


# EBU Tech 3341 (2016), table 1, cases 1 to 5: what a meter must show within 0.1 LU.
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((20, -23.0),), -23.0),
        (((20, -33.0),), -33.0),
        (((10, -36.0), (60, -23.0), (10, -36.0)), -23.0),
        (((10, -72.0), (10, -36.0), (60, -23.0), (10, -36.0), (10, -72.0)), -23.0),
        (((20, -26.0), (20.1, -20.0), (20, -26.0)), -23.0),
    ],
)
def test_the_signals_of_the_broadcasters(
    parts: tuple[tuple[float, float], ...], expected: float
) -> None:
    assert loudness(tone(*parts)) == pytest.approx(expected, abs=0.1)


def test_what_is_softer_than_70_lufs_is_not_heard() -> None:
    # A sine in both channels is as loud as its level says, within 0.1 LU.
    assert loudness(tone((3, -69.5))) == pytest.approx(-69.5, abs=0.1)
    assert loudness(tone((3, -70.5))) == -np.inf


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 32000, 44100, 48000, 96000])
def test_the_same_as_pyloudnorm(rate: int) -> None:
    dice = np.random.default_rng(rate)
    swell = np.abs(np.sin(np.linspace(0, 7, 9 * rate)))[:, None]
    samples = (0.2 * swell * dice.standard_normal((9 * rate, 2))).astype(np.float32)
    # The filter that gives the standard's own coefficients; pyloudnorm's default differs by 0.05.
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")
    # At rates that 100 does not divide, the blocks lie a little differently: at the end there is
    # one more, or one less.
    tolerance = 0.005 if rate % 100 == 0 else 0.08
    expected = meter.integrated_loudness(samples.astype(np.float64))
    assert loudness(samples, rate) == pytest.approx(expected, abs=tolerance)


@given(st.integers(1, 30), st.integers(0, 2**32))
@settings(max_examples=15)
def test_any_length_as_pyloudnorm_measures_it(steps: int, seed: int) -> None:
    # Whole steps: of a part of one pyloudnorm makes a block where the standard makes none.
    frames = steps * RATE // 10
    dice = np.random.default_rng(seed)
    samples = (0.1 * dice.standard_normal((frames, 2))).astype(np.float32)
    least = round(0.4 * RATE)  # shorter than a block, pyloudnorm refuses
    padded = np.pad(samples.astype(np.float64), ((0, max(least - frames, 0)), (0, 0)))
    meter = pyloudnorm.Meter(RATE, filter_class="DeMan")
    assert loudness(samples) == pytest.approx(meter.integrated_loudness(padded), abs=0.005)


@given(st.floats(-30, 10))
@settings(max_examples=10)
def test_gain_adds_to_loudness(gain: float) -> None:
    powers = slice_powers(tone((3, -20.0), hertz=440), RATE)
    louder = integrated_loudness(powers * 10 ** (gain / 10))
    assert louder == pytest.approx(integrated_loudness(powers) + gain, abs=1e-6)


def test_silence_has_no_loudness() -> None:
    assert loudness(np.zeros((RATE, 2), np.float32)) == -np.inf
    assert loudness(tone((2, -80.0))) == -np.inf
