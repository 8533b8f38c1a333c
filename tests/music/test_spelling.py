"""Names of pitches, with and without a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.spelling import pitch_name, spell
from melodymuse.music.theory import STEP_PITCH_CLASS, Key
from tests.music.strategies import KEYS


@pytest.mark.parametrize(
    ("pitch", "name"),
    [(60, "C4"), (59, "B3"), (61, "C#4"), (70, "A#4"), (21, "A0"), (108, "C8"), (0, "C-1")],
)
def test_names_without_a_key(pitch: int, name: str) -> None:
    assert pitch_name(pitch) == name


@pytest.mark.parametrize(
    ("key", "pitch", "name"),
    [
        ("D major", 66, "F#4"),
        ("D minor", 70, "Bb4"),
        ("D minor", 73, "C#5"),
        ("B minor", 70, "A#4"),
        ("C minor", 63, "Eb4"),
        ("C minor", 71, "B4"),
        ("F minor", 64, "E4"),
        ("G# minor", 67, "F##4"),
        ("Gb major", 71, "Cb5"),
        ("Gb major", 59, "Cb4"),
        ("C# major", 60, "B#3"),
        ("Eb major", 66, "Gb4"),
        ("E minor", 63, "D#4"),
    ],
)
def test_names_in_a_key(key: str, pitch: int, name: str) -> None:
    assert pitch_name(pitch, Key.parse(key)) == name


@given(st.integers(0, 127), st.sampled_from(KEYS))
def test_a_spelled_pitch_sounds_as_it_should(pitch: int, key: Key) -> None:
    step, alter, octave = spell(pitch, key)
    assert STEP_PITCH_CLASS[step] + alter + 12 * (octave + 1) == pitch
    assert abs(alter) <= 2


@given(st.sampled_from(KEYS), st.integers(48, 71))
def test_notes_of_the_scale_need_no_accidental(key: Key, pitch: int) -> None:
    if pitch % 12 in key.scale:
        sharps = [step for step, _ in zip("FCGDAEB", range(max(key.fifths, 0)), strict=False)]
        flats = [step for step, _ in zip("BEADGCF", range(max(-key.fifths, 0)), strict=False)]
        step, alter, _ = spell(pitch, key)
        assert alter == (step in sharps) - (step in flats)
