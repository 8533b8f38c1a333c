"""Names of notes in their place: in the chord, and on the way to the next note."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from melodymuse.engraving.harmonic_spelling import spellings
from melodymuse.engraving.voicing import Chord
from melodymuse.music.chord_names import CHORD_FIFTHS, root_name
from melodymuse.music.score import ChordSymbol, Score
from melodymuse.music.spelling import spell, spell_at
from melodymuse.music.theory import QUALITIES, STEP_PITCH_CLASS, Key
from tests.music.strategies import scores, small_score


def _named(key: str, *line: int, chord: ChordSymbol | None = None) -> list[str]:
    """The names of notes of one beat each."""
    score = replace(small_score(), key=Key.parse(key), chords=() if chord is None else (chord,))
    chords = [Chord(480 * n, 480 * (n + 1), (pitch,)) for n, pitch in enumerate(line)]
    named = spellings(chords, score)
    return [str(named[480 * n, pitch]) for n, pitch in enumerate(line)]


@pytest.mark.parametrize(
    ("key", "root", "quality", "name"),
    [
        ("C major", 1, "major", "Db"),
        ("C major", 1, "diminished-seventh", "C#"),
        ("A minor", 8, "diminished-seventh", "G#"),
        ("A minor", 10, "major", "Bb"),
        ("Bb minor", 5, "major", "F"),
        ("F# major", 10, "minor", "A#"),
        ("Gb major", 10, "minor", "Bb"),
    ],
)
def test_names_of_roots(key: str, root: int, quality: str, name: str) -> None:
    assert root_name(ChordSymbol(0, 480, root, quality), Key.parse(key)) == name


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_fifths_of_a_chord_are_its_semitones(quality: str) -> None:
    semitones = tuple(fifths * 7 % 12 for fifths in CHORD_FIFTHS[quality])
    assert semitones == QUALITIES[quality]


@pytest.mark.parametrize(
    ("key", "pitch", "chord", "name"),
    [
        ("C major", 68, (4, "major"), "G#4"),
        ("C major", 68, (5, "minor"), "Ab4"),
        ("C major", 61, (9, "dominant-seventh"), "C#4"),
        ("C major", 61, (1, "major-seventh"), "Db4"),
        ("A minor", 63, (11, "dominant-seventh"), "D#4"),
        ("A minor", 63, (5, "dominant-seventh"), "Eb4"),
        ("C major", 68, (11, "diminished-seventh"), "Ab4"),
        # A double flat would be right and unreadable: it stays as the key has it.
        ("Db major", 69, (3, "half-diminished"), "A4"),
        # What belongs to the key is never renamed.
        ("F# major", 65, (5, "major"), "E#4"),
        ("A minor", 68, (8, "major"), "G#4"),
    ],
)
def test_names_in_a_chord(key: str, pitch: int, chord: tuple[int, str], name: str) -> None:
    assert _named(key, pitch, chord=ChordSymbol(0, 1920, *chord)) == [name]


@pytest.mark.parametrize(
    ("key", "line", "names"),
    [
        ("C major", (67, 68, 69), ["G4", "G#4", "A4"]),
        ("C major", (69, 68, 67), ["A4", "Ab4", "G4"]),
        ("C major", (62, 61, 60), ["D4", "Db4", "C4"]),
        ("C major", (62, 63, 64), ["D4", "D#4", "E4"]),
        ("F major", (65, 66, 67), ["F4", "F#4", "G4"]),
        ("A minor", (69, 68, 67), ["A4", "G#4", "G4"]),
        ("A minor", (62, 61, 60), ["D4", "C#4", "C4"]),
        ("Eb major", (67, 66, 65), ["G4", "Gb4", "F4"]),
    ],
)
def test_passing_notes(key: str, line: tuple[int, ...], names: list[str]) -> None:
    assert _named(key, *line) == names


@given(scores())
def test_every_name_sounds_as_its_note(score: Score) -> None:
    chords = [Chord(note.onset, note.end, (note.pitch,)) for note in score.notes]
    for (_, pitch), (step, alter, octave) in spellings(chords, score).items():
        assert STEP_PITCH_CLASS[step] + alter + 12 * (octave + 1) == pitch
        assert abs(alter) <= 2


@given(scores())
def test_notes_of_the_scale_keep_their_name(score: Score) -> None:
    chords = [Chord(note.onset, note.end, (note.pitch,)) for note in score.notes]
    for (_, pitch), name in spellings(chords, score).items():
        if pitch % 12 in score.key.scale:
            assert name == spell(pitch, score.key)


@pytest.mark.parametrize(("place", "name"), [(0, "C4"), (12, "B#3"), (7, "C#4"), (-5, "Db4")])
def test_a_place_on_the_line_of_fifths_is_a_name(place: int, name: str) -> None:
    pitch = {0: 60, 12: 60, 7: 61, -5: 61}[place]
    assert str(spell_at(pitch, place)) == name
