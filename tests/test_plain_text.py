"""Text that any file takes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.plain_text import plain_text


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
