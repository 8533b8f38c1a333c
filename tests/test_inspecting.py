"""What a file shares with the training music, whoever plays the melody."""

from __future__ import annotations

from io import BytesIO

import mido
import pytest

from melodymuse.errors import MidiError
from melodymuse.inspecting import compare, look_into
from melodymuse.midi.document import read_document
from melodymuse.midi.reader import score_of
from melodymuse.writing.originality import Originality, TrainingMelodies
from tests.writing.test_originality import tune

KNOWN = TrainingMelodies.of([tune(1)], log_bytes=14)
PIANO, VIOLIN = 0, 40


def track(notes: list[tuple[int, int]], ticks: int, program: int, channel: int) -> mido.MidiTrack:
    """Notes, (grid step, pitch), each held until shortly before the next."""
    events = mido.MidiTrack([mido.Message("program_change", program=program, channel=channel)])
    now = 0
    for step, pitch in notes:
        onset = step * ticks // 12
        for kind, tick in (("note_on", onset), ("note_off", onset + ticks // 5)):
            events.append(mido.Message(kind, note=pitch, channel=channel, time=tick - now))
            now = tick
    return events


def shared(*tracks: mido.MidiTrack, ticks: int = 96) -> Originality:
    file, data = mido.MidiFile(type=1, ticks_per_beat=ticks, tracks=list(tracks)), BytesIO()
    file.save(file=data)
    document = read_document(data.getvalue())
    return compare(document, score_of(document), KNOWN)


def test_a_melody_over_a_piano_is_found_with_its_bars() -> None:
    chords = [(beat * 12, pitch) for beat in range(40) for pitch in (48,)]
    copied = [(step + 96, pitch + 5) for step, pitch in tune(1)[:30]]
    found = shared(track(copied, 96, VIOLIN, 1), track(chords, 96, PIANO, 0))
    assert found.longest_run == 30
    assert (found.runs[0].first_bar, found.melody_notes) == (3, 30)


def test_drums_have_no_melody() -> None:
    beat = [(index * 12, 36) for index in range(40)]
    found = shared(track(tune(1)[:30], 96, PIANO, 9), track(beat, 96, PIANO, 0))
    assert found.longest_run == 0


def test_what_is_no_midi_is_said() -> None:
    with pytest.raises(MidiError):
        look_into(b"no file", "x.mid")
