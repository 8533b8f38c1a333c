"""Shocks: where they come, and what they do to a piece."""

from __future__ import annotations

from statistics import fmean

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.planning.controls import controls_for
from melodymuse.planning.form import plan_sections
from melodymuse.planning.palette import PALETTES
from melodymuse.planning.planner import plan_for
from melodymuse.planning.shocks import plan_shocks
from melodymuse.writing.composer import write_plan

SECTIONS = plan_sections("AABA", 32)


def test_shocks_neither_begin_nor_end_a_phrase() -> None:
    found = [bar for seed in range(50) for bar in plan_shocks(SECTIONS, 1.0, seed)]
    assert {bar % 4 for bar in found} == {1, 2} and len(found) == 50 * 8


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_so_many_phrases_have_one_as_are_asked_for(share: float) -> None:
    counts = [len(plan_shocks(SECTIONS, share, seed)) / 8 for seed in range(200)]
    assert fmean(counts) == pytest.approx(share, abs=0.06)


def test_phrases_too_short_have_none() -> None:
    assert not plan_shocks(plan_sections("A", 3), 1.0, 1)


def test_a_shock_is_louder_than_what_comes_before_it_and_before_it_the_left_hand_breaks_off() -> (
    None
):
    profile = EmotionProfile.of("fear")
    plan = plan_for(profile, profile, controls_for(profile, seed=3, bars=16))
    shocks = plan_shocks(plan.sections, PALETTES["fear"].shocks, 3)
    score = write_plan(plan)
    ticks = score.time_signature.bar_ticks
    loudness = [
        fmean(note.velocity for note in score.notes if note.onset // ticks == bar)
        for bar in range(16)
    ]
    assert shocks
    for bar in shocks:
        assert loudness[bar] - loudness[bar - 1] > 15
        before, struck = plan.bars[bar - 1].accompaniment, plan.bars[bar].accompaniment
        assert before and struck and before.signs != struck.signs


def test_calm_emotions_have_none() -> None:
    assert {e for e in EMOTIONS if not PALETTES[e].shocks} == {
        "awe", "contentment", "excitement", "sadness"
    }  # fmt: skip
    assert max(EMOTIONS, key=lambda e: PALETTES[e].shocks) == "fear"
