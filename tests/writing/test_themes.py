"""Given tunes: their form, the other mode, their octave."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.theory import SCALE_STEPS
from melodymuse.writing.themes import (
    HIGHEST_MIDDLE,
    LOWEST_MIDDLE,
    form_of,
    in_mode,
    in_reach,
    moved,
)
from melodymuse.writing.tune.notes import Tune, TuneNote

A = tuple(tuple(TuneNote(12 * i, 12, p) for i, p in enumerate(ps)) for ps in
          ((72, 74, 76, 77), (79, 77, 76, 74), (72, 76, 79, 76), (74, 71, 72, 72)))  # fmt: skip
B = moved(tuple(tuple(n._replace(position=(n.position + 6) % 48) for n in bar) for bar in A), 1)

diatonic = st.lists(
    st.tuples(st.integers(4, 7), st.sampled_from(SCALE_STEPS["major"])), min_size=2, max_size=12
)


def line(pitches: list[int]) -> Tune:
    return tuple((TuneNote(0, 48, pitch),) for pitch in pitches)


def test_a_section_that_begins_alike_has_the_same_letter() -> None:
    assert form_of((*A, *A, *B, *B, *A, *A)) == "ABA"
    assert form_of((*A, *B)) == "AB"
    assert form_of(A) == "A"
    assert form_of(A[:1]) == "A"


@given(diatonic)
def test_degrees_go_to_minor_and_come_back(places: list[tuple[int, int]]) -> None:
    pitches = [12 * octave + step for octave, step in places]
    minor = in_mode(line(pitches), "major", "minor")
    scale = {*SCALE_STEPS["minor"], 11}
    assert all(note.pitch % 12 in scale for bar in minor for note in bar)
    back = in_mode(minor, "minor", "major")
    assert [note.pitch for bar in back for note in bar] == pitches


@given(diatonic)
def test_the_contour_stays(places: list[tuple[int, int]]) -> None:
    pitches = [12 * octave + step for octave, step in places]
    sung = [note.pitch for bar in in_mode(line(pitches), "major", "minor") for note in bar]
    for (a, b), (c, d) in zip(pairwise(pitches), pairwise(sung), strict=True):
        assert (a < b, a == b) == (c < d, c == d) or {a % 12, b % 12} == {11}


def test_the_leading_tone_leads_in_minor_and_a_falling_seventh_does_not() -> None:
    assert [bar[0].pitch for bar in in_mode(line([71, 72]), "major", "minor")] == [71, 72]
    assert [bar[0].pitch for bar in in_mode(line([72, 71, 69]), "major", "minor")] == [72, 70, 68]


@given(st.lists(st.integers(30, 100), min_size=1, max_size=9))
def test_a_tune_moves_by_octaves_to_where_hands_have_room(pitches: list[int]) -> None:
    shift = in_reach(line(pitches))
    assert shift % 12 == 0
    middle = sorted(pitches)[len(pitches) // 2] + shift
    if len(pitches) % 2:
        assert LOWEST_MIDDLE - 6 <= middle <= HIGHEST_MIDDLE + 6
