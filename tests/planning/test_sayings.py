"""What musicians say in a word."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

import melodymuse
from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.planning.palette import blend
from melodymuse.planning.sayings import MOODS, PRESETS, moved, said_in_numbers

AWE = EmotionProfile.of("awe")
OWN = partial(controls_for, AWE, seed=1)


def test_a_share_is_of_what_there_would_be_without_it() -> None:
    own = controls_for(AWE, seed=1)
    said: Any = said_in_numbers({"tempo": "+20%", "bars": "-50%", "density": 3.0}, OWN)
    assert said == {"tempo": own.tempo * 1.2, "bars": own.bars // 2, "density": 3.0}
    assert said_in_numbers({"tempo": "+900%"}, OWN)["tempo"] == 240, "within the limits"
    assert said_in_numbers({"chromaticism": "-100%"}, OWN)["chromaticism"] == 0
    for name, share in (("tempo", "-100%"), ("chromaticism", "-120%")):
        with pytest.raises(ControlError, match="leaves nothing"):
            said_in_numbers({name: share}, OWN)  # type: ignore[misc]


def test_a_share_of_a_preset_is_of_its_number_and_ones_own_words_go_over_it() -> None:
    waltz = PRESETS["waltz"]
    wishes: Any = {"tempo": "-50%", "accompaniment": "drone"}
    said = said_in_numbers(wishes, OWN, waltz)
    assert said["tempo"] == waltz.wishes["tempo"] / 2  # type: ignore[operator]
    assert (said["time_signature"], said["accompaniment"]) == ("3/4", "drone")


@pytest.mark.parametrize("name", ["key", "form"])
def test_only_numbers_have_shares(name: str) -> None:
    with pytest.raises(ControlError, match="only what is a number"):
        said_in_numbers({name: "+20%"}, OWN)  # type: ignore[misc]


def test_words_move_the_feeling_and_with_it_the_music() -> None:
    for mood, (valence, arousal) in MOODS.items():
        new = moved(AWE, [mood])
        assert (new.valence - AWE.valence) * valence > 0 and (
            new.arousal - AWE.arousal
        ) * arousal > 0
    before, after = blend(AWE), blend(moved(AWE, ["sadder", "sadder"]))
    assert after.majorness < before.majorness and after.tempo < before.tempo
    assert moved(AWE, ["happier"] * 9).valence == 1.0
    with pytest.raises(ControlError, match="did you mean sadder"):
        moved(AWE, ["sader"])


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_planned_over_its_own_and_another_feeling(name: str) -> None:
    plan = melodymuse.plan(preset=name, seed=1)
    assert plan.profile.emotion == PRESETS[name].emotion
    assert melodymuse.plan("fear", preset=name, seed=1).profile.emotion == "fear"
    for control, value in PRESETS[name].wishes.items():
        assert str(getattr(plan.controls, control)) == str(value), control
