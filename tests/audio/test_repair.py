"""Dropouts and noise in sound: found where they are, mended, and nothing else touched."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.audio.clip import Clip
from melodymuse.audio.frames import sounded, spectrum
from melodymuse.audio.repair import find_damage, repaired
from tests.comparison.sounds import plucked, scale_tune

RATE = 22050
Samples = np.ndarray


@pytest.fixture(scope="module")
def tune() -> Samples:
    return plucked(scale_tune(100, 7), 8, RATE).astype(np.float64)


def clip(samples: Samples) -> Clip:
    return Clip(samples[:, None].astype(np.float32), RATE)


def ratio(clean: Samples, mended: Samples) -> float:
    return float(10 * np.log10((clean**2).sum() / ((clean - mended) ** 2).sum()))


def with_gaps(tune: Samples) -> tuple[Samples, list[tuple[int, int]]]:
    broken = tune.copy()
    places = [(round(s * RATE), round((s + length) * RATE)) for s, length in
              ((1.3, 0.03), (3.1, 0.06), (5.5, 0.02))]  # fmt: skip
    for start, end in places:
        broken[start:end] = 0
    return broken, places


def test_frames_give_the_sound_back(tune: Samples) -> None:
    again = sounded(spectrum(tune, RATE), RATE, len(tune))
    assert np.abs(again - tune).max() < 1e-12


def test_clean_music_is_left_alone(tune: Samples) -> None:
    # With rests, which die away.
    rested = np.concatenate([tune, np.zeros(RATE // 5), tune])
    found = find_damage(clip(rested))
    assert found.dropouts == () and not found.noisy and found.floor < -70
    mended, _ = repaired(clip(rested))
    assert np.array_equal(mended.samples, clip(rested).samples)


def test_dropouts_are_found_and_bridged(tune: Samples) -> None:
    broken, places = with_gaps(tune)
    mended, damage = repaired(clip(broken))
    assert len(damage.dropouts) == 3
    for found, true in zip(damage.dropouts, places, strict=True):
        assert found == pytest.approx(true, abs=RATE // 500)
    assert find_damage(mended).dropouts == ()
    inside = np.zeros(len(tune), bool)
    for start, end in damage.dropouts:
        inside[start:end] = True
    sound = mended.samples[:, 0].astype(np.float64)
    assert ratio(tune[inside], broken[inside]) == pytest.approx(0, abs=0.1)
    assert ratio(tune[inside], sound[inside]) > 4
    assert np.array_equal(sound[~inside], broken[~inside].astype(np.float32))


@pytest.mark.parametrize("level", [20, 30, 40])
def test_noise_is_measured_and_taken_down(tune: Samples, level: float) -> None:
    chance = np.random.default_rng(0)
    power = (tune**2).mean()
    noisy = tune + chance.normal(0, np.sqrt(power) * 10 ** (-level / 20), len(tune))
    mended, damage = repaired(clip(noisy))
    assert damage.floor == pytest.approx(-level, abs=1.5) and damage.noisy
    assert ratio(tune, mended.samples[:, 0].astype(np.float64)) > level + 3
    assert find_damage(mended).floor < damage.floor - 10


def test_channels_are_mended_alike(tune: Samples) -> None:
    broken, _ = with_gaps(tune)
    both = Clip(np.stack([broken, 0.5 * broken], axis=1).astype(np.float32), RATE)
    left, right = repaired(both)[0].samples.T
    assert np.allclose(left, 2 * right, atol=1e-5)


def test_a_dropout_of_one_channel_is_mended_in_it_alone(tune: Samples) -> None:
    broken, _ = with_gaps(tune)
    both = Clip(np.stack([broken, tune], axis=1).astype(np.float32), RATE)
    mended, damage = repaired(both)
    assert damage.dropouts == find_damage(clip(broken)).dropouts
    assert np.array_equal(mended.samples[:, 1], both.samples[:, 1])
    assert not np.array_equal(mended.samples[:, 0], both.samples[:, 0])
