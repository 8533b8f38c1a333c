"""A picture and its feeling in words."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.vision.features import measure
from melodymuse.vision.telling import feeling_in_words, picture_in_words


def test_a_picture_is_called_what_it_is() -> None:
    night = np.zeros((40, 40, 3), np.uint8) + np.array([5, 10, 60], np.uint8)
    assert picture_in_words(measure(night)).startswith("A dark, cool,")
    noise = np.random.default_rng(0).integers(0, 2, (64, 64, 1), np.uint8) * 255
    snow = picture_in_words(measure(np.repeat(noise, 3, axis=2)))
    assert "nearly colourless" in snow and snow.endswith("full of detail.")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_each_feeling_is_told_with_its_place(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    told = feeling_in_words(profile)
    assert told.startswith(f"It feels like {emotion}, 100%: ")
    assert ("unpleasant" in told) == (profile.valence < -0.1)


def test_a_second_feeling_has_a_word() -> None:
    shares = [0.0] * len(EMOTIONS)
    shares[0], shares[1], shares[2] = 0.6, 0.3, 0.1
    told = feeling_in_words(EmotionProfile(tuple(shares), 0.0, 0.0))
    assert "with awe, 30%: neither pleasant nor unpleasant, neither calm nor excited" in told
