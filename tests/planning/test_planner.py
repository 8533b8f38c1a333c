from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.planning.controls import controls_for
from melodymuse.planning.palette import PALETTES
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.recall import CLOSE, Recall

AWE = EmotionProfile.of("awe")
axis = st.floats(-1, 1)


def planned(profile: EmotionProfile = AWE, seed: int = 0, **wishes: Any) -> Plan:
    return plan_for(profile, profile, controls_for(profile, seed=seed, **wishes))


wishes = st.fixed_dictionaries(
    {"bars": st.integers(1, 50)},
    optional={
        "tempo": st.floats(30, 240),
        "key": st.sampled_from(["D minor", "Ab major", "F# minor"]),
        "time_signature": st.sampled_from(sorted(METRES)),
        "harmony": st.sampled_from(["free", "fear+awe"]),
        "chords": st.sampled_from(["C | F", "Dm | A7 Bb"]),
        "loudness": st.floats(16, 120),
    },
)


@given(axis, axis, st.integers(0, 2**63 - 1), wishes)
@settings(max_examples=60, deadline=None)
def test_a_plan_comes_back_from_json(
    valence: float, arousal: float, seed: int, given_wishes: dict[str, Any]
) -> None:
    profile = EmotionProfile.at(valence, arousal)
    plan = replace(
        planned(profile, seed, **given_wishes), title="Dämmerung", source="sea.jpg", eye="x"
    )
    again = Plan.from_dict(json.loads(json.dumps(plan.as_dict())))
    assert again == plan


def test_what_acts_after_the_network_is_beside_what_it_is_told() -> None:
    plan = planned(tempo=200, loudness=20, dynamics=3)
    own = PALETTES["awe"]
    assert (plan.own.tempo, plan.own.loudness, plan.own.dynamics) == (
        own.tempo,
        own.loudness,
        own.dynamics,
    )
    assert plan.controls.tempo == 200 and plan.bars[0].controls.tempo == own.tempo


def test_a_plan_is_what_is_expressed_not_what_was_seen() -> None:
    fear = EmotionProfile.of("fear")
    plan = plan_for(AWE, fear, controls_for(fear, seed=1))
    assert plan.profile == AWE and plan.own == planned(fear).own
    assert plan.bars == planned(fear, seed=1).bars


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_last_bar_closes_and_no_other(emotion: str) -> None:
    plan = planned(EmotionProfile.of(emotion), bars=12)
    assert [bar.closes for bar in plan.bars] == [False] * 11 + [True]


def spoiled(**changed: Any) -> dict[str, Any]:
    return {**planned(bars=4).as_dict(), **changed}


@pytest.mark.parametrize(
    "no_plan",
    [
        {},
        spoiled(bars=None),
        spoiled(bars=planned(bars=4).as_dict()["bars"][:3]),
        spoiled(controls={**planned(bars=4).as_dict()["controls"], "key": None}),
        spoiled(controls={**planned(bars=4).as_dict()["controls"], "tempo": 500}),
        spoiled(own={"tempo": 1}),
        spoiled(controls={**planned(bars=4).as_dict()["controls"], "time_signature": "4"}),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(no_plan: dict[str, Any]) -> None:
    with pytest.raises(ControlError) as caught:
        Plan.from_dict(no_plan)
    assert "\n" not in str(caught.value)


def test_a_bar_recalls_an_earlier_one() -> None:
    plan = planned(bars=4)
    bars = (replace(plan.bars[0], recall=Recall(0, CLOSE)), *plan.bars[1:])
    with pytest.raises(ControlError, match="bar 1 can recall only an earlier bar"):
        replace(plan, bars=bars)


def test_a_bar_is_in_the_metre_of_its_piece() -> None:
    plan = planned(bars=4, time_signature="3/4")
    with pytest.raises(ControlError, match="bar 1 is in 3/4, not 4/4"):
        replace(plan, controls=replace(plan.controls, time_signature=METRES["4/4"].time_signature))
