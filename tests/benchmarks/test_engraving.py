"""A sample of what `benchmarks/engraving.py` asks of a hundred pieces, and that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.engraving import (
    MUSESCORE,
    attempt,
    examine,
    in_midi,
    in_musescore,
    in_verovio,
    wishes,
)
from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.music.emotion import EMOTIONS
from tests.music.strategies import small_score

needs_musescore = pytest.mark.skipif(
    MUSESCORE is None, reason="MuseScore is not installed (Debian: musescore3)"
)


def _shortened(data: bytes) -> bytes:
    """The same page, its first note half as long as its bar needs."""
    text = data.decode()
    first = text.index("<duration>")
    return (text[:first] + text[first:].replace("10080", "5040", 1)).encode()


def test_a_hundred_wishes_cover_all_emotions() -> None:
    asked = [wish["emotion"] for wish in wishes(100, (4, 24))]
    assert {emotion: asked.count(emotion) >= 12 for emotion in EMOTIONS} == dict.fromkeys(
        EMOTIONS, True
    )


def test_no_piece_is_faulty() -> None:
    chosen = {wish["emotion"]: wish for wish in wishes(8, (4, 8))}
    assert not {name: found for name, found in examine(chosen).items() if found}


def test_what_is_printed_is_counted_right() -> None:
    score = small_score()
    counted, complaints = in_verovio(musicxml_bytes(score))
    assert complaints == []
    assert counted == in_midi(score)
    assert (len(counted.bars), counted.notes) == (2, len(score.notes))


def test_verovio_notices_a_bar_that_does_not_add_up() -> None:
    score = small_score()
    longer = musicxml_bytes(score).replace(b"<type>quarter</type>", b"<type>whole</type>", 1)
    assert any("Verovio: bars of" in fault for fault in attempt(score, longer, None))


@needs_musescore
def test_musescore_notices_a_bar_that_does_not_add_up(tmp_path: Path) -> None:
    (tmp_path / "broken.musicxml").write_bytes(_shortened(musicxml_bytes(small_score())))
    _, complaints = in_musescore(tmp_path)
    assert any("duration" in complaint for complaint in complaints)


@needs_musescore
def test_musescore_reads_the_page_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "whole.musicxml").write_bytes(musicxml_bytes(small_score()))
    counted, complaints = in_musescore(tmp_path)
    assert complaints == []
    assert counted == {"whole": in_midi(small_score())}
