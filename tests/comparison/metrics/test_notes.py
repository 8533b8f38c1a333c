"""Figures of notes that can be counted by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.comparison.metrics.notes import (
    SoundedNote,
    chords,
    entropy,
    evaluate,
    evaluate_transcription,
    scale_consistency,
    sounded,
)
from melodymuse.errors import AudioError
from melodymuse.music.score import Hand, Note, Score, TempoMark, TimeSignature
from melodymuse.music.theory import Key

# Four chords of C and E, one a second, each held for half a second.
TWO_BY_FOUR = [SoundedNote(float(i), 0.5, pitch) for i in range(4) for pitch in (60, 64)]


def test_counted_by_hand() -> None:
    found = evaluate(TWO_BY_FOUR)
    assert found["notes_per_second"] == pytest.approx(8 / 3.5)
    assert found["onsets_per_second"] == pytest.approx(4 / 3.5)
    assert found["notes_per_onset"] == 2
    assert found["sounding_notes"] == pytest.approx(8 * 0.5 / 3.5)
    assert (found["pitch_mean"], found["pitch_spread"]) == (62, 2)
    assert found["pitch_classes_entropy"] == 1
    assert found["scale_consistency"] == 1
    assert (found["note_seconds"], found["gap_seconds"]) == (0.5, 1)


def test_scattered_onsets_are_one_chord() -> None:
    scattered = [
        note._replace(onset=note.onset + 0.01 * (note.pitch == 64)) for note in TWO_BY_FOUR
    ]
    assert [len(chord) for chord in chords(scattered)] == [2, 2, 2, 2]


def test_entropy_and_scales_at_their_bounds() -> None:
    assert entropy([5]) == 0
    assert entropy([1] * 12) == pytest.approx(math.log2(12))
    assert scale_consistency(range(60, 72)) == pytest.approx(7 / 12)
    assert scale_consistency([60, 60]) == 1


@given(st.lists(st.integers(21, 108), min_size=8, max_size=40), st.integers(-12, 12))
def test_transposing_changes_the_pitch_alone(pitches: list[int], shift: int) -> None:
    notes = [SoundedNote(0.3 * i, 0.25, pitch) for i, pitch in enumerate(pitches)]
    moved = [note._replace(pitch=note.pitch + shift) for note in notes]
    before, after = evaluate(notes), evaluate(moved)
    assert after.pop("pitch_mean") == pytest.approx(before.pop("pitch_mean") + shift)
    assert after == pytest.approx(before)


def test_a_score_in_real_time() -> None:
    score = Score(
        notes=tuple(Note(480 * i, 240, 60, 64, Hand.RIGHT) for i in range(8)),
        time_signature=TimeSignature(),
        key=Key("C", "major"),
        bars=2,
        tempos=(TempoMark(0, 60.0), TempoMark(1920, 120.0)),
    )
    notes = sounded(score)
    assert [note.onset for note in notes] == pytest.approx([0, 1, 2, 3, 4, 4.5, 5, 5.5])
    assert [note.duration for note in notes] == pytest.approx([0.5] * 4 + [0.25] * 4)


def test_too_few_notes_are_no_piece() -> None:
    with pytest.raises(AudioError, match="7 notes"):
        evaluate(TWO_BY_FOUR[:7])


def test_a_transcription_is_counted() -> None:
    pytest.importorskip("mir_eval", reason="the extra compare is not installed")
    late = [n._replace(onset=n.onset + 0.04) for n in TWO_BY_FOUR]
    assert evaluate_transcription(TWO_BY_FOUR, late)["transcription_f1"] == 1
    half = evaluate_transcription(TWO_BY_FOUR, TWO_BY_FOUR[:4])
    assert half["transcription_precision"] == 1
    assert half["transcription_recall"] == 0.5
    assert half["transcription_f1"] == pytest.approx(2 / 3)
    assert evaluate_transcription(TWO_BY_FOUR, [])["transcription_f1"] == 0
    wrong = [n._replace(pitch=n.pitch + 1) for n in TWO_BY_FOUR]
    assert evaluate_transcription(TWO_BY_FOUR, wrong)["transcription_f1"] == 0
