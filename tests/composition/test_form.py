from __future__ import annotations

from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.composition.form import plan_recalls, plan_sections
from melodymuse.composition.recall import NOTHING, SAME


@pytest.mark.parametrize(
    ("bars", "names"),
    [
        (1, ["A"]),
        (4, ["A"]),
        (8, ["A", "A'"]),
        (16, ["A", "A'", "B", "A''"]),
        (17, ["A", "A'", "B", "A''", "Coda"]),
        (32, ["A", "A'", "B", "A''"]),
    ],
)
def test_forms_a_musician_would_name(bars: int, names: list[str]) -> None:
    assert [section.name for section in plan_sections(bars)] == names


@given(st.integers(1, 256))
def test_sections_fill_the_piece_without_a_gap(bars: int) -> None:
    sections = plan_sections(bars)
    starts = [section.start for section in sections]
    ends = [section.start + section.bars for section in sections]
    assert [0, *ends[:-1]] == starts and ends[-1] == bars


@given(st.integers(1, 256), st.integers(0, 1000))
def test_every_bar_recalls_an_earlier_one_or_nothing(bars: int, seed: int) -> None:
    recalls = plan_recalls(plan_sections(bars), Random(seed))
    assert len(recalls) == bars
    for bar, recall in enumerate(recalls):
        if recall.bar is None:
            assert recall.likeness == NOTHING
        else:
            assert 0 <= recall.bar < bar and recall.likeness > NOTHING


def test_the_returning_theme_recalls_its_first_statement_bar_by_bar() -> None:
    recalls = plan_recalls(plan_sections(16), Random(1))
    assert [recall.bar for recall in recalls[4:8]] == [0, 1, 2, 3]
    assert [recall.bar for recall in recalls[12:16]] == [0, 1, 2, 3]
    assert recalls[4].likeness == recalls[12].likeness == SAME
