"""Octave lines: where a hand stays beyond four ledger lines."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import music21
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.engraving.octave_lines import OctaveLine, octave_lines
from melodymuse.engraving.written_page import engrave
from melodymuse.music.score import Hand, Note, Score
from tests.music.pieces import line, waltz

_MEI = "{http://www.music-encoding.org/ns/mei}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
HIGH = "D6=2 E6=2 G6=2 | A6=2 B6=2 G6=2 | D7=1 C7=1 B6=1 A6=1 G6=1 D6=1 | G6+B6+D7=6 | G5=6"


def _piece(right: str, left: str = "") -> Score:
    bar = waltz().time_signature.bar_ticks
    notes = line(right, Hand.RIGHT, bar) + line(left, Hand.LEFT, bar)
    bars = max(right.count("|"), left.count("|")) + 1
    tempos = waltz().tempos[:1]
    bare = replace(waltz(), notes=(), chords=(), sections=(), tempos=tempos, bars=bars)
    return replace(bare, notes=tuple(sorted(notes)))


def _lines(score: Score, hand: Hand = Hand.RIGHT) -> tuple[OctaveLine, ...]:
    return octave_lines(engrave(score)[hand])


def _shifts(score: Score) -> list[tuple[int, str, str]]:
    bars = ElementTree.fromstring(musicxml_bytes(score)).iterfind("part/measure")
    return [
        (number, direction.findtext("staff") or "", shift.get("type") or "")
        for number, bar in enumerate(bars)
        for direction in bar.iterfind("direction")
        for shift in direction.iterfind("direction-type/octave-shift")
    ]


def test_high_bars_have_one_line() -> None:
    assert _lines(_piece(HIGH)) == (OctaveLine(1, 3, higher=True),)


def test_low_bars_have_one_below() -> None:
    low = _piece("", "G2=6 | D1=6 | C1=3 A0=3 | G2=6")
    assert _lines(low, Hand.LEFT) == (OctaveLine(1, 2, higher=False),)


def test_four_ledger_lines_are_read_as_they_are() -> None:
    assert _lines(_piece("G6=6 | D6=6")) == ()


def test_a_bar_with_low_notes_too_has_none() -> None:
    assert _lines(_piece("A6=3 A4=3")) == ()


def test_ties_do_not_lead_into_a_line() -> None:
    bar = waltz().time_signature.bar_ticks
    notes = tuple(Note(n * bar, bar, pitch, 80, Hand.RIGHT) for n, pitch in enumerate((91, 93, 93)))
    score = replace(_piece("G6=6 | A6=6 | A6=6"), notes=notes)
    assert _lines(score) == (OctaveLine(1, 2, higher=True),)
    tied = Note(bar // 2, bar, 93, 80, Hand.RIGHT)
    assert _lines(replace(score, notes=(tied, notes[2]))) == (OctaveLine(0, 2, higher=True),)
    entering = (Note(0, bar + 480, 88, 80, Hand.RIGHT), Note(bar + 480, 960, 93, 80, Hand.RIGHT))
    assert _lines(replace(score, notes=(*entering, notes[2]))) == (OctaveLine(2, 2, higher=True),)


def test_the_file_begins_and_ends_each_line_and_keeps_the_pitches() -> None:
    assert _shifts(_piece(HIGH)) == [(1, "1", "down"), (3, "1", "stop")]
    root = ElementTree.fromstring(musicxml_bytes(_piece(HIGH)))
    octaves = [pitch.findtext("octave") for pitch in root.iterfind(".//note/pitch")]
    assert octaves.count("7") == 3


def test_only_one_staff_has_a_line_at_a_time() -> None:
    both = _piece(HIGH, "G2=6 | D1=6 | G2=6 | G2=6 | D1=6")
    assert _shifts(both) == [(1, "1", "down"), (3, "1", "stop"), (4, "2", "up"), (4, "2", "stop")]


@given(st.lists(st.sampled_from(["A6=6", "C7=2 D7=4", "G5=6", "r=6", "A6=3 G4=3"]), min_size=1))
@settings(max_examples=30, deadline=None)
def test_lines_cover_high_bars_and_no_others(bars: list[str]) -> None:
    covered = {
        number
        for found in _lines(_piece(" | ".join(bars)))
        for number in range(found.first, found.last + 1)
    }
    assert covered == {number for number, bar in enumerate(bars) if bar in ("A6=6", "C7=2 D7=4")}


def test_verovio_prints_them_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("verovio", reason="prints the score")
    from melodymuse.engraving.printing import engraved_lines

    both = _piece(HIGH, "G2=6 | D1=6 | G2=6 | G2=6 | D1=6")
    drawn = "".join(engraved_lines(musicxml_bytes(both)))
    assert drawn.count('class="octave') >= 2
    assert capfd.readouterr().err == ""


def test_a_line_reaches_what_begins_last_and_lowers_all_below_it() -> None:
    pytest.importorskip("verovio", reason="reads the score")
    import verovio

    bar, quarter = waltz().time_signature.bar_ticks, 480
    tune = [Note(n * quarter, quarter, pitch, 80, Hand.RIGHT) for n, pitch in enumerate((100, 98))]
    for held in (
        Note(0, bar, 93, 80, Hand.RIGHT),
        Note(quarter, bar - quarter, 93, 80, Hand.RIGHT),
    ):
        last = Note(2 * quarter, quarter, 97, 80, Hand.RIGHT)
        after = Note(bar, bar, 72, 80, Hand.RIGHT)
        notes = tuple(sorted([*tune, last, held, after]))
        score = replace(_piece("A6=6 | C5=6"), notes=notes)
        toolkit = verovio.toolkit()
        assert toolkit.loadData(musicxml_bytes(score).decode())
        read = ElementTree.fromstring(toolkit.getMEI())
        notes_read = {note.get(_XML_ID): note for note in read.iter(f"{_MEI}note")}
        (octave,) = read.iter(f"{_MEI}octave")
        # It ends at the last note in time, and the notes under it alone are written lower.
        ending = notes_read[octave.get("endid", "").lstrip("#")]
        assert (ending.get("pname"), ending.get("oct.ges")) == ("c", "7")
        written = {note.get("pname"): note.get("oct") for note in notes_read.values()}
        lowered = [n.get("oct") for n in notes_read.values() if n.get("oct.ges") is not None]
        assert sorted(lowered) == ["5", "6", "6", "6"] and written["a"] == "5"
        heard = music21.converter.parseData(musicxml_bytes(score), format="musicxml")
        assert sorted(p.midi for p in heard.pitches) == [72, 93, 97, 98, 100]
