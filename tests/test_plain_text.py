"""Text that any file takes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.plain_text import escaped, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Été ♭ 雲", "Été ♭ 雲"), ("a\n\tb\0", "a b"), ("\udc80x", "x"), ("", ""), ("\x7f", "\x7f")],
)
def test_examples(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text())
def test_it_can_stand_in_xml(text: str) -> None:
    element = ElementTree.Element("title")
    element.text = plain_text(text)
    written = ElementTree.tostring(element, encoding="utf-8")
    assert (ElementTree.fromstring(written).text or "") == element.text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Été ♭ 雲 👩\u200d🎨", "Été ♭ 雲 👩\u200d🎨"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\rc\td", r"a\x0ab\x0dc\x09d"),
        ("\x9b2J\x7f", r"\x9b2J\x7f"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("\u2066a\u2069\u200f\u2028", r"\u2066a\u2069\u200f\u2028"),
    ],
)
def test_what_steers_a_terminal_is_written_out(text: str, written: str) -> None:
    assert escaped(text) == written


@given(st.text())
def test_what_is_escaped_is_one_line_and_stays_so(text: str) -> None:
    shown = escaped(text)
    assert len(shown.splitlines()) <= 1
    assert escaped(shown) == shown
