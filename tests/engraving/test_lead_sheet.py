"""The lead sheet: the tune on one staff, its chords above, sections, title, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import music21
import pytest
from PIL import Image

import melodymuse
from melodymuse.engraving.lead_sheet import tune_alone
from melodymuse.engraving.systems import line_starts
from melodymuse.errors import MidiError
from melodymuse.music.score import Hand, Note
from tests.music.strategies import small_score


def test_it_has_the_tune_the_chords_and_the_sections_on_one_staff() -> None:
    piece = melodymuse.compose("contentment", seed=3, bars=16)
    data = piece.score.to_bytes(".musicxml", kind="lead")
    root = ElementTree.fromstring(data)
    assert {staff.text for staff in root.iterfind(".//staff")} <= {"1"}
    assert {clef.text for clef in root.iterfind(".//clef/sign")} == {"G"}
    assert root.find(".//dynamics") is None
    read = music21.converter.parse(data, format="musicxml").flatten()
    heads = [
        (round(note.offset * 480), note.pitch.midi)
        for note in read.getElementsByClass("Note")
        if note.tie is None or note.tie.type == "start"
    ]
    assert heads == [(note.onset, note.pitch) for note in piece.score.sung]
    symbols = [round(symbol.offset * 480) for symbol in read.getElementsByClass("ChordSymbol")]
    lines = {bar * piece.score.time_signature.bar_ticks for bar in line_starts(piece.score)}
    assert symbols == sorted({chord.onset for chord in piece.score.chords} | lines)
    marks = [mark.content for mark in read.getElementsByClass("RehearsalMark")]
    assert marks == [section.name for section in piece.score.sections]
    assert root.findtext("movement-title") == "Contentment"


def test_notes_are_written_as_they_are_sung() -> None:
    score = replace(
        small_score(),
        notes=(Note(0, 400, 72, 80, Hand.RIGHT), Note(480, 240, 74, 80, Hand.RIGHT)),
    )
    assert [note.duration for note in tune_alone(score).notes] == [480, 240]


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_it_is_printed(suffix: str) -> None:
    lead, score = (small_score().to_bytes(suffix, kind=kind) for kind in ("lead", "score"))
    assert lead != score
    if suffix == ".png":
        heights = [Image.open(BytesIO(data)).height for data in (lead, score)]
        assert heights[0] < heights[1]


def test_a_piece_writes_it(tmp_path: Path) -> None:
    piece = melodymuse.compose("awe", seed=1, bars=4)
    path = piece.write(tmp_path / "awe.musicxml", kind="lead")
    assert path.read_bytes() == piece.score.to_bytes(".musicxml", kind="lead")


def test_without_a_right_hand_there_is_none() -> None:
    score = replace(small_score(), notes=small_score().hand(Hand.LEFT))
    with pytest.raises(MidiError, match="no tune for a lead sheet"):
        score.to_bytes(".musicxml", kind="lead")
