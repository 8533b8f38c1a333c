from __future__ import annotations

import math
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.planning.preferences import METRE_CHANCES, choose_harmony, choose_metre


def test_every_emotion_draws_from_metres_that_the_network_knows() -> None:
    assert set(METRE_CHANCES) == set(EMOTIONS)
    for chances in METRE_CHANCES.values():
        assert set(chances) <= set(METRES)
        assert math.fsum(chances.values()) == pytest.approx(1)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_metres_come_as_often_as_the_table_says(emotion: str) -> None:
    profile, random = EmotionProfile.of(emotion), Random(1)
    drawn = [choose_metre(profile, random) for _ in range(2000)]
    for metre in METRES:
        expected = METRE_CHANCES[emotion].get(metre, 0.0)
        assert drawn.count(metre) / len(drawn) == pytest.approx(expected, abs=0.05)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_harmony_follows_the_leading_emotion_and_a_strong_second(
    valence: float, arousal: float
) -> None:
    profile = EmotionProfile.at(valence, arousal)
    words = choose_harmony(profile).split("+")
    ranked = sorted(profile.as_dict().values(), reverse=True)
    assert profile.as_dict()[words[0]] == ranked[0]
    assert len(words) in (1, 2) and len(set(words)) == len(words)
    if len(words) == 2:
        assert profile.as_dict()[words[1]] == ranked[1] > 0.2


def test_a_pure_emotion_has_its_own_harmony() -> None:
    assert choose_harmony(EmotionProfile.of("fear")) == "fear"


def test_two_emotions_that_are_equally_strong_share_the_themes() -> None:
    half = tuple(0.5 if name in ("awe", "fear") else 0.0 for name in EMOTIONS)
    assert set(choose_harmony(EmotionProfile(half, 0, 0.3)).split("+")) == {"awe", "fear"}


@pytest.mark.parametrize(("second", "harmony"), [(0.3, "awe+fear"), (0.2, "awe")])
def test_a_second_emotion_colours_the_second_theme_from_a_quarter_on(
    second: float, harmony: str
) -> None:
    shares = {"awe": 0.6, "fear": second, "anger": 0.4 - second}
    profile = EmotionProfile(tuple(shares.get(name, 0.0) for name in EMOTIONS), 0, 0.3)
    assert choose_harmony(profile) == harmony
