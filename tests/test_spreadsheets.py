"""CSV that a spreadsheet opens without running any of it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.spreadsheets import cell_text, csv_text


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r=", " \n+"])
def test_no_text_begins_a_formula(sign: str) -> None:
    (_, row) = cells(csv_text(("a", "b"), [(f"{sign}cmd|' /C calc'!A0", "plain")]))
    assert row == [f"'{sign}cmd|' /C calc'!A0".replace("\r", " "), "plain"]


def test_numbers_and_nothing_are_left_alone() -> None:
    assert csv_text(("a", "b", "c"), [(-1.5, None, -3)]) == "a,b,c\n-1.5,,-3\n"


@given(st.text(st.sampled_from("'=+-@ax,\n\"")))
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    (_, (cell, _)) = cells(csv_text(("a", "b"), [(text, "x")]))
    assert cell_text(cell) == text
    assert cell[:1] not in tuple("=+-@")
