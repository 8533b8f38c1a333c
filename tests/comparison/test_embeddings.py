"""The download-free embedding, and the Frechet distance over it."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.audio.clip import Clip
from melodymuse.comparison.embeddings import LogMelStatistics
from melodymuse.comparison.metrics import frechet
from tests.comparison.sounds import RATE, noise, plucked, scale_tune

pytest.importorskip("librosa", reason="the extra compare is not installed")
pytest.importorskip("soxr", reason="the extra compare is not installed")


def embedded(samples: np.ndarray) -> np.ndarray:
    return LogMelStatistics().embed(Clip(samples[:, None], RATE))


def test_windows_and_dimensions() -> None:
    rows = embedded(noise(10))
    assert rows.shape == (38, 32)
    # Noise is steady: the deviation of an averaged band is far under its level's spread.
    assert np.abs(rows[:, 16:]).max() < 6


def test_a_gain_does_not_count() -> None:
    tune = plucked(scale_tune(100, 10), 10)
    assert np.allclose(embedded(tune), embedded(0.3 * tune), atol=1e-2)


def test_two_takes_of_one_instrument_are_nearer_than_noise() -> None:
    tune = embedded(plucked(scale_tune(100, 12), 12))
    other = embedded(plucked(scale_tune(80, 12, tonic=62), 12))
    far = embedded(noise(12))
    near_by = frechet.evaluate(tune, other)["frechet_audio_distance"]
    assert 0 < near_by < frechet.evaluate(tune, far)["frechet_audio_distance"] / 5


def test_silence_before_the_music_is_finite() -> None:
    late = np.concatenate([np.zeros(5 * RATE, np.float32), plucked(scale_tune(100, 5), 5)])
    assert np.isfinite(embedded(late)).all()
