"""What comes before a rest is held."""

from __future__ import annotations

from dataclasses import replace

from melodymuse.music.grid import GridChord
from melodymuse.planning.tune_plan import TunePlan
from melodymuse.writing.tune.holding import held
from melodymuse.writing.tune.notes import TuneNote, chord_steps

PLAN = TunePlan(held=24)
HALVES = (GridChord(0, 0, "major"), GridChord(24, 5, "major"))


def lengths(
    *notes: TuneNote, plan: TunePlan = PLAN, chords: tuple[GridChord, ...] = HALVES[:1]
) -> list[int]:
    """How long the notes of a bar last that one on the next beat but one follows."""
    bars = held(
        [notes, [TuneNote(12, 6, 64)]], [plan, PLAN], chord_steps([chords, ()], 48), "major"
    )
    assert [(n.position, n.pitch) for n in bars[0]] == [(n.position, n.pitch) for n in notes]
    assert bars[1] == (TuneNote(12, 6, 64),), "nobody knows what follows the phrase"
    return [note.duration for note in bars[0]]


def test_a_note_is_held_as_long_as_asked_and_a_breath_is_left() -> None:
    assert lengths(TuneNote(0, 6, 64)) == [24]
    assert lengths(TuneNote(0, 6, 64), plan=replace(PLAN, held=12)) == [12]
    assert lengths(TuneNote(36, 3, 64)) == [18], "half a quarter before what follows"
    assert lengths(TuneNote(0, 30, 64)) == [30], "never shortened"
    assert lengths(TuneNote(0, 6, 64), TuneNote(9, 3, 65)) == [6, 21], "no rest, nothing to hold"


def test_it_ends_where_its_chord_ends_unless_the_next_has_it_too() -> None:
    at = 12
    assert lengths(TuneNote(at, 3, 64), chords=HALVES) == [12]
    assert lengths(TuneNote(at, 3, 60), chords=HALVES) == [24]


def test_it_never_sounds_into_a_planned_silence() -> None:
    assert lengths(TuneNote(0, 6, 64), plan=replace(PLAN, silence=(18, 48))) == [18]


def test_what_is_held_ends_on_an_eighth() -> None:
    assert lengths(TuneNote(0, 6, 64), plan=replace(PLAN, held=9)) == [6]
    assert lengths(TuneNote(4, 4, 64), plan=replace(PLAN, held=9)) == [8]
    assert lengths(TuneNote(9, 3, 64), plan=replace(PLAN, held=12)) == [9]
