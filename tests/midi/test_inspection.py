"""What `inspect` tells of a file."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.errors import MidiError
from melodymuse.midi.inspection import TrackReport, inspect_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.score import Score, TempoMark
from tests.music.strategies import scores, small_score


def test_a_written_file(tmp_path: Path) -> None:
    seen = inspect_midi(small_score().write(tmp_path / "x.mid"))
    assert seen.path == str(tmp_path / "x.mid")
    assert (seen.format, seen.ticks_per_quarter, seen.bars, seen.notes) == (1, 480, 2, 14)
    assert (seen.key, seen.time_signature) == ("D minor", "4/4")
    assert seen.tempos == ((1.0, 72.0),)
    assert seen.seconds == pytest.approx(8 * 60 / 72)
    assert seen.sections == ((1.0, "A"), (2.0, "coda"))
    assert seen.title == "Rocket at dusk"
    assert seen.texts == (str(small_score().provenance),)
    assert seen.tracks == (
        TrackReport("Rocket at dusk", (), (), 0, None, None, None, None),
        TrackReport("Piano RH", (1,), (1,), 7, "A4", "F5", 60, 90),
        TrackReport("Piano LH", (2,), (1,), 7, "D2", "A3", 48, 76),
    )
    assert seen.breaches == ()


def test_it_is_ready_for_json(tmp_path: Path) -> None:
    path = replace(small_score(), provenance=None).write(tmp_path / "x.mid")
    read = json.loads(json.dumps(inspect_midi(path).as_dict()))
    assert read["tracks"][1]["name"] == "Piano RH"
    assert read["breaches"][0]["convention"] == "provenance"


def test_a_key_that_is_not_stated_is_only_estimated(tmp_path: Path) -> None:
    file = mido.MidiFile(file=BytesIO(midi_bytes(small_score())))
    file.tracks[0] = mido.MidiTrack(m for m in file.tracks[0] if m.type != "key_signature")
    file.save(tmp_path / "x.mid")
    seen = inspect_midi(tmp_path / "x.mid")
    assert seen.key is None
    assert seen.estimated_key.startswith("D ")


def test_the_bar_of_a_tempo_change_counts_from_one(tmp_path: Path) -> None:
    score = replace(small_score(), tempos=(TempoMark(0, 60.0), TempoMark(2880, 30.0)))
    seen = inspect_midi(score.write(tmp_path / "x.mid"))
    assert seen.tempos == ((1.0, 60.0), (2.5, 30.0))
    assert seen.seconds == pytest.approx(6 + 4)


def test_notes_that_a_score_leaves_out_are_counted_as_the_file_holds_them(tmp_path: Path) -> None:
    file = mido.MidiFile()
    drum = dict(note=36, channel=9)
    notes = [mido.Message("note_on", velocity=90, **drum), mido.Message("note_off", time=9, **drum)]
    file.tracks.append(mido.MidiTrack(notes))
    file.save(tmp_path / "x.mid")
    seen = inspect_midi(tmp_path / "x.mid")
    assert (seen.notes, seen.tracks[0].channels, seen.tracks[0].lowest) == (1, (10,), "C2")


@given(scores(), st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_files_are_reported_or_refused(
    tmp_path_factory: pytest.TempPathFactory, score: Score, data: st.DataObject
) -> None:
    damaged = bytearray(midi_bytes(score))
    for _ in range(data.draw(st.integers(0, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.mid"
    path.write_bytes(damaged)
    try:
        seen = inspect_midi(path)
    except MidiError:
        return
    assert seen.notes == sum(track.notes for track in seen.tracks)
    json.dumps(seen.as_dict())
