"""The estimated key of music whose key is known, and against music21's own analysis."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.keyfinding import PROFILES, estimate_key, nearest_key
from melodymuse.music.score import Hand, Note
from melodymuse.music.theory import Key


def _notes(melody: list[tuple[int, int]]) -> list[Note]:
    """Notes one after another from (pitch, sixteenths)."""
    notes, now = [], 0
    for pitch, sixteenths in melody:
        notes.append(Note(now, sixteenths * 120, pitch, 80, Hand.RIGHT))
        now += sixteenths * 120
    return notes


@pytest.mark.parametrize(
    ("work", "key"),
    # Chorales in music21's corpus with the keys of the editions.
    [
        ("bach/bwv66.6", "F# minor"),
        ("bach/bwv269", "G major"),
        ("bach/bwv144.6", "B minor"),
        ("bach/bwv145-a", "D major"),
        ("bach/bwv40.6", "D minor"),
        ("bach/bwv17.7", "A major"),
    ],
)
def test_chorales_are_in_their_keys(work: str, key: str) -> None:
    from music21 import corpus

    score = corpus.parse(work)
    notes = [
        Note(round(n.offset * 480), round(n.quarterLength * 480), pitch.midi, 80, Hand.RIGHT)
        for n in score.flatten().notes
        for pitch in n.pitches
    ]
    assert estimate_key(notes) == Key.parse(key)


@given(st.lists(st.tuples(st.integers(21, 108), st.integers(1, 16)), min_size=3, max_size=20))
@settings(max_examples=40, deadline=None)
def test_it_agrees_with_music21(melody: list[tuple[int, int]]) -> None:
    from music21 import note, stream

    part = stream.Part([note.Note(p, quarterLength=length / 4) for p, length in melody])
    theirs = part.analyze("key.krumhansl")
    # Equally good keys may be told in another order.
    fit = pytest.approx(theirs.correlationCoefficient)
    keys = [
        theirs,
        *(k for k in theirs.alternateInterpretations if k.correlationCoefficient == fit),
    ]
    best = {(key.tonic.pitchClass, key.mode) for key in keys}
    ours = estimate_key(_notes(melody))
    assert (ours.pitch_class, ours.mode) in best


def test_long_notes_weigh_more() -> None:
    triad = [(60, 4), (64, 4), (67, 4)]
    assert estimate_key(_notes([*triad, (69, 1)])) == Key("C", "major")
    assert estimate_key(_notes([(60, 4), (64, 4), (67, 1), (69, 16)])) == Key("A", "minor")


def test_silence_and_the_whole_chromatic_scale_are_c_major() -> None:
    assert estimate_key([]) == Key("C", "major")
    assert estimate_key(_notes([(60 + step, 2) for step in range(12)])) == Key("C", "major")


def test_the_profiles_are_the_published_ones() -> None:
    assert len(PROFILES["major"]) == len(PROFILES["minor"]) == 12
    assert sum(PROFILES["major"]) == pytest.approx(41.79)
    assert sum(PROFILES["minor"]) == pytest.approx(44.51)


@pytest.mark.parametrize("key", ["C major", "F# minor", "Bb major", "E minor"])
def test_a_keys_own_profile_fits_it_wholly(key: str) -> None:
    asked = Key.parse(key)
    profile, tonic = PROFILES[asked.mode], asked.pitch_class
    found = nearest_key([3 * profile[(step - tonic) % 12] for step in range(12)])
    assert found is not None
    assert (found[0].pitch_class, found[0].mode) == (tonic, asked.mode)
    assert found[1] == pytest.approx(1)


def test_equal_strengths_have_no_key() -> None:
    assert nearest_key([1.0] * 12) is None
