"""Notes of a tune as classes, and moved by scale degrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import GridChord
from melodymuse.music.theory import MODES
from melodymuse.writing.tune.notes import (
    CHORDS,
    HIGHEST_TUNE,
    LOWEST_TUNE,
    PITCHES,
    TuneNote,
    chord_features,
    chord_steps,
    class_pitch,
    degree,
    move,
    move_bar,
    pitch_class_of,
)
from melodymuse.writing.vocabulary import chord_item


@given(st.integers(LOWEST_TUNE, HIGHEST_TUNE))
def test_pitch_classes_have_an_inverse(pitch: int) -> None:
    assert 1 <= pitch_class_of(pitch) < PITCHES
    assert class_pitch(pitch_class_of(pitch)) == pitch


@given(st.integers(21, 108))
def test_what_lies_outside_the_range_keeps_its_name(pitch: int) -> None:
    assert class_pitch(pitch_class_of(pitch)) % 12 == pitch % 12


@given(st.integers(36, 96), st.integers(-9, 9), st.sampled_from(MODES))
def test_moving_there_and_back_gives_the_scale_note_again(
    pitch: int, degrees: int, mode: str
) -> None:
    assert degree(move(pitch, degrees, mode), mode)[0] == degree(pitch, mode)[0] + degrees
    if degree(pitch, mode)[1] == 0:
        assert move(move(pitch, degrees, mode), -degrees, mode) == pitch


@pytest.mark.parametrize(
    ("pitch", "degrees", "mode", "moved"),
    [
        (60, 2, "major", 64),
        (60, 2, "minor", 63),
        (71, 1, "major", 72),
        (60, -1, "minor", 58),
        (66, 1, "major", 67),  # a chromatic note goes on to the scale
        (71, 1, "minor", 72),  # and a leading note to its tonic
        (66, 0, "major", 66),
    ],
)
def test_a_sequence_moves_by_degrees_not_by_semitones(
    pitch: int, degrees: int, mode: str, moved: int
) -> None:
    assert move(pitch, degrees, mode) == moved


def test_a_moved_bar_keeps_its_rhythm() -> None:
    bar = (TuneNote(0, 12, 60), TuneNote(12, 6, 64))
    assert move_bar(bar, 1, "major") == (TuneNote(0, 12, 62), TuneNote(12, 6, 65))


def test_a_chord_sounds_until_the_next_one_over_bar_lines() -> None:
    steps = chord_steps([(GridChord(24, 0, "major"),), (), (GridChord(0, 7, "major"),)], 48)
    tonic, dominant = chord_item(0, "major"), chord_item(7, "major")
    assert steps.shape == (3, 48)
    assert set(steps[0, :24]) == {0}
    assert set(steps[0, 24:]) | set(steps[1]) == {tonic}
    assert set(steps[2]) == {dominant}


def test_a_chord_is_told_by_root_and_tones() -> None:
    features = chord_features()
    assert features.shape == (CHORDS, 24)
    assert not features[0].any()
    row = features[chord_item(9, "minor")]
    assert set(row[:12].nonzero()[0]) == {9}
    assert set(row[12:].nonzero()[0]) == {9, 0, 4}
