from __future__ import annotations

import re

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from melodymuse.errors import ControlError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.form import (
    CODA,
    INTRODUCTION,
    default_form,
    phrase_lengths,
    phrases_of,
    plan_sections,
    section_count,
)

forms = st.from_regex(r"i?([A-E][+-]?){1,9}o?", fullmatch=True)
lengths = st.integers(1, 256)


@pytest.mark.parametrize(
    ("form", "bars", "names"),
    [
        ("A", 1, ["A"]),
        ("AA", 8, ["A", "A'"]),
        ("AABA", 16, ["A", "A'", "B", "A''"]),
        ("iABAo", 32, ["Introduction", "A", "B", "A'", "Coda"]),
        ("Z", 5, ["Z"]),
    ],
)
def test_sections_bear_the_names_that_a_musician_gives_them(
    form: str, bars: int, names: list[str]
) -> None:
    assert [section.name for section in plan_sections(form, bars)] == names


@given(forms, lengths)
def test_sections_tile_the_piece(form: str, bars: int) -> None:
    assume(bars >= section_count(form))
    sections = plan_sections(form, bars)
    starts = [section.start for section in sections]
    ends = [section.start + section.bars for section in sections]
    assert [0, *ends[:-1]] == starts and ends[-1] == bars
    assert all(section.bars > 0 for section in sections)
    assert len(sections) == section_count(form)


@given(forms, lengths)
def test_phrases_tile_every_section(form: str, bars: int) -> None:
    assume(bars >= section_count(form))
    found = [phrase for section in plan_sections(form, bars) for phrase in phrases_of(section)]
    assert [start for start, _ in found] == [0, *(start + size for start, size in found[:-1])]
    assert sum(found[-1]) == bars


@given(lengths)
def test_phrases_have_four_bars_and_what_does_not_divide_is_the_last_ones(bars: int) -> None:
    *whole, last = phrase_lengths(bars)
    assert sum((*whole, last)) == bars
    assert set(whole) <= {4} and 1 <= last <= 5


@given(st.text("ABC", min_size=1, max_size=9), st.sampled_from((1, 2, 4, 8, 16)))
def test_where_it_fits_sections_are_of_one_length(form: str, length: int) -> None:
    sections = plan_sections(form, length * len(form))
    assert {section.bars for section in sections} == {length}


@given(lengths, st.sampled_from(EMOTIONS))
def test_each_emotion_has_a_form_for_every_length(bars: int, emotion: str) -> None:
    form = default_form(bars, emotion)
    sections = plan_sections(form, bars)
    assert re.fullmatch(r"i?A[A-D]*[+-]?o?", form)
    assert sum(section.melodic for section in sections) * 2 > len(sections) - 1
    if bars >= 12:
        assert "AA" in form or form.count("A") >= 2, "the theme comes back"


def test_what_frames_a_piece_does_not_sing() -> None:
    first, *_, last = plan_sections("iABAo", 32)
    assert (first.theme, last.theme) == (INTRODUCTION, CODA)
    assert not first.melodic and not last.melodic


@pytest.mark.parametrize(
    "form",
    ["", "aaba", "A A", "+A", "A++", "i+A", "Ao-", "i", "io", "oA", "Ai", "A'", "AoA", "Ä", "A\n"],
)
def test_what_is_no_form_is_refused(form: str) -> None:
    with pytest.raises(ControlError, match="write sections as in AABA"):
        plan_sections(form, 16)


def test_a_form_needs_a_bar_for_each_section() -> None:
    with pytest.raises(ControlError, match="form AABA needs at least 4 bars, not 3"):
        plan_sections("AABA", 3)


def test_a_sign_behind_a_letter_turns_that_statement() -> None:
    assert [section.turn for section in plan_sections("iA+BA-o", 32)] == ["", "+", "", "-", ""]
    assert default_form(32, "awe") == "AABA+" and default_form(32, "sadness") == "AABA-"
    assert default_form(20, "awe") == default_form(20, "sadness")
    assert not default_form(32, "awe", framed=False).endswith("+")
