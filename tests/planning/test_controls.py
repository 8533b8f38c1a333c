from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args, get_type_hints

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.music.score import TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.control_table import Kind
from melodymuse.planning.controls import (
    CONTROL_NAMES,
    CONTROLS,
    DEFAULT_BARS,
    LIMITS,
    Controls,
    Wishes,
    controls_for,
)

AWE = EmotionProfile.of("awe")
axis = st.floats(-1, 1)


@given(axis, axis, st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_any_feeling_any_seed_and_any_length_give_controls(
    valence: float, arousal: float, seed: int, bars: int
) -> None:
    controls = controls_for(EmotionProfile.at(valence, arousal), seed=seed, bars=bars)
    assert (controls.seed, controls.bars) == (seed, bars)
    assert str(controls.time_signature) in METRES


@pytest.mark.parametrize("name", LIMITS)
def test_each_number_may_lie_on_its_limits_and_not_beyond(name: str) -> None:
    low, high = LIMITS[name]
    form = {"form": "A"}
    for value in (low, high):
        assert getattr(controls_for(AWE, **{**form, name: value}), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ControlError, match=f"{name} must lie between"):
            controls_for(AWE, **{**form, name: value})
    for value in ("3", True, [1]):
        with pytest.raises(ControlError, match=f"{name} must be a (whole )?number"):
            controls_for(AWE, **{**form, name: value})


@pytest.mark.parametrize("name", sorted(set(LIMITS) - {"bars", "seed"}))
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(name: str, value: float) -> None:
    with pytest.raises(ControlError, match=f"{name} must lie between"):
        controls_for(AWE, **{name: value})


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"volume": 11}, "unknown control 'volume': use one of key, tempo"),
        ({"key": "H"}, "unknown key 'H'"),
        ({"key": 5}, "unknown key 5"),
        ({"time_signature": "5/4"}, "no model for 5/4: use one of 4/4, 3/4, 6/8, 2/4"),
        ({"time_signature": "waltz"}, "unknown time signature 'waltz': write it as in '4/4'"),
        ({"time_signature": "4/0"}, "no model for 4/0"),
        ({"form": "aaba"}, "unknown form 'aaba'"),
        ({"form": "A" * 17}, "needs at least 17 bars, not 16"),
        ({"form": 5}, "form must be text, not 5"),
        ({"harmony": "joy"}, "unknown harmony 'joy': use one of free, amusement"),
        ({"harmony": ""}, "unknown harmony ''"),
        ({"harmony": "free+awe"}, "free stands alone"),
        ({"harmony": "awe+fear+awe"}, "a first and a second theme are all"),
        ({"chords": "H"}, "unknown chord 'H'"),
        ({"chords": "C ||| G"}, "no chords in a bar"),
        ({"chords": ["C"]}, "chords must be text"),
        ({"style": "jazz"}, "unknown style 'jazz': use one of pop"),
        ({"style": None, "seed": 1.5}, "seed must be a whole number"),
    ],
)
def test_impossible_wishes_say_what_to_do(wish: dict[str, Any], message: str) -> None:
    with pytest.raises(ControlError, match=message.replace("+", r"\+").replace("|", r"\|")):
        controls_for(AWE, **wish)


def test_what_is_asked_is_what_is_had() -> None:
    wishes: dict[str, Any] = {
        "key": "D minor", "tempo": 66, "time_signature": "6/8", "bars": 20, "density": 3,
        "polyphony": 2, "loudness": 60, "register": 58, "articulation": 1.1, "dissonance": 0.1,
        "chromaticism": 0.05, "brightness": 0.4, "spread": 10, "dynamics": 12, "balance": 0.6,
        "off_beat": 0.3, "triplets": 0.1, "blocks": 0.2, "octaves": 0.1, "leaps": 4,
        "accompaniment": "waltz", "level": "medium",
        "contour": -2, "growth": -5, "ritardando": 0.2, "form": "ABA",
        "harmony": "awe+fear", "chords": "Dm Gm A7", "style": "salon", "temperature": 0.9,
        "pedal": "none", "literal": 0.3, "max_copy": 12, "loop": False, "seed": 3,
    }  # fmt: skip
    assert set(wishes) == set(CONTROL_NAMES)
    controls = controls_for(AWE, **wishes)
    expected = {**wishes, "key": Key("D", "minor"), "time_signature": TimeSignature(6, 8)}
    assert {name: getattr(controls, name) for name in CONTROL_NAMES} == expected


def test_none_means_as_the_emotion_asks() -> None:
    nothing = dict.fromkeys(set(CONTROL_NAMES) - {"seed"})
    assert controls_for(AWE, seed=4, **nothing) == controls_for(AWE, seed=4)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_wish_moves_nothing_but_itself(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    for seed in range(20):
        plain = controls_for(profile, seed=seed)
        wishes = {
            "tempo": 99.0,
            "time_signature": METRES["2/4"].time_signature,
        }
        for name, value in wishes.items():
            changed = controls_for(profile, seed=seed, **{name: value})
            assert changed == replace(plain, **{name: value})


def test_another_tempo_leaves_the_density_of_the_emotion() -> None:
    own, fast = controls_for(AWE), controls_for(AWE, tempo=160)
    assert own.density == fast.density == pytest.approx(9.0 * 60 / 80)


def test_the_register_of_an_emotion_goes_with_the_tonic() -> None:
    registers = [controls_for(AWE, key=key).register for key in ("G major", "C major", "F# major")]
    assert registers == [registers[1] - 5, registers[1], registers[1] + 6]
    assert controls_for(AWE, key="G major", register=64).register == 64


def test_chords_bring_their_key_unless_one_is_given() -> None:
    assert str(controls_for(AWE, chords="Am | F | C | G").key) == "A minor"
    assert str(controls_for(AWE, chords="Am | F | C | G", key="C major").key) == "C major"
    assert controls_for(AWE, seed=5, chords="").key == controls_for(AWE, seed=5).key


@pytest.mark.parametrize(
    ("chords", "key"),
    [
        ("C | Am | F G | C", "C major"),
        ("C | Ab | Bb | C", "C major"),  # borrowed chords
        ("C7 | F7 | C7 | G7", "C major"),
        ("Am | Dm E7 | Am", "A minor"),  # a leading tone
        ("Am | Dm E7 | A", "A minor"),  # the major tonic at the end
        ("F | G", "C major"),  # no tonic at all
    ],
)
def test_chords_of_a_key_are_taken(chords: str, key: str) -> None:
    assert str(controls_for(AWE, chords=chords, key=key).key) == key


@pytest.mark.parametrize(
    ("chords", "key", "suggested"),
    [
        ("C | Am | F G | C", "F# major", "C major"),
        ("C | Am | F G | C", "C minor", "C major"),
        ("Gm | D7", "G major", "G minor"),
    ],
)
def test_chords_that_deny_the_key_are_refused(chords: str, key: str, suggested: str) -> None:
    with pytest.raises(ControlError, match=f"deny the key of {key}: .* {suggested}$"):
        controls_for(AWE, chords=chords, key=key)
    with pytest.raises(ControlError, match="deny the key"):
        replace(controls_for(AWE, chords=chords), key=Key.parse(key))


def test_blanks_between_chords_do_not_matter() -> None:
    assert controls_for(AWE, chords=" C\t|\n Am  G ").chords == "C | Am G"


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_seeds_vary_keys_but_not_the_emotion(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    drawn = [controls_for(profile, seed=seed) for seed in range(40)]
    assert len({controls.key for controls in drawn}) > 6
    assert len({controls.key.mode for controls in drawn}) == 1
    assert {controls.bars for controls in drawn} == {DEFAULT_BARS}
    assert len({controls.tempo for controls in drawn}) == 1


def test_numbers_of_numpy_become_plain_ones() -> None:
    controls = controls_for(AWE, bars=np.int32(8), tempo=np.float32(72), seed=np.int64(2))
    assert [type(value) for value in (controls.bars, controls.tempo, controls.seed)] == [
        int, float, int,
    ]  # fmt: skip


def test_the_table_and_what_users_may_say_are_the_same_controls() -> None:
    assert tuple(Wishes.__annotations__) == tuple(name for name in CONTROL_NAMES if name != "seed")
    hints, fields = get_type_hints(Wishes), get_type_hints(Controls)
    for name in Wishes.__annotations__:
        assert {fields[name], type(None)} <= set(get_args(hints[name])), name


@pytest.mark.parametrize("name", CONTROL_NAMES)
def test_each_row_says_what_its_field_is(name: str) -> None:
    row, type_ = CONTROLS[name], get_type_hints(Controls)[name]
    types = {
        Kind.KEY: Key,
        Kind.METRE: TimeSignature,
        Kind.WHOLE: int,
        Kind.NUMBER: float,
        Kind.FLAG: bool,
    }
    assert type_ is types.get(row.kind, str)
    assert (row.limits is not None) == (row.kind in (Kind.WHOLE, Kind.NUMBER))
    assert bool(row.choices) == (row.kind in (Kind.METRE, Kind.CHOICE))
    assert row.help.endswith(".") and ".." not in row.help and row.range in row.help


def test_controls_cannot_be_bent_afterwards() -> None:
    controls: Controls = controls_for(AWE)
    with pytest.raises(ControlError, match="tempo must lie between"):
        replace(controls, tempo=1000)


@pytest.mark.parametrize("emotion", ["sadness", "amusement"])
def test_numerals_bring_their_mode(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    assert controls_for(profile, chords="I | vi | IV V").key.mode == "major"
    assert controls_for(profile, chords="i | iv | V").key.mode == "minor"
    with pytest.raises(ControlError, match=r"deny the key of C minor: .* it is major$"):
        controls_for(profile, key="C minor", chords="I | vi | IV V")
