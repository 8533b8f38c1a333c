"""Waltz, siciliano and polka: metres other than 4/4 in every form of a score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import mido
import pytest

from melodymuse.cli.inspecting import rows_of
from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.engraving.playing_directions import heading, metronome_mark
from melodymuse.engraving.systems import line_starts
from melodymuse.engraving.written_page import Glyph, engrave
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.inspection import inspect_midi
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.hands import split_hands
from melodymuse.music.score import Hand, Note, Score, TimeSignature
from melodymuse.pictures.contact_sheet import Entry, draw_sheet, facts
from tests.music.pieces import line, polka, siciliano, waltz

PIECES = pytest.mark.parametrize("piece", [waltz, siciliano, polka])
Piece = Callable[[], Score]


def _groups(score: Score) -> Iterator[tuple[int, int]]:
    """First and last tick, from its bar line, of each group under a beam."""
    root = ElementTree.fromstring(musicxml_bytes(score))
    divisions = int(root.findtext(".//divisions") or 0)
    for measure in root.iterfind("part/measure"):
        now = begun = 0
        for element in measure:
            if element.find("chord") is not None:
                continue
            ticks = int(element.findtext("duration") or 0) * 480 // divisions
            beam = element.findtext("beam[@number='1']")
            if beam == "begin":
                begun = now
            elif beam == "end":
                yield begun, now + ticks
            now += -ticks if element.tag == "backup" else ticks


def _right(text: str, metre: TimeSignature) -> list[Glyph]:
    """The glyphs of one bar for the right hand."""
    notes = tuple(line(text, Hand.RIGHT, metre.bar_ticks))
    score = replace(waltz(), notes=notes, time_signature=metre, bars=1, tempos=waltz().tempos[:1])
    score = replace(score, chords=(), sections=())
    ((voice,),) = engrave(score)[Hand.RIGHT].bars
    return list(voice)


def _shown(glyphs: list[Glyph]) -> list[str]:
    return [
        ("r " if not glyph.heads else "")
        + glyph.value.kind
        + "." * glyph.value.dots
        + ("-" if glyph.tied_to else "")
        for glyph in glyphs
    ]


@PIECES
def test_midi_comes_back_and_keeps_all_conventions(piece: Piece) -> None:
    data = midi_bytes(piece(), chord_track=True)
    assert broken_conventions(data) == ()
    assert read_midi(data) == piece()


@pytest.mark.parametrize(("piece", "clocks"), [(waltz, 24), (siciliano, 36), (polka, 24)])
def test_the_metronome_clicks_on_the_beat(piece: Piece, clocks: int) -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(piece())))
    metre = next(m for m in file.tracks[0] if m.type == "time_signature")
    assert metre.clocks_per_click == clocks


@PIECES
def test_beams_stay_within_a_beat(piece: Piece) -> None:
    beat = piece().time_signature.beat_ticks
    groups = list(_groups(piece()))
    assert groups
    assert all(first // beat == (last - 1) // beat for first, last in groups)


def test_eighths_of_six_eight_are_beamed_in_threes() -> None:
    groups = list(_groups(siciliano()))
    assert {last - first for first, last in groups} == {480, 720}
    assert sum(last - first == 720 for first, last in groups) >= 10


@PIECES
def test_every_bar_of_the_page_is_full(piece: Piece) -> None:
    score = piece()
    for staff in engrave(score).values():
        assert len(staff.bars) == score.bars
        for bar in staff.bars:
            assert bar
            for voice in bar:
                assert sum(g.value.ticks for g in voice) == score.time_signature.bar_ticks


@pytest.mark.parametrize(
    ("text", "metre", "shown"),
    [
        ("C5=2 r=4", (3, 4), ["quarter", "r quarter", "r quarter"]),
        ("r=2 C5=4", (3, 4), ["r quarter", "half"]),
        ("C5=1 r=5", (6, 8), ["eighth", "r eighth", "r eighth", "r quarter."]),
        ("C5=3 r=3", (6, 8), ["quarter.", "r quarter."]),
        ("C5=2 D5=2 E5=2", (6, 8), ["quarter", "eighth-", "eighth", "quarter"]),
        ("r=1 C5=1 C5=1 r=1 D5=1 D5=1", (6, 8), ["r eighth", "eighth", "eighth"] * 2),
        ("C5=1 D5=2 E5=1", (2, 4), ["eighth", "quarter", "eighth"]),
        ("C5=2 r=2", (2, 4), ["quarter", "r quarter"]),
    ],
)
def test_rests_and_ties_show_the_beat(text: str, metre: tuple[int, int], shown: list[str]) -> None:
    assert _shown(_right(text, TimeSignature(*metre))) == shown


def test_a_note_held_over_others_ends_on_a_dotted_beat() -> None:
    metre = TimeSignature(6, 8)
    held = Note(0, 690, 72, 80, Hand.RIGHT)
    moving = line("C4=1 D4=1 E4=1 F4=1 G4=1 A4=1", Hand.RIGHT, metre.bar_ticks)
    notes = tuple(sorted([held, *moving]))
    bare = replace(siciliano(), notes=notes, bars=1, chords=(), sections=())
    ((upper, _),) = engrave(bare)[Hand.RIGHT].bars
    assert _shown(list(upper))[0] == "quarter."


def test_tempo_is_told_in_beats() -> None:
    assert metronome_mark(siciliano()) == "♩. = 48"
    assert metronome_mark(waltz()) == "♩ = 150"
    assert heading(siciliano()) == "Largo dolce"
    assert "♩. = 48" in facts(siciliano())


@pytest.mark.parametrize(
    ("metre", "beat"), [((4, 4), 480), ((3, 4), 480), ((2, 2), 480), ((6, 8), 720), ((3, 8), 480)]
)
def test_beats(metre: tuple[int, int], beat: int) -> None:
    assert TimeSignature(*metre).beat_ticks == beat


def test_short_bars_stand_eight_to_a_line() -> None:
    assert line_starts(polka()) == {4}
    assert line_starts(replace(polka(), sections=())) == frozenset()
    assert line_starts(replace(siciliano(), sections=())) == {4}


@PIECES
def test_hands_are_told_apart_by_pitch(piece: Piece) -> None:
    notes = piece().notes
    told = split_hands([(note.onset, note.duration, note.pitch) for note in notes])
    right = sum(note.hand is hand for note, hand in zip(notes, told, strict=True))
    assert right / len(notes) > 0.9


@PIECES
def test_pictures_and_inspection(piece: Piece, tmp_path: Path) -> None:
    score = piece()
    score.write(tmp_path / "roll.svg")
    draw_sheet([Entry("one", score)], tmp_path / "sheet.svg")
    rows = {row.name: row.value for row in rows_of(inspect_midi(score.write(tmp_path / "x.mid")))}
    assert rows["length"].startswith(f"{score.bars} bars of {score.time_signature}, ")
    assert rows["sections"] == "A at bar 1, B at bar 5"
    assert rows["conventions"] == "all kept"
