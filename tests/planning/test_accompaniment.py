"""Figures of accompaniment: the table, and what is planned from it."""

from __future__ import annotations

import pytest

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.planning.accompaniment import FIGURES, home_of
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for

SIGNS = set("bvo158xqlmhuck.")


def planned(name: str | None = None, **wishes: object) -> Plan:
    profile = EmotionProfile.of("contentment")
    controls = controls_for(profile, seed=3, accompaniment=name, **wishes)  # type: ignore[arg-type]
    return plan_for(profile, profile, controls)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_every_metre_in_sixteenths_at_most(name: str) -> None:
    assert set(FIGURES[name]) == set(METRES)
    for metre, figures in FIGURES[name].items():
        for signs in figures:
            assert set(signs) <= SIGNS and signs[0] != "."
            slot, left_over = divmod(METRES[metre].bar_steps, len(signs))
            assert left_over == 0 and slot % 3 == 0


@pytest.mark.parametrize("name", FIGURES)
def test_every_bar_has_the_figure_and_sections_close_in_another_way(name: str) -> None:
    plan = planned(name, bars=16, time_signature="4/4", form="AB")
    figure, closing = FIGURES[name]["4/4"]
    signs = [bar.accompaniment.signs for bar in plan.bars if bar.accompaniment]
    assert signs == [*[figure] * 7, closing, *[figure] * 7, closing]


def test_what_nobody_asked_for_is_left_open() -> None:
    assert all(bar.accompaniment is None for bar in planned().bars)


def test_a_figure_goes_with_the_register_as_far_as_a_left_hand_does() -> None:
    homes = [home_of(register) for register in (40, 55, 62, 70, 84)]
    assert homes == sorted(homes) and len(set(homes)) == 5 and homes[0] > 40 and homes[-1] < 60


def test_unknown_figures_are_refused_with_what_is_near() -> None:
    with pytest.raises(ControlError, match="alberti"):
        planned("albert")


def test_a_plan_with_figures_reads_back() -> None:
    plan = planned("waltz", bars=8)
    assert Plan.from_dict(plan.as_dict()) == plan
