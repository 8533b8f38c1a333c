"""What a picture shows beyond its feeling: nothing unless it is asked for, then as it shows it."""

from __future__ import annotations

from typing import Any

import pytest

import melodymuse
from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import CONTROL_NAMES, Controls, controls_for
from melodymuse.planning.literal import as_shown, motif_of
from melodymuse.planning.plan import Plan
from melodymuse.vision import Analysis, VisualFeatures
from melodymuse.writing.tune.stage import tune_piece

FEATURES = (
    *("brightness", "colorfulness", "saturation", "warmth", "contrast", "edge_density"),
    "blobs",
)
SEEDS = range(5)
CALM = EmotionProfile.of("contentment")
PLAIN = dict.fromkeys(FEATURES, 0.0)
SUNSET = PLAIN | {"warmth": 2.0, "brightness": 1.0, "blobs": -2.0}
FOREST = PLAIN | {"warmth": -2.0, "brightness": -1.5, "edge_density": 2.0}


def shown(picture: dict[str, float], literal: float, seed: int = 0, **said: Any) -> Controls:
    wishes: Any = {"literal": literal, **said}
    return as_shown(picture, CALM, controls_for(CALM, seed=seed, **wishes), wishes)


def test_every_seed_has_what_the_picture_shows() -> None:
    for picture in (SUNSET, FOREST):
        takes = [shown(picture, 1.0, seed, time_signature="4/4") for seed in SEEDS]
        assert len({(str(t.key), t.form, t.accompaniment) for t in takes}) == 1
    sunset, forest = shown(SUNSET, 1.0), shown(FOREST, 1.0)
    assert sunset.key.fifths > 3 and forest.key.fifths < -3
    assert forest.density > sunset.density
    heights = [c.register - c.key.shift_from_c for c in (sunset, forest)]
    assert heights[0] > heights[1]
    assert sunset.form != forest.form and sunset.accompaniment != forest.accompaniment
    assert sunset.key.mode == forest.key.mode == "major"


def test_a_middling_picture_and_a_low_number_leave_it_to_the_seed() -> None:
    for seed in SEEDS:
        own = controls_for(CALM, seed=seed, literal=0.1)
        some = shown(SUNSET, 0.1, seed)
        assert (some.form, some.accompaniment) == (own.form, own.accompaniment)
        assert abs(some.key.fifths - own.key.fifths) <= 1
    assert shown(PLAIN, 0.2).density == pytest.approx(controls_for(CALM, literal=0.2).density)


@pytest.mark.parametrize("name", ["register", "density", "spread", "leaps"])
def test_more_of_it_goes_further(name: str) -> None:
    lively = dict.fromkeys(FEATURES, 1.5)
    values = [getattr(shown(lively, much, key="C major"), name) for much in (0.0, 0.4, 1.0)]
    assert values == sorted(values) and values[0] < values[-1]


def test_what_the_user_said_stays() -> None:
    said: dict[str, Any] = {
        "key": "D minor", "register": 60.0, "density": 3.0, "form": "ABAB",
        "accompaniment": "waltz",
    }  # fmt: skip
    kept = shown(FOREST, 1.0, **said)
    assert (str(kept.key), kept.register, kept.density) == ("D minor", 60.0, 3.0)
    assert (kept.form, kept.accompaniment) == ("ABAB", "waltz")
    chords = "C | Am | F G | C"
    assert shown(FOREST, 1.0, chords=chords).key == shown(SUNSET, 1.0, chords=chords).key


def analysis(**features: float) -> Analysis:
    usual: dict[str, Any] = {
        "brightness": 0.45, "colorfulness": 40.0, "saturation": 0.4, "warmth": 0.1,
        "contrast": 0.2, "edge_density": 0.1, "blobs": 40,
    }  # fmt: skip
    return Analysis("drawn", VisualFeatures(**(usual | features)), CALM)


def test_the_engine_asks_the_picture_only_where_it_shall_be_literal() -> None:
    engine = melodymuse.Engine()
    red, blue = analysis(warmth=0.9, brightness=0.8), analysis(warmth=-0.9, brightness=0.1)
    plans = [engine.plan(seen, seed=4, bars=8) for seen in (red, blue)]
    assert plans[0].controls == plans[1].controls
    literal = [engine.plan(seen, seed=4, bars=8, literal=1.0) for seen in (red, blue)]
    assert literal[0].controls.key != literal[1].controls.key
    # Without a picture there is nothing to show.
    bare = engine.plan("awe", seed=4, bars=8, literal=1.0).controls
    usual = engine.plan("awe", seed=4, bars=8).controls
    assert all(getattr(bare, n) == getattr(usual, n) for n in CONTROL_NAMES if n != "literal")
    with pytest.raises(ControlError, match="literal"):
        engine.plan(red, literal=1.5)


def test_a_piece_tells_of_it_only_where_it_was_asked_for() -> None:
    engine = melodymuse.Engine()
    red = analysis(warmth=0.9)
    assert "literal" not in str(engine.compose(red, seed=1, bars=4).score.provenance)
    asked = engine.compose(red, seed=1, bars=4, literal=0.5)
    assert "literal 0.5" in str(asked.score.provenance)


def test_a_picture_has_a_motif_of_its_own_where_it_is_literal_enough() -> None:
    assert motif_of(SUNSET, 0.7) is None
    assert motif_of(SUNSET, 0.8) == motif_of(SUNSET, 1.0) != motif_of(FOREST, 1.0)
    # As another file of it shows.
    assert motif_of({name: value + 0.1 for name, value in SUNSET.items()}, 1.0) == motif_of(
        SUNSET, 1.0
    )
    rocket = melodymuse.analyze("@rocket")
    plans = [
        melodymuse.api.engine.plan(rocket, bars=8, seed=seed, literal=much, time_signature="4/4")
        for much in (1.0, 0.5)
        for seed in (1, 2)
    ]
    assert Plan.from_dict(plans[0].as_dict()) == plans[0]
    first = next(section.start for section in plans[0].sections if section.melodic)
    draws = [tune_piece(plan).streams(first, first + 4, 0).random() for plan in plans]
    later = [tune_piece(plan).streams(first + 4, first + 8, 0).random() for plan in plans]
    assert draws[0] == draws[1] and len({*draws, *later}) == 5
    rhythms = [[bar.rhythm for bar in tune_piece(plan).plans] for plan in plans]
    assert rhythms[0] == rhythms[1]
