"""Tempo maps as a page tells them, and the same map in every other form of a score."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import mido
import pretty_midi
import pytest
from hypothesis import given, settings

from melodymuse.audio.timeline import read_timeline
from melodymuse.cli.inspecting import rows_of
from melodymuse.engraving.musicxml_writer import musicxml_bytes
from melodymuse.engraving.tempo_directions import tempo_directions
from melodymuse.midi.inspection import inspect_midi
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import Hand, Note, Score, TempoMark
from tests.music.pieces import ritardando, siciliano, waltz
from tests.music.strategies import scores, small_score

BAR = 1920


def _long(*marks: tuple[int, float]) -> Score:
    """Sixteen bars of 4/4 at 100 with further marks."""
    tempos = (TempoMark(0, 100.0), *(TempoMark(*mark) for mark in marks))
    return replace(small_score(), bars=16, tempos=tempos)


def _said(score: Score) -> list[tuple[int, str]]:
    return [
        (found.onset, found.words or f"{found.bpm:g}")
        for found in tempo_directions(score)
        if found.words or found.numbered
    ]


def test_a_ritardando_is_one_word_where_it_begins() -> None:
    score = _long()
    slower = ritardando(14 * BAR, 16 * BAR, 100.0, 60.0)
    assert len(slower) == 8
    assert _said(replace(score, tempos=score.tempos + slower)) == [(14 * BAR, "rit.")]


def test_after_it_the_first_tempo_comes_back() -> None:
    slower = [(6 * BAR + 480 * beat, 95.0 - 5 * beat) for beat in range(8)]
    assert _said(_long(*slower, (8 * BAR, 100.0))) == [(6 * BAR, "rit."), (8 * BAR, "a tempo")]


def test_a_gradual_change_that_stays_ends_with_a_number() -> None:
    faster = [(480 * beat, 100.0 + 10 * beat) for beat in range(1, 5)]
    assert _said(_long(*faster)) == [(480, "accel."), (BAR, "140")]


def test_a_new_tempo_is_a_number_and_a_moment_a_word() -> None:
    assert _said(_long((4 * BAR, 80.0))) == [(4 * BAR, "80")]
    held_back = (4 * BAR, 60.0), (4 * BAR + 960, 100.0)
    assert _said(_long(*held_back)) == [(4 * BAR, "rit."), (4 * BAR + 960, "a tempo")]


def test_what_nobody_hears_is_not_printed() -> None:
    wavering = [(480 * beat, 100.0 + (-1) ** beat * 1.5) for beat in range(1, 60)]
    assert _said(_long(*wavering)) == []


def test_marks_far_apart_are_steps() -> None:
    assert _said(_long((4 * BAR, 90.0), (8 * BAR, 80.0))) == [(4 * BAR, "90"), (8 * BAR, "80")]


@given(scores())
@settings(max_examples=60, deadline=None)
def test_every_mark_is_there_in_order(score: Score) -> None:
    found = [TempoMark(told.onset, told.bpm) for told in tempo_directions(score)]
    assert tuple(found) == score.tempos[1:]


def test_the_page_plays_the_whole_map() -> None:
    root = ElementTree.fromstring(musicxml_bytes(waltz()))
    sounds = [float(sound.get("tempo") or 0) for sound in root.iterfind(".//sound[@tempo]")]
    assert sorted(sounds, reverse=True) == [mark.bpm for mark in waltz().tempos]
    assert len(root.findall(".//metronome")) == 1
    words = [(text.text or "").strip() for text in root.iterfind(".//direction-type/words")]
    assert [word for word in words if word] == ["Allegro dolce", "rit."]


def test_music21_reads_the_map_from_the_page() -> None:
    from music21 import converter

    parsed = converter.parse(musicxml_bytes(waltz()).decode(), format="musicxml")
    marks = parsed.recurse().getElementsByClass("MetronomeMark")
    read = [((m.measureNumber - 1) * 1440 + m.offset * 480, m.getQuarterBPM()) for m in marks]
    assert read == [(mark.onset, mark.bpm) for mark in waltz().tempos]


def test_a_tempo_stands_before_the_note_that_it_begins_with() -> None:
    bars = list(ElementTree.fromstring(musicxml_bytes(waltz())).iterfind("part/measure"))
    changes = [d for d in bars[9].iterfind("direction") if d.find("sound[@tempo]") is not None]
    assert len(changes) == 3
    assert all(change.find("offset") is None for change in changes)


def test_a_tempo_within_a_held_note_stands_at_its_own_time() -> None:
    # Nothing begins on the second beat of the last bar.
    last = list(ElementTree.fromstring(musicxml_bytes(waltz())).iterfind("part/measure"))[-1]
    assert [element.tag for element in last][-4:] == ["backup", "direction", "forward", "barline"]
    assert last.find("direction/offset") is None
    two_beats = str(2 * 10080)
    assert [step.findtext("duration") for step in (last[-4], last[-2])] == [two_beats, two_beats]


def test_metronome_marks_of_six_eight_count_dotted_quarters() -> None:
    root = ElementTree.fromstring(musicxml_bytes(siciliano()))
    (metronome,) = root.findall(".//metronome")
    assert [child.tag for child in metronome] == ["beat-unit", "beat-unit-dot", "per-minute"]
    assert float(metronome.findtext("per-minute") or 0) == 48
    assert [sound.get("tempo") for sound in root.iterfind(".//sound[@tempo]")] == ["72"]


def test_dotted_beats_are_printed_whole_and_played_as_they_are() -> None:
    root = ElementTree.fromstring(
        musicxml_bytes(replace(siciliano(), tempos=(TempoMark(0, 118.0),)))
    )
    assert root.findtext(".//metronome/per-minute") == "79"
    assert [sound.get("tempo") for sound in root.iterfind(".//sound[@tempo]")] == ["118"]


def test_midi_keeps_the_map() -> None:
    score = waltz()
    assert read_midi(midi_bytes(score)) == replace(score, chords=())
    file = mido.MidiFile(file=BytesIO(midi_bytes(score)))
    assert file.length == pytest.approx(score.seconds, abs=1e-4)
    heard = pretty_midi.PrettyMIDI(BytesIO(midi_bytes(score)))
    assert heard.tick_to_time(score.end) == pytest.approx(score.seconds, abs=1e-4)
    for tick in (0, 13000, 13440, 15000, score.end):
        assert heard.tick_to_time(tick) == pytest.approx(score.seconds_at(tick), abs=1e-4)


def test_seconds_by_hand() -> None:
    score = replace(
        small_score(), tempos=(TempoMark(0, 60.0), TempoMark(960, 30.0), TempoMark(1440, 120.0))
    )
    assert [score.seconds_at(tick) for tick in (0, 480, 960, 1440, 1920)] == [0, 1, 2, 4, 4.5]
    assert score.seconds == 6.5


def test_sound_follows_the_map() -> None:
    score = replace(
        small_score(),
        notes=(Note(0, 480, 60, 80, Hand.RIGHT), Note(3360, 480, 62, 80, Hand.RIGHT)),
        tempos=(TempoMark(0, 72.0), *ritardando(1920, 3840, 72.0, 36.0)),
    )
    timeline = read_timeline(midi_bytes(score))
    struck = [at for at, message in timeline.events if message.type == "note_on"]
    assert struck == pytest.approx([0, score.seconds_at(3360)], abs=1e-4)
    assert timeline.seconds == pytest.approx(score.seconds, abs=1e-4)


def test_roll_and_inspection_tell_of_it(tmp_path: Path) -> None:
    drawn = waltz().write(tmp_path / "x.svg").read_bytes()
    assert drawn != replace(waltz(), tempos=waltz().tempos[:1]).to_bytes(".svg")
    rows = rows_of(inspect_midi(waltz().write(tmp_path / "x.mid")))
    assert ("tempo", "150 bpm, 7 marks from 75 to 150") in [(row.name, row.value) for row in rows]
