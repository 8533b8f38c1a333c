"""What the form asks of the tune."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.grid import METRES, GridChord
from melodymuse.planning.form import default_form, phrases_of, plan_sections
from melodymuse.planning.levels import Bounds
from melodymuse.planning.tune_manner import MANNERS, TuneManner
from melodymuse.planning.tune_plan import (
    AGAIN,
    CLOSE,
    FINAL,
    FRAGMENT,
    FULL,
    HALF,
    RETURN,
    SAME,
    SEQUENCE,
    STATEMENT,
    TunePlan,
    simplified,
)
from melodymuse.planning.tune_planning import plan_tune
from melodymuse.streams import stream

C, F, G = (GridChord(0, root, "major") for root in (0, 5, 7))
ROUND = ((C,), (F,), (C,), (G,), (C,), (F,), (G,), (C,))


def plan(
    form: str = "AABA",
    bars: int = 32,
    *,
    chords: Sequence[Sequence[GridChord]] | None = None,
    metre: str = "4/4",
    manner: TuneManner = MANNERS["contentment"],
    seed: int = 0,
) -> tuple[TunePlan, ...]:
    return plan_tune(
        plan_sections(form, bars),
        chords or [ROUND[bar % 8] for bar in range(bars)],
        METRES[metre],
        "major",
        manner,
        partial(stream, seed, "plan"),
    )


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(EMOTIONS),
    st.integers(4, 96),
    st.sampled_from(sorted(METRES)),
    st.integers(0, 99),
)
def test_plans_fit_every_form(emotion: str, bars: int, metre: str, seed: int) -> None:
    plans = plan(default_form(bars, emotion), bars, metre=metre, manner=MANNERS[emotion], seed=seed)
    steps = METRES[metre].bar_steps
    assert len(plans) == bars
    assert (plans[-1].cadence, plans[-1].cadence_at) == (FINAL, 0)
    for bar, one in enumerate(plans):
        assert one.source is None or 0 <= one.source < bar
        assert one.lowest < one.highest
        assert 0 <= one.upbeat <= steps
        assert one.upbeat_source is None or (one.upbeat and one.upbeat_source < bar)
        assert (one.cadence_at is not None) == (one.to_end == 0)
        if one.cadence_at is not None:
            assert one.cadence_at + one.upbeat < steps


def test_a_returning_theme_is_its_first_statement() -> None:
    plans = plan(seed=3)
    for bar in range(8):
        again = plans[8 + bar]
        assert again.source == bar
        assert again.locked or again.device != RETURN
    assert plans[8].locked


def test_phrases_end_as_their_chords_do() -> None:
    plans = plan()
    assert [p.cadence for p in plans if p.to_end == 0] == [HALF, FULL] * 3 + [HALF, FINAL]


def test_a_return_with_another_cadence_turns_there_alone() -> None:
    chords = [*ROUND, *ROUND[:7], (G,), *ROUND, *ROUND]
    plans = plan(chords=chords)
    assert plans[15].cadence == HALF
    assert not plans[15].locked
    assert plans[8].locked


def test_a_section_has_one_high_point_in_its_last_phrase() -> None:
    for seed in range(10):
        plans = plan(seed=seed)
        high = [bar for bar in range(8) if plans[bar].climax]
        assert len(high) == 1
        assert 4 <= high[0] < 7
        assert plans[high[0]].highest > plans[0].highest


def test_what_comes_before_the_high_point_stays_below_it() -> None:
    for seed in range(10):
        plans = plan(seed=seed)
        assert plans[0].highest < plans[7].highest < max(p.highest for p in plans[:8])


def test_a_second_phrase_may_be_led_into_and_a_close_is_not_hurried_away_from() -> None:
    pieces = [plan(seed=seed) for seed in range(60)]
    assert 10 < sum(p[3].upbeat > 0 for p in pieces) < 50
    closes = [one for p in pieces for one in p if one.cadence == FULL]
    assert max(one.upbeat for one in closes) == 12
    assert max(p[3].upbeat for p in pieces) > 12


def test_some_pieces_are_literal_and_some_are_not() -> None:
    shares = []
    for seed in range(60):
        plans = plan(seed=seed)
        shares.append(sum(p.rhythm >= CLOSE for p in plans[:8]) / 8)
    assert min(shares) <= 0.25
    assert max(shares) >= 0.5


def test_lines_rise_fall_and_arch() -> None:
    def rises(seed: int) -> float:
        first, *_, last = (p.register or 0.0 for p in plan(seed=seed)[:4])
        return last - first

    slopes = [rises(seed) for seed in range(40)]
    assert sum(slope > 1 for slope in slopes) > 3
    assert sum(slope < -1 for slope in slopes) > 3


def test_a_hook_is_fuller_than_what_it_runs_out_into() -> None:
    pieces = [plan(seed=seed) for seed in range(40)]
    pairs = [(p[0].notes, p[1].notes) for p in pieces if p[0].notes and p[1].notes]
    assert sum(hook > tail for hook, tail in pairs) > 0.75 * len(pairs)


def test_a_close_stands_on_the_bar_line_or_in_the_middle() -> None:
    closes = [p[7] for p in (plan(seed=seed) for seed in range(60))]
    assert {close.cadence for close in closes} == {FULL}
    assert {close.cadence_at for close in closes} == {0, 24}
    assert 0.3 < sum(close.cadence_at == 0 for close in closes) / 60 < 0.7


def test_second_phrases_begin_alike_more_often_than_not() -> None:
    alike = [plan(seed=seed)[4] for seed in range(60)]
    begun = [p for p in alike if p.source == 0 and p.rhythm >= CLOSE]
    assert len(begun) > 40
    # Answered, most often, not said again.
    assert 5 < sum(p.locked for p in begun) < 0.5 * len(begun)


def test_sequences_are_one_device_among_several() -> None:
    plans = [p for seed in range(40) for p in plan(seed=seed)[:8]]
    share = sum(p.device == SEQUENCE for p in plans) / len(plans)
    assert 0.02 < share < 0.2


def test_what_begins_alike_has_the_same_upbeat() -> None:
    for seed in range(30):
        plans = plan(seed=seed)
        before = {
            start: plans[start - 1]
            for section in plan_sections("AABA", 32)
            for start, _ in phrases_of(section)
            if start
        }
        again = [start for start in before if plans[start].locked and plans[start].source == 0]
        asked = [before[s] for s in again if before[s].cadence == HALF]
        kinds = {bar.upbeat for bar in asked if bar.cadence_at == 0}
        assert len(kinds) <= 1


def test_pauses_are_the_feelings_own() -> None:
    def pauses(emotion: str) -> int:
        return sum(
            p.silence is not None and p.silence[1] - p.silence[0] == 12
            for seed in range(20)
            for p in plan(manner=MANNERS[emotion], seed=seed)
        )

    assert pauses("fear") > 5 * (1 + pauses("contentment"))


def test_what_another_phrase_draws_changes_nothing_here() -> None:
    chords = [*ROUND, *ROUND, (G,), *[(F,)] * 7, *ROUND]
    assert plan(chords=chords)[:7] == plan()[:7]


def test_the_second_theme_lies_higher() -> None:
    pieces = [plan(seed=seed) for seed in range(20)]
    assert sum(p[16].lowest - p[0].lowest for p in pieces) > 20


def test_notes_are_held_for_beats() -> None:
    for metre, held in (("4/4", 24), ("6/8", 36)):
        assert {one.held for one in plan(manner=MANNERS["awe"], metre=metre)} == {held}


def test_what_drives_hammers_its_hook_raises_it_and_breaks_it_open() -> None:
    for emotion in ("anger", "excitement"):
        for seed in range(20):
            plans = plan(manner=MANNERS[emotion], seed=seed)[:8]
            hook = plans[0].onsets
            assert plans[0].notes == len(hook) > 2
            again = [p for p in plans[1:] if p.onsets == hook]
            assert again
            assert all(p.onsets == hook for p in plans[4:7] if p.source == 0 and p.rhythm == SAME)
            assert all(p.degrees > 0 for p in plans[5:7] if p.device == SEQUENCE)
            assert all(len(p.onsets) >= len(hook) for p in plans[4:7] if p.device == FRAGMENT)
            assert not any(p.onsets for p in plans if p.to_end == 0)
            assert [bar for bar in range(8) if plans[bar].climax] in ([5], [6])


def test_what_drives_states_its_hook_more_than_once_before_it_answers() -> None:
    pieces = [plan(manner=MANNERS["anger"], seed=seed) for seed in range(40)]
    assert all(sum(bar.device in (SEQUENCE, AGAIN) for bar in p[1:3]) for p in pieces)
    raised = [bar.degrees for p in pieces for bar in p[1:3] if bar.device == SEQUENCE]
    assert min(raised) > 0


def test_after_an_introduction_what_drives_strikes_its_own_hook() -> None:
    plans = plan("iAABA", 40, chords=[ROUND[bar % 8] for bar in range(40)], manner=MANNERS["anger"])
    begin = next(bar for bar, one in enumerate(plans) if one.onsets)
    assert (plans[begin].device, plans[begin].source) == (STATEMENT, None)
    assert not any(one.drives for one in plans[:begin])


def test_a_hook_that_comes_varied_may_have_another_rhythm() -> None:
    plans = [p for seed in range(10) for p in plan(manner=MANNERS["anger"], seed=seed)[8:16]]
    varied = [p for p in plans if not p.locked]
    assert varied
    assert not any(p.onsets for p in varied)


def test_for_little_hands_a_hook_has_no_notes_that_they_do_not_play() -> None:
    hook = TunePlan(finest=3, onsets=(0, 9, 12, 24))
    [simple] = simplified([hook], Bounds(finest=6))
    assert simple.onsets == (0, 12, 24)


def test_each_theme_that_drives_has_a_hook_of_its_own() -> None:
    pieces = [plan(manner=MANNERS["anger"], seed=seed) for seed in range(20)]
    assert sum(p[0].onsets != p[16].onsets for p in pieces) > 15
    assert len({p[0].onsets for p in pieces}) > 8


def test_the_other_feelings_leave_their_rhythms_to_the_network() -> None:
    for emotion in set(EMOTIONS) - {"anger", "excitement"}:
        plans = plan(manner=MANNERS[emotion])
        assert not any(one.onsets or one.drives for one in plans)


def test_a_hook_is_not_kept_from_its_bar_line() -> None:
    pieces = [plan(manner=MANNERS["anger"], seed=seed) for seed in range(40)]
    assert not any(p[0].silence for p in pieces)
