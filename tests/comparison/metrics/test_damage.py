"""Dropouts a minute and the noise floor, on sound whose damage is known."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.audio.clip import Clip
from melodymuse.comparison.metrics import damage
from melodymuse.errors import AudioError
from tests.comparison.sounds import RATE, plucked, scale_tune


def test_dropouts_are_counted_a_minute_and_noise_in_decibels() -> None:
    tune = plucked(scale_tune(100, 7), 8)
    tune[RATE : RATE + RATE // 20] = 0
    found = damage.evaluate(Clip(tune[:, None], RATE))
    assert found["dropouts"] == pytest.approx(60 / 8) and found["noise_floor"] < -60
    hiss = np.random.default_rng(0).normal(0, float(tune.std()) / 10, len(tune))
    noisy = Clip((tune + hiss)[:, None].astype(np.float32), RATE)
    assert damage.evaluate(noisy)["noise_floor"] == pytest.approx(-20, abs=1.5)
    with pytest.raises(AudioError, match="at least 1 s"):
        damage.evaluate(Clip(tune[:100, None], RATE))
