from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.grid import METRES, GridChord
from melodymuse.planning.ending import close_plans, slow_down
from melodymuse.planning.harmony import tonic
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import NOTHING, Recall
from tests.writing.untold import bar_controls

PLAN = BarPlan(bar_controls(), Recall(None, NOTHING))


@given(
    st.floats(30, 240), st.floats(0.01, 0.7), st.integers(4, 256), st.sampled_from(sorted(METRES))
)
def test_a_ritardando_slows_steadily_to_the_share_asked(
    tempo: float, share: float, bars: int, metre: str
) -> None:
    marks = slow_down(tempo, share, bars, METRES[metre])
    assert marks[0].onset == 0 and marks[0].bpm == tempo
    assert all(b.bpm < a.bpm and b.onset > a.onset for a, b in pairwise(marks))
    assert marks[-1].bpm == pytest.approx(tempo * (1 - share), abs=0.006)
    bar_ticks = METRES[metre].time_signature.bar_ticks
    begins, ends = (bars - 2) * bar_ticks, bars * bar_ticks
    assert all(begins <= mark.onset < ends for mark in marks[1:])


@pytest.mark.parametrize(("share", "bars"), [(0.0, 16), (0.3, 3), (0.3, 1)])
def test_nothing_slows_where_nothing_is_asked_or_there_is_no_room(share: float, bars: int) -> None:
    assert len(slow_down(90, share, bars, METRES["4/4"])) == 1


def test_the_last_two_bars_lead_home_and_close() -> None:
    plans = [replace(PLAN, controls=bar_controls(bar=bar)) for bar in range(4)]
    closed = close_plans(plans, "minor", METRES["4/4"], 0)
    assert closed[:2] == tuple(plans[:2])
    assert closed[2].harmony is not None and closed[2].harmony[-1].root == 7
    assert closed[3].harmony == (tonic("minor"),)
    assert [plan.closes for plan in closed] == [False, False, False, True]


def test_a_cadence_that_is_planned_stays() -> None:
    planned = (GridChord(0, 5, "minor"),)
    plans = [PLAN, PLAN, replace(PLAN, harmony=planned), PLAN]
    assert close_plans(plans, "minor", METRES["4/4"], 0)[2].harmony == planned


@pytest.mark.parametrize("bars", [1, 2])
def test_the_shortest_pieces_just_close(bars: int) -> None:
    closed = close_plans([PLAN] * bars, "major", METRES["3/4"], 0)
    assert closed[-1].closes and closed[-1].harmony == (tonic("major"),)
    assert all(plan.harmony is None for plan in closed[:-1])
