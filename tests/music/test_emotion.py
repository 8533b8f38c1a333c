"""The emotions, the plane, and profiles."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, PLANE, EmotionProfile

AXIS = st.floats(-1, 1)


def test_four_pleasant_emotions_come_first() -> None:
    # EmoSet's classes; its first four are Mikels's positive ones, the rest negative.
    assert EMOTIONS == (
        "amusement", "awe", "contentment", "excitement", "anger", "disgust", "fear", "sadness",
    )  # fmt: skip
    assert tuple(PLANE) == EMOTIONS
    assert all(PLANE[name][0] > 0 for name in EMOTIONS[:4])
    assert all(PLANE[name][0] < 0 for name in EMOTIONS[4:])


@pytest.mark.parametrize("name", EMOTIONS)
def test_a_pure_emotion_stands_at_its_place(name: str) -> None:
    profile = EmotionProfile.of(name)
    assert profile.emotion == name
    assert (profile.valence, profile.arousal) == PLANE[name]
    assert profile.as_dict()[name] == 1
    assert EmotionProfile.at(*PLANE[name]).emotion == name


@given(AXIS, AXIS)
def test_any_place_has_a_profile(valence: float, arousal: float) -> None:
    profile = EmotionProfile.at(valence, arousal)
    assert math.fsum(profile.probabilities) == pytest.approx(1)
    assert (profile.valence, profile.arousal) == (valence, arousal)
    distances = {name: math.dist((valence, arousal), place) for name, place in PLANE.items()}
    assert distances[profile.emotion] == pytest.approx(min(distances.values()))


@given(st.floats(0.5, 1), AXIS)
def test_a_clear_sign_of_valence_is_never_contradicted(valence: float, arousal: float) -> None:
    assert EmotionProfile.at(valence, arousal).emotion in EMOTIONS[:4]
    assert EmotionProfile.at(-valence, arousal).emotion in EMOTIONS[4:]


@pytest.mark.parametrize(
    "probabilities",
    [(1.0,), (0.5,) * 8, (1.5, -0.5, 0, 0, 0, 0, 0, 0), (float("nan"),) * 8],
)
def test_impossible_probabilities_are_refused(probabilities: tuple[float, ...]) -> None:
    with pytest.raises(ControlError, match="probabilities"):
        EmotionProfile(probabilities, 0, 0)


@pytest.mark.parametrize("value", [-1.01, 2, float("nan"), float("inf")])
def test_a_place_off_the_plane_is_refused(value: float) -> None:
    with pytest.raises(ControlError, match="valence"):
        EmotionProfile.at(value, 0)
    with pytest.raises(ControlError, match="arousal"):
        EmotionProfile((0.125,) * 8, 0, value)


def test_an_unknown_emotion_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ControlError, match=r"'joy'.*amusement"):
        EmotionProfile.of("joy")


def test_heightening_keeps_the_leader_and_moves_away_from_the_middle() -> None:
    seen = EmotionProfile((0.05, 0.4, 0.2, 0.1, 0.05, 0.1, 0.05, 0.05), 0.4, 0.1)
    heightened = seen.heightened()
    assert heightened.emotion == seen.emotion == "awe"
    assert max(heightened.probabilities) > max(seen.probabilities)
    # One standard deviation of photographs: (0.53 - 0.12) / 0.41.
    one_up = EmotionProfile(seen.probabilities, 0.53, 0.16).heightened()
    assert (one_up.valence, one_up.arousal) == pytest.approx((0.6, 0.6))


def test_heightening_stays_on_the_plane() -> None:
    extreme = EmotionProfile(EmotionProfile.of("fear").probabilities, -1.0, 1.0).heightened()
    assert (extreme.valence, extreme.arousal) == (-1.0, 1.0)
