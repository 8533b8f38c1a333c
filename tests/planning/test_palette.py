from __future__ import annotations

from dataclasses import asdict, fields, replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import LIMITS, controls_for
from melodymuse.planning.palette import PALETTES, Palette, blend

NAMES = [field.name for field in fields(Palette)]
SHARES = ("majorness", "dissonance", "chromaticism", "off_beat", "triplets", "blocks", "octaves",
          "balance", "ritardando", "shocks")  # fmt: skip
# What lies between the lowest and the highest emotion's value.
RANGES = {
    name: max(getattr(p, name) for p in PALETTES.values())
    - min(getattr(p, name) for p in PALETTES.values())
    for name in NAMES
}
axis = st.floats(-1, 1)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_pure_emotion_has_its_own_palette(emotion: str) -> None:
    assert asdict(blend(EmotionProfile.of(emotion))) == pytest.approx(asdict(PALETTES[emotion]))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_value_of_the_table_is_one_that_may_be_asked_for(emotion: str) -> None:
    for name in NAMES:
        if name in LIMITS:
            low, high = LIMITS[name]
            assert low <= getattr(PALETTES[emotion], name) <= high, name


def test_no_two_emotions_sound_alike() -> None:
    for first in EMOTIONS:
        for second in EMOTIONS:
            if first < second:
                a, b = PALETTES[first], PALETTES[second]
                apart = [abs(getattr(a, n) - getattr(b, n)) / RANGES[n] for n in NAMES]
                assert sum(distance > 0.2 for distance in apart) >= 4, (first, second)


@given(axis, axis, st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_small_steps_on_the_plane_are_small_steps_in_the_music(
    valence: float, arousal: float, right: float, up: float
) -> None:
    assume(abs(valence + right) <= 1 and abs(arousal + up) <= 1)
    here = blend(EmotionProfile.at(valence, arousal))
    there = blend(EmotionProfile.at(valence + right, arousal + up))
    for name in NAMES:
        assert abs(getattr(there, name) - getattr(here, name)) <= 0.08 * RANGES[name], name


@given(axis, axis)
def test_shares_stay_shares_and_lengths_stay_positive(valence: float, arousal: float) -> None:
    palette = blend(EmotionProfile.at(valence, arousal))
    assert all(0 <= getattr(palette, name) <= 1 for name in SHARES)
    assert palette.tempo > 0 and palette.notes_per_second > 0 and palette.articulation > 0


@given(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS))
def test_half_of_two_emotions_lies_between_them(first: str, second: str) -> None:
    a, b = EmotionProfile.of(first), EmotionProfile.of(second)
    half = EmotionProfile(
        tuple((p + q) / 2 for p, q in zip(a.probabilities, b.probabilities, strict=True)),
        (a.valence + b.valence) / 2,
        (a.arousal + b.arousal) / 2,
    )
    mixed = blend(half)
    for name in NAMES:
        middle = (getattr(PALETTES[first], name) + getattr(PALETTES[second], name)) / 2
        assert getattr(mixed, name) == pytest.approx(middle)


STEPS = [index / 10 - 1 for index in range(21)]


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize(
    ("slider", "name", "sign"),
    [
        ("arousal", "tempo", 1),
        ("arousal", "notes_per_second", 1),
        ("arousal", "loudness", 1),
        ("arousal", "leaps", 1),
        ("arousal", "ritardando", -1),
        ("valence", "majorness", 1),
        ("valence", "register", 1),
        ("valence", "dissonance", -1),
        ("valence", "chromaticism", -1),
    ],
)
def test_a_slider_over_a_named_emotion_moves_one_way(
    emotion: str, slider: str, name: str, sign: int
) -> None:
    named = asdict(EmotionProfile.of(emotion))
    values = [
        sign * getattr(blend(EmotionProfile(**{**named, slider: step})), name) for step in STEPS
    ]
    assert values == sorted(values)
    assert values[-1] > values[0] or name in SHARES  # a share may lie at its end already


@pytest.mark.parametrize("valence", [-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9])
def test_more_arousal_anywhere_on_the_plane_is_faster_busier_and_louder(valence: float) -> None:
    calm, excited = (blend(EmotionProfile.at(valence, arousal)) for arousal in (-0.8, 0.8))
    assert excited.tempo > calm.tempo
    assert excited.notes_per_second > 1.3 * calm.notes_per_second
    assert excited.loudness > calm.loudness + 10


@pytest.mark.parametrize("arousal", [-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9])
def test_more_valence_anywhere_on_the_plane_turns_minor_into_major(arousal: float) -> None:
    modes = [
        controls_for(EmotionProfile.at(valence, arousal), seed=1).key.mode for valence in STEPS
    ]
    assert modes == sorted(modes, reverse=True), "minor up to somewhere, then major"
    assert set(modes) == {"major", "minor"}
    low, high = (blend(EmotionProfile.at(valence, arousal)) for valence in (-0.8, 0.8))
    assert high.dissonance < low.dissonance and high.register > low.register


def test_quadrants_differ_as_emotional_piano_does() -> None:
    """EMOPIA's clip medians (Hung et al. 2021): twice the notes and 20 velocities between them."""
    upper = [blend(EmotionProfile.at(v, 0.7)) for v in (-0.6, 0.6)]
    lower = [blend(EmotionProfile.at(v, -0.6)) for v in (-0.6, 0.6)]
    for high in upper:
        for low in lower:
            assert high.notes_per_second > 1.5 * low.notes_per_second
            assert high.loudness > low.loudness + 15


def test_music_takes_sides_between_calm_and_excited() -> None:
    """A step in the middle is heard as more than one at the ends."""
    pure = EmotionProfile.of("awe")

    def loudness(arousal: float) -> float:
        return blend(replace(pure, arousal=arousal)).loudness

    middle, end = loudness(0.1) - loudness(-0.1), loudness(0.9) - loudness(0.7)
    assert middle > 2 * end > 0


def test_palettes_are_exactly_rounded_sums() -> None:
    """So that every Python gets the same: the built-in sum of 3.11 rounds at every step."""
    profile = EmotionProfile((0.1,) * 4 + (0.15,) * 4, 0.1, 0.2)
    values = [PALETTES[emotion].growth for emotion in EMOTIONS]
    terms = [p * value for p, value in zip(profile.probabilities, values, strict=True)]
    assert blend(profile).growth == float(sum(map(Fraction, terms)))
