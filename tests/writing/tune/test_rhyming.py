"""Cadences that rhyme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from melodymuse.music.grid import METRES
from melodymuse.planning.tune_plan import FINAL, FULL, HALF, RHYTHM, SAME, TunePlan
from melodymuse.writing.tune.notes import TuneNote
from melodymuse.writing.tune.rhyming import rhyming

METRE = METRES["4/4"]
MODEL = tuple(TuneNote(at, 6, 64) for at in (0, 6, 18, 42))
CADENCE = TunePlan(RHYTHM, 1, rhythm=SAME, cadence=HALF, cadence_at=0)
HELD, CHANGED = [1] * 48, [1] * 24 + [2] * 24


@pytest.mark.parametrize(
    ("plan", "chords", "at"),
    [
        (CADENCE, HELD, 18),
        (CADENCE, CHANGED, 0),
        (replace(CADENCE, cadence=FULL), HELD, 0),
        (replace(CADENCE, cadence=FINAL), HELD, 0),
        (replace(CADENCE, upbeat=24), HELD, 6),
        (replace(CADENCE, device="free"), HELD, 0),
    ],
)
def test_a_cadence_rests_where_its_model_waits_longest(
    plan: TunePlan, chords: list[int], at: int
) -> None:
    assert rhyming(plan, MODEL, chords, METRE).cadence_at == at
