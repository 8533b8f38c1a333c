"""The right loudness, no clipping, a soft end: measured by others' means."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from melodymuse.audio.mastering import CEILING_DB, MOST_LIMITING_DB, fade_out, master

RATE = 44100


def plucked(seed: int, seconds: float, decay: float, gain: float) -> NDArray[np.float32]:
    """Random notes that die away, the more quickly the higher the peaks over the loudness."""
    dice = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    samples = np.zeros((frames, 2))
    for _ in range(max(int(seconds * 4), 1)):
        start = dice.integers(0, frames)
        time = np.arange(frames - start) / RATE
        pitch = 55 * 2 ** (dice.integers(0, 48) / 12)
        note = dice.uniform(0.1, 1) * np.exp(-decay * time) * np.sin(2 * np.pi * pitch * time)
        samples[start:] += np.outer(note, dice.uniform(0.4, 1, 2))
    return (gain * samples).astype(np.float32)


def measured(samples: NDArray[np.float32]) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dB."""
    double = samples.astype(np.float64)
    loudness = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(double)
    peak = np.abs(resample_poly(double, 8, 1, axis=0)).max()
    return float(loudness), float(20 * np.log10(peak))


@given(
    st.integers(0, 2**32),
    st.integers(10, 60),
    st.floats(0.5, 40),
    st.floats(1e-4, 3),
    st.floats(-30, -10),
)
@settings(max_examples=25)
def test_the_loudness_asked_for_under_the_ceiling(
    seed: int, tenths: int, decay: float, gain: float, aim: float
) -> None:
    samples = plucked(seed, tenths / 10, decay, gain)
    levels = master(samples, RATE, aim)
    loudness, peak = measured(samples)
    assert peak <= CEILING_DB
    assert loudness == pytest.approx(levels.loudness, abs=0.15)
    assert peak == pytest.approx(levels.peak, abs=0.1)
    if levels.limiting < MOST_LIMITING_DB - 0.01:
        assert loudness == pytest.approx(aim, abs=0.2)
    else:
        assert levels.loudness < aim


def test_where_gain_is_enough_nothing_else_is_done() -> None:
    samples = plucked(1, 8, 1, 0.02)
    before = samples.copy()
    levels = master(samples, RATE, -23)
    assert levels.limiting == 0
    np.testing.assert_allclose(samples, before * 10 ** (levels.gain / 20), rtol=1e-5)


def test_peaks_are_held_down_rather_than_the_whole_left_quiet() -> None:
    samples = plucked(3, 8, 12, 0.02)
    levels = master(samples, RATE, -14)
    loudness, peak = measured(samples)
    assert 1 < levels.limiting < MOST_LIMITING_DB
    assert loudness == pytest.approx(-14, abs=0.1)
    assert CEILING_DB - 0.3 < peak <= CEILING_DB


def test_a_peak_is_held_down_no_longer_than_told() -> None:
    """5 ms before it for 6 dB, and a tenth of a second after it."""
    at = np.arange(3 * RATE) / RATE
    samples = np.tile(0.05 * np.sin(2 * np.pi * 1000 * at)[:, None], 2).astype(np.float32)
    before = samples.copy()
    samples[RATE] = 0.95
    levels = master(samples, RATE, -20)
    assert 4 < levels.limiting < 9

    def taken(seconds: float) -> float:
        """How much is taken off there, dB."""
        part = slice(round(seconds * RATE), round(seconds * RATE) + 44)
        change = np.square(samples[part]).mean() / np.square(before[part]).mean()
        return levels.gain - 10 * float(np.log10(change))

    assert taken(1 - 0.012) == taken(1.2) == pytest.approx(0, abs=0.1)
    for after in (0.02, 0.04, 0.06):
        assert taken(1 + after) == pytest.approx(levels.limiting - 60 * after, abs=0.25)
    for ahead in (0.003, 0.004):
        assert taken(1 - ahead) == pytest.approx(levels.limiting - 1200 * ahead, abs=1.2)


def test_a_click_is_not_flattened() -> None:
    samples = np.zeros((3 * RATE, 2), np.float32)
    samples[RATE] = 0.5
    levels = master(samples, RATE, -10)
    assert levels.limiting == pytest.approx(MOST_LIMITING_DB, abs=0.1)
    assert levels.loudness < -20
    assert levels.peak <= CEILING_DB


@pytest.mark.parametrize("frames", [1, 63, 64, 65, 1000])
def test_the_shortest_sound(frames: int) -> None:
    samples = np.full((frames, 2), 0.25, np.float32)
    levels = master(samples, RATE, -16)
    assert np.isfinite(samples).all()
    assert levels.peak <= CEILING_DB


def test_the_end_fades_to_nothing() -> None:
    samples = np.ones((1000, 2), np.float32)
    fade_out(samples, 400)
    assert (samples[:600] == 1).all()
    assert (np.diff(samples[600:, 0]) <= 0).all()
    assert samples[-1].max() < 1e-6
    assert samples[799, 0] == pytest.approx(0.5, abs=0.01)
    short = np.ones((10, 2), np.float32)
    fade_out(short, 400)
    assert short[0, 0] == 1
    assert short[-1, 0] < 1e-6
    fade_out(short, 0)
