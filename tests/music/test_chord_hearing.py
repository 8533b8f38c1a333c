"""Chords that notes make."""

from __future__ import annotations

import pytest

from melodymuse.music.chord_hearing import heard_chords
from melodymuse.music.grid import METRES, GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.music.theory import QUALITIES


def struck(position: int, *pitches: int, duration: int = 24) -> list[GridNote]:
    return [GridNote(position, Hand.LEFT, pitch, duration, 64) for pitch in pitches]


@pytest.mark.parametrize(
    "quality", ["major", "minor", "dominant-seventh", "minor-seventh", "major-seventh"]
)
@pytest.mark.parametrize("root", range(12))
def test_a_chord_on_its_root_is_heard_as_it_is(root: int, quality: str) -> None:
    notes = struck(0, *(48 + root + step for step in QUALITIES[quality]), duration=48)
    assert heard_chords(notes, METRES["4/4"]) == (GridChord(0, root, quality),)


def test_each_half_has_its_own() -> None:
    notes = [*struck(0, 48, 64, 67), *struck(24, 43, 59, 62)]
    assert heard_chords(notes, METRES["4/4"]) == (
        GridChord(0, 0, "major"),
        GridChord(24, 7, "major"),
    )


def test_broken_and_inverted_chords_and_passing_notes() -> None:
    broken = [n for i, p in enumerate((52, 60, 67, 60)) for n in struck(12 * i, p, duration=12)]
    passing = [GridNote(18, Hand.RIGHT, 74, 6, 64)]
    assert heard_chords([*broken, *passing], METRES["4/4"])[0] == GridChord(0, 0, "major")


def test_silence_has_none() -> None:
    assert heard_chords([], METRES["6/8"]) == ()
