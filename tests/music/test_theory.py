"""Keys, their names and signatures, and the tables of chords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.errors import ControlError
from melodymuse.music.theory import (
    FIGURES,
    HIGHEST_SHIFT,
    LOWEST_SHIFT,
    MODES,
    QUALITIES,
    TONIC_NAMES,
    Key,
)

KEYS = st.builds(Key.of, st.integers(0, 11), st.sampled_from(MODES))


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("D minor", "D", "minor"),
        ("d", "D", "minor"),
        ("D", "D", "major"),
        ("Dm", "D", "minor"),
        ("DM", "D", "major"),
        ("F# major", "F#", "major"),
        ("f♯ MINOR", "F#", "minor"),
        ("Bb", "Bb", "major"),
        ("bb", "Bb", "minor"),
        ("b", "B", "minor"),
        ("B♭ maj", "Bb", "major"),
        ("E-flat major", "Eb", "major"),
        ("c sharp minor", "C#", "minor"),
        ("  Ab   min ", "Ab", "minor"),
    ],
)
def test_parsing(text: str, tonic: str, mode: str) -> None:
    assert Key.parse(text) == Key(tonic, mode)


@pytest.mark.parametrize("text", ["", "H minor", "D dorian", "C##", "minor", "D minor please", "7"])
def test_what_names_no_key(text: str) -> None:
    with pytest.raises(ControlError, match="unknown key"):
        Key.parse(text)


@pytest.mark.parametrize(("text", "better"), [("D# major", "Eb major"), ("Fb minor", "E minor")])
def test_keys_beyond_seven_accidentals_are_refused_with_their_usual_name(
    text: str, better: str
) -> None:
    with pytest.raises(ControlError, match=f"write it as {better}"):
        Key.parse(text)


@pytest.mark.parametrize(("tonic", "mode"), [("H", "major"), ("", "major"), ("C", "lydian")])
def test_impossible_keys(tonic: str, mode: str) -> None:
    with pytest.raises(ControlError):
        Key(tonic, mode)


def test_an_unknown_mode_has_no_key() -> None:
    with pytest.raises(ControlError, match="unknown mode"):
        Key.of(0, "lydian")


@given(KEYS)
def test_a_key_is_its_own_name(key: Key) -> None:
    assert Key.parse(str(key)) == key


@given(KEYS)
def test_the_usual_name_has_at_most_six_accidentals(key: Key) -> None:
    assert abs(key.fifths) <= 6


@pytest.mark.parametrize(
    ("name", "fifths"),
    # The circle of fifths of any primer.
    [
        *(("C major", 0), ("G major", 1), ("A major", 3), ("F# major", 6), ("C# major", 7)),
        *(("F major", -1), ("Eb major", -3), ("Gb major", -6), ("Cb major", -7)),
        *(("A minor", 0), ("E minor", 1), ("C# minor", 4), ("A# minor", 7)),
        *(("D minor", -1), ("C minor", -3), ("Bb minor", -5), ("Ab minor", -7)),
    ],
)
def test_signatures(name: str, fifths: int) -> None:
    assert Key.parse(name).fifths == fifths


@given(KEYS)
def test_a_scale_has_seven_notes_and_its_tonic(key: Key) -> None:
    assert len(key.scale) == 7
    assert key.pitch_class in key.scale


@given(st.integers(0, 11))
def test_relative_keys_share_scale_and_signature(pitch_class: int) -> None:
    minor = Key.of(pitch_class, "minor")
    major = Key.of(pitch_class + 3, "major")
    assert minor.scale == major.scale
    assert (minor.fifths - major.fifths) % 12 == 0


def test_every_pitch_class_is_a_tonic_of_each_mode() -> None:
    for mode in MODES:
        assert [Key(name, mode).pitch_class for name in TONIC_NAMES[mode]] == list(range(12))


def test_every_chord_quality_has_a_figure_of_its_own() -> None:
    assert QUALITIES.keys() == FIGURES.keys()
    assert len(set(FIGURES.values())) == len(FIGURES)


def test_chords_are_stacks_above_their_root() -> None:
    for steps in QUALITIES.values():
        assert steps[0] == 0
        assert list(steps) == sorted(set(steps))
        assert steps[-1] < 12


def test_chords_sound_as_music21_spells_their_figures() -> None:
    from music21.harmony import ChordSymbol

    for quality, figure in FIGURES.items():
        sounding = {(pitch.midi - 60) % 12 for pitch in ChordSymbol(f"C{figure}").pitches}
        assert sounding == set(QUALITIES[quality]), quality


def test_a_hyphen_is_a_flat_only_right_behind_the_letter() -> None:
    assert Key.parse("B- major") == Key("Bb", "major")
    assert Key.parse("E-") == Key("Eb", "major")
    assert Key.parse("D-minor") == Key.parse("D - minor") == Key("D", "minor")


def test_tonics_lie_at_most_half_an_octave_from_c() -> None:
    assert Key("C", "minor").shift_from_c == 0 and Key("D", "major").shift_from_c == 2
    assert Key("B", "minor").shift_from_c == -1 and Key("G", "major").shift_from_c == -5
    shifts = [Key.of(pitch_class, "major").shift_from_c for pitch_class in range(12)]
    assert sorted(shifts) == list(range(LOWEST_SHIFT, HIGHEST_SHIFT + 1)) == list(range(-5, 7))
