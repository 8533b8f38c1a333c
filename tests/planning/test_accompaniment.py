"""Figures of accompaniment: the table, and what is planned from it."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import Any

import pytest

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.planning.accompaniment import (
    CHORDAL,
    FIGURES,
    OCTAVES,
    PREFERENCES,
    REST,
    notes_of,
    share_of,
)
from melodymuse.planning.accompanying import home_of
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for

SIGNS = set("bvo158xqlmhuck.")


def planned(name: str | None = None, emotion: str = "contentment", **wishes: Any) -> Plan:
    profile = EmotionProfile.of(emotion)
    wishes = {"seed": 3, **wishes}
    return plan_for(profile, profile, controls_for(profile, accompaniment=name, **wishes))


def signs_of(plan: Plan) -> list[str]:
    return [bar.accompaniment.signs for bar in plan.bars if bar.accompaniment]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_every_metre_in_sixteenths_at_most(name: str) -> None:
    assert set(FIGURES[name]) == set(METRES)
    for metre, figures in FIGURES[name].items():
        for signs in figures:
            assert set(signs) <= SIGNS and signs[0] != REST
            slot, left_over = divmod(METRES[metre].bar_steps, len(signs))
            assert left_over == 0 and slot % 3 == 0


def test_a_figure_closes_with_fewer_notes_than_it_has() -> None:
    for metres in FIGURES.values():
        for figure, closing, sparse in metres.values():
            assert max(notes_of(closing), notes_of(sparse)) <= notes_of(figure)
    assert notes_of("b.c.c.") == pytest.approx(5.8) and notes_of("o...q..1") == 5


@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"arpeggio", "alberti"}))
def test_every_bar_has_the_figure_and_sections_close_in_another_way(name: str) -> None:
    plan = planned(name, "anger", bars=16, time_signature="4/4", form="AB", density=16, seed=5)
    figure, closing, _ = FIGURES[name]["4/4"]
    assert signs_of(plan) == [*[figure] * 7, closing, *[figure] * 7, closing]


def test_slow_and_full_music_doubles_its_arpeggios() -> None:
    slow = {"time_signature": "4/4", "bars": 8, "form": "A"}
    full = planned("arpeggio", "awe", density=12, **slow)
    thin = planned("arpeggio", "awe", density=1, **slow)
    quick = planned("arpeggio", "excitement", density=12, **slow)
    figure, _, sparse = FIGURES["arpeggio"]["4/4"]
    assert signs_of(full)[0] == 2 * figure
    assert (signs_of(thin)[0], signs_of(quick)[0]) == (sparse, figure)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_each_emotion_has_figures_of_its_own(emotion: str) -> None:
    assert sum(PREFERENCES[emotion].values()) == pytest.approx(1)
    drawn = Counter(
        signs_of(planned(None, emotion, seed=seed, time_signature="4/4", bars=8))[0]
        for seed in range(40)
    )
    own = {signs for name in PREFERENCES[emotion] for signs in FIGURES[name]["4/4"]}
    assert len(drawn) > 2
    assert all(
        signs[: len(signs) // 2] in own or any(f.startswith(signs.rstrip(REST)) for f in own)
        for signs in drawn
    )


@pytest.mark.parametrize("name", ["polyphony", "off_beat", "triplets", "spread"])
def test_who_says_in_numbers_what_the_left_hand_does_gets_no_figure_beside(name: str) -> None:
    value = {"spread": 7, "polyphony": 3}.get(name, 0.7)
    assert all(bar.accompaniment is None for bar in planned(**{name: value}).bars)
    assert signs_of(planned("waltz", **{name: value}))


@pytest.mark.parametrize(("name", "signs"), [("blocks", CHORDAL), ("octaves", OCTAVES)])
def test_chords_and_octaves_that_are_wished_choose_the_figure(name: str, signs: str) -> None:
    few, many = (
        fmean(
            share_of(signs_of(planned(seed=seed, bars=8, **{name: value}))[0], signs)
            for seed in range(20)
        )
        for value in (0.0, 0.9)
    )
    assert many > few + 0.6


def test_a_theme_keeps_its_figure_and_another_theme_has_another() -> None:
    for seed in range(10):
        plan = planned(seed=seed, bars=32, form="AABA", time_signature="4/4")
        first = [signs_of(plan)[section.start] for section in plan.sections]
        ways = [
            {figure[0], figure[2], 2 * figure[0], figure[0].replace("b", "o")}
            for figure in (metres["4/4"] for metres in FIGURES.values())
        ]
        assert any({first[0], first[1], first[3]} <= own and first[2] not in own for own in ways)


def test_a_figure_is_sparse_where_a_statement_is_and_full_where_it_is_full() -> None:
    plan = planned("alberti", bars=32, form="AA+A-A", time_signature="4/4", density=3.3)
    figure, _, sparse = FIGURES["alberti"]["4/4"]
    assert signs_of(plan)[::8] == [sparse, figure, sparse, figure]
    lifted, plain = plan.bars[8].accompaniment, plan.bars[24].accompaniment
    assert lifted and plain and lifted.home > plain.home


def test_a_third_statement_has_its_basses_in_octaves() -> None:
    plan = planned("waltz", bars=24, form="AABABA", density=9, time_signature="3/4")
    first = [signs_of(plan)[section.start] for section in plan.sections]
    assert first == ["b.c.c.", "b.c.c.", "b.c.c.", "o.c.c.", "b.c.c.", "o.c.c."]


def test_the_first_phrase_has_the_same_figure_however_long_the_piece() -> None:
    for seed in range(10):
        assert (
            signs_of(planned(seed=seed, bars=16))[:4] == signs_of(planned(seed=seed, bars=32))[:4]
        )


def test_a_figure_goes_with_the_register_as_far_as_a_left_hand_does() -> None:
    homes = [home_of(register) for register in (40, 55, 60, 65, 84)]
    assert homes == sorted(homes) and len(set(homes)) > 3 and homes[0] > 40 and homes[-1] < 60


def test_unknown_figures_are_refused_with_what_is_near() -> None:
    with pytest.raises(ControlError, match="alberti"):
        planned("albert")


def test_a_plan_with_figures_and_bounds_reads_back() -> None:
    plan = planned("waltz", bars=8, level="easy")
    assert Plan.from_dict(plan.as_dict()) == plan
