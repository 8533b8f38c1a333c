"""A piece in a notebook: a card that says, shows and plays it."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest

import melodymuse
from melodymuse.errors import AudioError
from melodymuse.piece import Piece


@pytest.fixture(scope="module")
def piece() -> Piece:
    return melodymuse.compose("awe", bars=4, seed=1, title="<b>Night & day")


def test_the_card_says_and_shows_the_piece(piece: Piece) -> None:
    html = piece._repr_html_()
    assert "&lt;b&gt;Night &amp; day" in html and "<b>Night" not in html
    assert str(piece.score.key) in html and "<td style" in html
    assert html.count("<rect") == len(piece.score.notes)
    opened: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in ("rect", "img", "br"):
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag != "rect":
                assert opened.pop() == tag

    Reader().feed(html.replace("/>", "></rect>"))
    assert opened == []


def test_the_card_plays_a_small_sound(piece: Piece) -> None:
    soundfile = pytest.importorskip("soundfile")
    found = re.search(r"data:audio/ogg;base64,([^\"]+)", piece._repr_html_())
    assert found is not None
    data = b64decode(found[1])
    samples, rate = soundfile.read(BytesIO(data))
    assert samples.ndim == 1
    assert len(samples) / rate == pytest.approx(piece.score.seconds + 2.5, abs=0.1)
    assert len(data) < 16_000 * piece.score.seconds


def test_the_card_says_what_is_missing(piece: Piece, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODYMUSE_SOUNDFONT", "nowhere")
    html = piece._repr_html_()
    assert "<audio" not in html and "there is no soundfont" in html
    with pytest.raises(AudioError):
        piece.render()
