"""True peaks, held to a finer grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from melodymuse.audio.peaks import BLOCK_FRAMES, block_peaks, decibels, true_peak


def music(seed: int, frames: int) -> NDArray[np.float32]:
    """Noise without the highest octave, as music is."""
    dice = np.random.default_rng(seed)
    coarse = dice.standard_normal((frames // 2 + 8, 2))
    return (0.3 * resample_poly(coarse, 2, 1, axis=0)[:frames]).astype(np.float32)


def fine_peak(samples: NDArray[np.float32]) -> float:
    padded = np.pad(samples.astype(np.float64), ((64, 64), (0, 0)))
    return float(np.abs(resample_poly(padded, 16, 1, axis=0)).max())


@given(st.integers(0, 2**32), st.integers(1, 5000))
@settings(max_examples=40)
def test_close_to_a_sixteenfold_grid(seed: int, frames: int) -> None:
    samples = music(seed, frames)
    assert decibels(true_peak(samples)) == pytest.approx(decibels(fine_peak(samples)), abs=0.35)
    assert true_peak(samples) >= np.abs(samples).max()


def test_a_peak_between_samples_is_seen() -> None:
    # A quarter of the rate, sampled 45 degrees beside its peaks: 3 dB higher than it looks.
    time = np.arange(4000)
    wave = 0.5 * np.sin(np.pi / 2 * time + np.pi / 4) * np.hanning(4000)
    samples = np.stack((wave, -wave), axis=1).astype(np.float32)
    assert decibels(float(np.abs(samples).max())) == pytest.approx(-9.03, abs=0.01)
    assert decibels(true_peak(samples)) == pytest.approx(-6.02, abs=0.05)


@given(st.integers(0, 2**32), st.floats(0.05, 2))
@settings(max_examples=30)
def test_leaving_out_what_is_low_changes_nothing_above(seed: int, above: float) -> None:
    samples = music(seed, 3000)
    samples *= np.linspace(0, 1, 3000, dtype=np.float32)[:, None]
    exact, quick = block_peaks(samples, 0), block_peaks(samples, above)
    assert len(exact) == -(-3000 // BLOCK_FRAMES)
    high = exact > above
    np.testing.assert_array_equal(quick[high], exact[high])
    assert (quick[~high] <= above).all()


def test_nothing_has_no_peak() -> None:
    assert true_peak(np.zeros((0, 2), np.float32)) == 0
    assert true_peak(np.zeros((100, 2), np.float32)) == 0
    assert decibels(0) == -np.inf
