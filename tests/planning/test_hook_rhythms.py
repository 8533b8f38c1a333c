"""Rhythms of hooks that drive."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from melodymuse.music.grid import METRES
from melodymuse.planning.hook_rhythms import broken, hook_rhythm

COMMON = METRES["4/4"]


def hooks(
    notes: float = 6.0, off_beat: float = 0.4, finest: int = 3, metre: str = "4/4"
) -> list[tuple[int, ...]]:
    return [hook_rhythm(notes, off_beat, finest, METRES[metre], Random(seed)) for seed in range(60)]


def mean_notes(found: list[tuple[int, ...]]) -> float:
    return sum(map(len, found)) / len(found)


def off_beats(found: list[tuple[int, ...]]) -> float:
    return sum(at % 12 > 0 for hook in found for at in hook) / sum(map(len, found))


@pytest.mark.parametrize("metre", ["4/4", "2/4"])
def test_a_hook_is_struck_on_the_bar_line_and_has_short_notes_and_long_ones(metre: str) -> None:
    for hook in hooks(metre=metre):
        assert hook[0] == 0
        assert len({b - a for a, b in pairwise((*hook, METRES[metre].bar_steps))}) > 1


def test_hooks_differ_and_follow_what_is_wanted() -> None:
    assert len(set(hooks())) > 20
    assert mean_notes(hooks(notes=8)) > mean_notes(hooks(notes=4)) + 1
    assert off_beats(hooks(off_beat=0.7)) > off_beats(hooks(off_beat=0.2)) + 0.05
    assert {at % 6 for hook in hooks(finest=6) for at in hook} == {0}
    assert {at % 6 for hook in hooks(notes=8) for at in hook} == {0, 3}


@pytest.mark.parametrize("metre", ["3/4", "6/8"])
def test_metres_without_such_halves_have_no_hook(metre: str) -> None:
    assert set(hooks(metre=metre)) == {()}
    assert set(hooks(finest=4)) == {()}


def test_a_broken_hook_is_its_busier_half_twice() -> None:
    assert broken((0, 24, 30, 36), COMMON) == (0, 6, 12, 24, 30, 36)
    assert broken((0, 6, 12, 18, 24, 42), COMMON) == (0, 6, 12, 18, 24, 30, 36, 42)
    assert broken((0, 6, 18), METRES["2/4"]) == (0, 6, 18)
