"""Pieces are written anew until they share no more than was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Score
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.original import write_originals
from melodymuse.writing.originality import TrainingMelodies
from tests.writing.test_originality import moved, score_with, tune

KNOWN = TrainingMelodies.of([tune(1)], log_bytes=14)
STRANGE = tune(500, 40)


def plan(seed: int, max_copy: int) -> Plan:
    profile = EmotionProfile.of("awe")
    controls = controls_for(profile, seed=seed, bars=8, time_signature="4/4", max_copy=max_copy)
    return plan_for(profile, profile, controls)


class Copyist:
    """Writes twenty notes of the known tune, from bar 3 on, in its first takes of that bar."""

    def __init__(self, copies: int) -> None:
        self.copies = copies
        self.written: list[int] = []

    def __call__(self, plans: Sequence[Plan]) -> list[Score]:
        self.written.append(len(plans))
        return [self._write(one) for one in plans]

    def _write(self, one: Plan) -> Score:
        if one.controls.seed == 1 and one.bars[2].take < self.copies:
            return score_with(moved(tune(1)[:20], 2, 96))
        return score_with(STRANGE)


def test_what_is_too_near_is_written_anew_and_alone() -> None:
    write = Copyist(copies=3)
    near, far = write_originals([plan(1, 12), plan(2, 12)], write, KNOWN)
    assert write.written == [2, 1, 1, 1]
    assert near.originality.longest_run <= 12
    assert near.plan.bars[2].take == 3 and near.plan.bars[0].take == 0
    assert far.plan == plan(2, 12)


def test_without_a_limit_it_stays_and_is_told() -> None:
    write = Copyist(copies=3)
    [near] = write_originals([plan(1, 0)], write, KNOWN)
    assert write.written == [1]
    assert near.originality.longest_run == 20


def test_what_cannot_be_had_is_said() -> None:
    with pytest.raises(ControlError, match=r"bars 3 to \d+ share 20 notes .* max_copy over 12"):
        write_originals([plan(1, 12)], Copyist(copies=1000), KNOWN)


@pytest.mark.parametrize("value", [1, 5, -1, 257])
def test_limits_that_nothing_keeps_are_refused(value: int) -> None:
    with pytest.raises(ControlError, match="max_copy must"):
        plan(1, value)
