from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import assume, given

from melodymuse.music.grid import GridChord
from melodymuse.planning.form import plan_sections
from melodymuse.planning.recall import CLOSE, FAINT, LIKENESSES, NOTHING, SAME, UNKNOWN, Recall
from melodymuse.planning.remembering import plan_figures, plan_recalls


@given(st.from_regex(r"i?[A-E]{1,9}o?", fullmatch=True), st.integers(1, 128), st.integers(0, 10**6))
def test_every_bar_recalls_an_earlier_one_or_nothing(form: str, bars: int, seed: int) -> None:
    assume(bars >= len(form))
    recalls = plan_recalls(plan_sections(form, bars), [None] * bars, seed)
    assert len(recalls) == bars
    for bar, recall in enumerate(recalls):
        if recall.bar is None:
            assert recall.likeness == NOTHING
        else:
            assert 0 <= recall.bar < bar
            assert NOTHING < recall.likeness < LIKENESSES and recall.likeness != UNKNOWN


@given(st.integers(0, 10**6))
def test_a_returning_theme_recalls_its_first_statement_bar_by_bar(seed: int) -> None:
    recalls = plan_recalls(plan_sections("AABA", 32), [None] * 32, seed)
    for statement in (8, 24):
        places = [recall.bar for recall in recalls[statement : statement + 8]]
        assert places == list(range(8))
        assert recalls[statement].likeness == SAME
        assert recalls[statement + 7].likeness < SAME, "the cadence is another one"


@given(st.integers(0, 10**6))
def test_a_contrast_does_not_recall_the_first_theme_closely(seed: int) -> None:
    recalls = plan_recalls(plan_sections("AB", 16), [None] * 16, seed)
    outside = [r for r in recalls[8:] if r.bar is not None and r.bar < 8]
    assert all(recall.likeness < CLOSE for recall in outside)


def test_a_second_phrase_answers_the_first() -> None:
    recalls = plan_recalls(plan_sections("A", 8), [None] * 8, 0)
    assert [recall.bar for recall in recalls[4:]] == [0, 1, 2, 3]
    assert recalls[0] == Recall(None, NOTHING)


def test_a_coda_dwells_on_how_the_piece_began() -> None:
    sections = plan_sections("iABAo", 32)
    recalls = plan_recalls(sections, [None] * 32, 0)
    coda = recalls[sections[-1].start :]
    opening = min(len(coda), sections[0].bars)
    assert [recall.bar for recall in coda[:opening]] == list(range(opening))


def test_the_same_chance_gives_the_same_plan() -> None:
    sections = plan_sections("AABACA", 48)
    assert plan_recalls(sections, [None] * 48, 5) == plan_recalls(sections, [None] * 48, 5)


def test_under_other_chords_a_bar_is_recalled_faintly() -> None:
    sections = plan_sections("AA", 16)
    c, g = (GridChord(0, 0, "major"),), (GridChord(0, 7, "major"),)
    late = (GridChord(24, 0, "major"),)
    same = plan_recalls(sections, [c] * 16, 0)
    assert same == plan_recalls(sections, [None] * 16, 0)
    for changed in (g, late):
        harmonies = [c] * 8 + [changed] + [c] * 7
        recalls = plan_recalls(sections, harmonies, 0)
        assert recalls[8] == Recall(0, FAINT) and same[8] == Recall(0, SAME)
        # Nothing else changes but what recalls the changed bar.
        differing = [bar for bar in range(16) if recalls[bar] != same[bar]]
        assert all(bar == 8 or recalls[bar].bar == 8 for bar in differing)


def test_a_theme_keeps_its_figure_and_varies_it_alike_where_phrases_end() -> None:
    figures = plan_figures(plan_sections("AABA", 32))
    assert figures[:8] == (None, 0, 0, None, 0, 0, 0, None)
    assert figures[8:16] == (0, 0, 0, 3, 0, 0, 0, 7)
    assert figures[16:20] == (None, 16, 16, None)
    assert figures[24:28] == (0, 0, 0, 3)
