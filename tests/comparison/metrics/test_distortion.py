"""Total harmonic distortion of tones whose overtones are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.comparison.metrics.distortion import evaluate
from melodymuse.errors import AudioError
from tests.comparison.sounds import RATE, tone


def measured(samples: np.ndarray) -> float:
    return evaluate(samples, RATE)["harmonic_distortion"]


def test_a_pure_tone_has_none() -> None:
    assert measured(tone(440, 2)) < 1e-4


@settings(max_examples=15)
@given(
    st.floats(60, 1200),
    st.lists(st.floats(0, 0.5), min_size=1, max_size=7),
)
def test_of_a_tone_is_the_root_of_its_overtones_squares(hertz: float, shares: list[float]) -> None:
    expected = math.sqrt(sum(share**2 for share in shares))
    found = measured(tone(hertz, 1, overtones=shares))
    assert found == pytest.approx(expected, rel=0.01, abs=1e-3)


def test_of_a_square_wave_up_to_the_eighth_harmonic() -> None:
    # Harmonics 3, 5 and 7 with amplitudes 1/3, 1/5, 1/7.
    shares = [0, 1 / 3, 0, 1 / 5, 0, 1 / 7]
    expected = math.sqrt(1 / 9 + 1 / 25 + 1 / 49)
    assert measured(tone(220, 2, overtones=shares)) == pytest.approx(expected, rel=1e-3)


def test_silence_around_a_tone_does_not_count() -> None:
    sound = tone(440, 2, overtones=[0.1])
    padded = np.concatenate([np.zeros(3 * RATE, np.float32), sound, np.zeros(RATE, np.float32)])
    assert measured(padded) == pytest.approx(measured(sound), rel=0.02)


def test_the_highest_note_of_a_piano_is_measured() -> None:
    assert measured(tone(4186, 2, overtones=[0.2])) == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize("hertz", [4300, 6000, 10000])
def test_a_whistle_above_the_piano_has_no_fundamental(hertz: float) -> None:
    with pytest.raises(AudioError, match="strongest partial lies above 4186 Hz"):
        measured(tone(hertz, 2))


def test_at_a_low_rate_a_fundamental_leaves_room_for_a_harmonic() -> None:
    low = tone(900, 2, overtones=[0.2], rate=8000)
    assert evaluate(low, 8000)["harmonic_distortion"] == pytest.approx(0.2, rel=0.01)
    with pytest.raises(AudioError, match="above 2000 Hz"):
        evaluate(tone(3000, 2, rate=8000), 8000)


def test_a_few_moments_of_hiss_are_left_out() -> None:
    sound = tone(440, 4, overtones=[0.3])
    whistled = np.concatenate([sound, tone(8000, 1)])
    assert measured(whistled) == pytest.approx(measured(sound), rel=0.01)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(RATE, np.float32),
        np.full(RATE, np.nan, np.float32),
        tone(440, 0.1),
        np.zeros((RATE, 2), np.float32),
    ],
)
def test_refuses_what_has_no_tone(samples: np.ndarray) -> None:
    with pytest.raises(AudioError):
        measured(samples)
