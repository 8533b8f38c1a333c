"""Levels: what they bound, and whom."""

from __future__ import annotations

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import Controls, controls_for
from melodymuse.planning.levels import ANY_HANDS, LEVELS, bounds_of

EIGHTH, SIXTEENTH = 6, 3


def controls(emotion: str, seed: int, level: str | None, **wishes: str) -> Controls:
    return controls_for(
        EmotionProfile.of(emotion),
        seed=seed,
        level=level,
        **wishes,  # type: ignore[arg-type]
    )


def test_each_level_asks_for_at_least_what_the_one_before_does() -> None:
    easy, medium, advanced = (LEVELS[name] for name in ("easy", "medium", "advanced"))
    for name in ("span", "reach", "left", "right", "leap"):
        asked = [getattr(level.bounds, name) for level in (easy, medium, advanced)]
        assert asked == sorted(asked) and asked[0] < asked[-1] == getattr(ANY_HANDS, name)
    assert easy.quickest > medium.quickest > advanced.quickest


@pytest.mark.parametrize(
    ("level", "tempo", "finest"),
    [("easy", 60, EIGHTH), ("easy", 200, EIGHTH), ("medium", 70, SIXTEENTH),
     ("medium", 130, EIGHTH), ("advanced", 160, SIXTEENTH), ("as is", 240, SIXTEENTH)],
)  # fmt: skip
def test_the_quicker_the_tempo_the_longer_the_shortest_values(
    level: str, tempo: float, finest: int
) -> None:
    assert bounds_of(level, tempo).finest == finest


@pytest.mark.parametrize("level", LEVELS)
def test_keys_that_are_chosen_have_few_accidentals(level: str) -> None:
    found = {abs(controls(e, seed, level).key.fifths) for e in EMOTIONS for seed in range(20)}
    assert found == set(range(LEVELS[level].accidentals + 1))


def test_a_key_that_is_given_stays() -> None:
    assert str(controls("awe", 1, "easy", key="F# major").key) == "F# major"


def test_tempo_and_density_are_bounded() -> None:
    free, easy = controls("anger", 1, None), controls("anger", 1, "easy")
    assert free.tempo > easy.tempo == LEVELS["easy"].tempo
    assert easy.density == pytest.approx(LEVELS["easy"].speed * 60 / easy.tempo)
    assert controls("anger", 1, "advanced") == controls("anger", 1, "advanced")
