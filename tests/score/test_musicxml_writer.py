"""The MusicXML file, read back as XML and with music21."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from melodymuse.errors import MidiError, OutputError
from melodymuse.score.model import ChordSymbol, Hand, Score, Section, TempoMark, TimeSignature
from melodymuse.score.musicxml_writer import musicxml_bytes, write_musicxml
from melodymuse.theory import FIGURES, QUALITIES, Key
from tests.score.strategies import scores, small_score


def _xml(score: Score) -> ElementTree.Element:
    return ElementTree.fromstring(musicxml_bytes(score))


def _texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [element.text for element in root.iterfind(path)]


def _bar_fillings(measure: ElementTree.Element, divisions: int) -> dict[str, Fraction]:
    """Quarters in each voice of a measure, walking it with its backups and forwards."""
    ends: dict[str, Fraction] = {}
    here = Fraction(0)
    for element in measure:
        length = Fraction(int(element.findtext("duration", "0")), divisions)
        if element.tag == "backup":
            here -= length
        elif element.tag == "forward":
            here += length
        elif element.tag == "note" and element.find("chord") is None:
            assert here == ends.get(element.findtext("voice", ""), Fraction(0))
            here += length
            ends[element.findtext("voice", "")] = here
    return ends


def test_head_of_the_page() -> None:
    root = _xml(small_score())
    assert root.findtext("movement-title") == "Rocket at dusk" or (
        root.findtext("work/work-title") == "Rocket at dusk"
    )
    assert root.findtext("identification/creator") == "MelodyMuse"
    assert root.findtext("identification/rights") == str(small_score().provenance)
    assert _texts(root, "part-list/score-part/part-name") == ["Piano"]
    attributes = root.find("part/measure/attributes")
    assert attributes is not None
    assert attributes.findtext("staves") == "2"
    assert attributes.findtext("key/fifths") == "-1"
    assert (attributes.findtext("time/beats"), attributes.findtext("time/beat-type")) == ("4", "4")
    assert _texts(attributes, "clef/sign") == ["G", "F"]


def test_tempo_sections_and_chords_stand_above_the_staff() -> None:
    root = _xml(small_score())
    assert _texts(root, ".//metronome/per-minute") in (["72"], ["72.0"])
    assert _texts(root, ".//rehearsal") == ["A", "coda"]
    assert _texts(root, ".//harmony/root/root-step") == ["D", "A", "D"]
    assert [kind.get("text") for kind in root.iterfind(".//harmony/kind")] == ["m", "7", "m"]
    assert _texts(root, ".//harmony/kind") == ["minor", "dominant", "minor"]


def test_every_chord_quality_is_understood_by_music21() -> None:
    from music21 import converter

    for quality, steps in QUALITIES.items():
        symbol = ChordSymbol(0, 1920, 10, quality)
        score = replace(small_score(), chords=(symbol,), key=Key("Bb", "major"))
        parsed = converter.parse(musicxml_bytes(score), format="musicxml")
        (read,) = parsed.recurse().getElementsByClass("ChordSymbol")
        assert read.root().name == "B-"
        assert {(pitch.midi - 10) % 12 for pitch in read.pitches} == set(steps), FIGURES[quality]


def test_the_triplet_is_one() -> None:
    measure = _xml(small_score()).find("part/measure")
    assert measure is not None
    triple = [n for n in measure.iterfind("note") if n.find("time-modification") is not None]
    assert [note.findtext("pitch/step") for note in triple] == ["F", "E", "D"]
    assert {note.findtext("time-modification/actual-notes") for note in triple} == {"3"}
    marks = [mark.get("type") for mark in measure.iterfind(".//tuplet")]
    assert marks == ["start", "stop"]
    assert [beam.text for n in triple for beam in n.iterfind("beam")] == [
        "begin",
        "continue",
        "end",
    ]


def test_a_hand_without_notes_rests_whole_bars() -> None:
    score = small_score()
    root = _xml(replace(score, notes=score.hand(Hand.RIGHT)))
    rests = [rest.get("measure") for rest in root.iterfind(".//rest")]
    assert rests == ["yes", "yes"]


def test_the_last_bar_line_is_final() -> None:
    bars = list(_xml(small_score()).iterfind("part/measure"))
    assert bars[-1].findtext("barline/bar-style") == "light-heavy"
    assert bars[0].find("barline") is None


def test_an_untitled_piece_says_so() -> None:
    assert b"Untitled" in musicxml_bytes(replace(small_score(), title="", provenance=None))


def test_names_that_xml_cannot_hold_are_made_to_fit() -> None:
    score = replace(small_score(), title="a & <b>\0\udc80", sections=(Section(0, "A\nB"),))
    root = _xml(score)
    assert "a & <b>" in {element.text for element in root.iter()}
    assert _texts(root, ".//rehearsal") == ["A B"]


@given(scores())
@settings(max_examples=25, deadline=None)
def test_bars_and_notes_are_the_scores(score: Score) -> None:
    root = _xml(score)
    measures = list(root.iterfind("part/measure"))
    assert len(measures) == score.bars
    heads = [n for n in root.iterfind(".//note") if n.find("pitch") is not None]
    struck = [n for n in heads if all(tie.get("type") != "stop" for tie in n.iterfind("tie"))]
    assert len(struck) == len(score.notes)
    divisions = int(root.findtext("part/measure/attributes/divisions", "0"))
    quarters = Fraction(score.time_signature.bar_ticks, 480)
    for measure in measures:
        assert set(_bar_fillings(measure, divisions).values()) == {quarters}
        staves = {n.findtext("staff") for n in measure.iterfind("note")}
        assert staves == {"1", "2"}


@given(scores(metres=((4, 4), (3, 4), (6, 8))))
@settings(max_examples=10, deadline=None)
def test_music21_reads_the_notes_where_they_are(score: Score) -> None:
    from music21 import converter

    parsed = converter.parse(musicxml_bytes(score), format="musicxml")
    for hand, part in zip(Hand, parsed.parts, strict=True):
        found = Counter(
            (round(element.offset * 480), pitch.midi)
            for element in part.flatten().notes
            if "ChordSymbol" not in element.classes
            for pitch, tie in _pitches_and_ties(element)
            if tie in (None, "start")
        )
        assert found == Counter((note.onset, note.pitch) for note in score.hand(hand))


def _pitches_and_ties(element: object) -> list[tuple[object, str | None]]:
    notes = element.notes if hasattr(element, "notes") else (element,)  # type: ignore[attr-defined]
    return [(note.pitch, note.tie.type if note.tie else None) for note in notes]


@given(scores())
@settings(max_examples=10, deadline=None)
def test_the_same_score_gives_the_same_bytes(score: Score) -> None:
    assert musicxml_bytes(score) == musicxml_bytes(score)


def test_the_bytes_do_not_depend_on_the_day_or_the_machine() -> None:
    data = musicxml_bytes(small_score()).decode()
    assert "encoding-date" not in data
    assert 'id="P1"' in data
    assert 'id="P1-I1"' in data


def test_tempo_changes_are_written_where_they_are() -> None:
    changes = (TempoMark(0, 72.0), TempoMark(2400, 60.5))
    bars = list(_xml(replace(small_score(), tempos=changes)).iterfind("part/measure"))
    assert bars[1].findtext(".//metronome/per-minute") == "60.5"


def test_a_metre_that_no_one_prints_is_refused() -> None:
    odd = replace(small_score(), time_signature=TimeSignature(64, 64), bars=2)
    with pytest.raises(MidiError, match="64/64 cannot be printed"):
        musicxml_bytes(odd)


def test_a_file_is_written_whole_and_not_over_another(tmp_path: Path) -> None:
    path = write_musicxml(small_score(), tmp_path / "x.musicxml")
    assert path.read_bytes() == musicxml_bytes(small_score())
    with pytest.raises(OutputError, match="exists"):
        write_musicxml(small_score(), path)
