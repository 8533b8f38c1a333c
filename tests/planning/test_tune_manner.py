"""How each emotion sings."""

from __future__ import annotations

from random import Random

import pytest

from melodymuse.music.emotion import EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.planning.tune_manner import MANNERS, blend_manners, manner_of, vary


@pytest.mark.parametrize(
    ("wish", "name", "sign"),
    [
        ({"density": 9.0}, "notes", 1),
        ({"density": 1.0}, "notes", -1),
        ({"leaps": 9.0}, "motion", 1),
        ({"off_beat": 0.0}, "off_beat", -1),
        ({"register": 75.0}, "centre", 1),
        ({"triplets": 0.6}, "finest", -1),
    ],
)
def test_wishes_reach_the_tune(wish: dict[str, float], name: str, sign: int) -> None:
    profile = EmotionProfile.of("amusement")
    plain = manner_of(profile, controls_for(profile))
    wished = manner_of(profile, controls_for(profile, **wish))
    assert (getattr(wished, name) - getattr(plain, name)) * sign > 0


def test_without_wishes_a_feeling_sings_as_its_table_says_in_every_key() -> None:
    profile = EmotionProfile.of("sadness")
    for key in ("C minor", "F# minor", "Ab minor"):
        found = manner_of(profile, controls_for(profile, key=key))
        assert found.centre == pytest.approx(MANNERS["sadness"].centre)
        assert found.notes == pytest.approx(MANNERS["sadness"].notes)


def test_themes_of_one_feeling_differ_but_not_much() -> None:
    manner = MANNERS["sadness"]
    themes = [vary(manner, Random(seed)) for seed in range(50)]
    assert len({theme.style for theme in themes}) == 3
    assert sum(theme.style == manner.style for theme in themes) > 20
    assert 0.8 < sum(theme.notes for theme in themes) / 50 / manner.notes < 1.25
    assert len({theme.notes for theme in themes}) == 50
    assert max(theme.repeats for theme in themes) > 2 * min(theme.repeats for theme in themes)
    assert max(theme.leaps for theme in themes) > 2 * min(theme.leaps for theme in themes)


def test_some_themes_in_eighths_have_sixteenths_too() -> None:
    manner = MANNERS["excitement"]
    finest = [vary(manner, Random(seed)).finest for seed in range(50)]
    assert set(finest) == {3, 6}


def test_manners_blend() -> None:
    mixed = blend_manners({"fear": 0.25, "sadness": 0.75})
    fear, sadness = MANNERS["fear"], MANNERS["sadness"]
    assert mixed.pauses == pytest.approx(0.25 * fear.pauses + 0.75 * sadness.pauses)
    assert mixed.style == sadness.style
    assert blend_manners({"awe": 1.0}) == MANNERS["awe"]


def test_of_a_mixed_feeling_some_themes_drive() -> None:
    mixed = blend_manners({"anger": 0.5, "sadness": 0.5})
    drives = [vary(mixed, Random(seed)).drive for seed in range(60)]
    assert set(drives) == {0.0, 1.0}
    assert 15 < sum(drives) < 45
    assert {vary(MANNERS["sadness"], Random(seed)).drive for seed in range(20)} == {0.0}
