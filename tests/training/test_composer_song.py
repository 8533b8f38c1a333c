"""Songs on the grid, and marks laid against an edition: what holds for any notes and chords."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.grid import HIGHEST_PITCH, LOWEST_PITCH, GridNote
from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.score import Hand
from training.composer.phrases import align_marks
from training.composer.song import end_before_repeats, into_bars, make_playable, nearest_shift

BAR = 36
BARS = 4
notes_in_bars = st.lists(
    st.tuples(
        st.integers(0, BARS - 1),
        st.builds(
            GridNote,
            position=st.integers(0, BAR - 1),
            hand=st.sampled_from(Hand),
            pitch=st.integers(0, 127),
            duration=st.integers(1, 2 * BAR),
            velocity=st.integers(0, 127),
        ),
    ),
    max_size=40,
)
shifts_of_bars = st.lists(st.integers(-6, 6), min_size=BARS, max_size=BARS)


def test_what_two_hands_cannot_strike_is_thinned_to_the_outer_voices() -> None:
    wide = [GridNote(0, Hand.RIGHT, pitch, 12, 80) for pitch in (55, 60, 64, 67, 72, 76)]
    assert [note.pitch for note in make_playable(wide)] == [60, 64, 67, 72, 76]
    low = [GridNote(0, Hand.LEFT, pitch, 12, 80) for pitch in (36, 48, 55)]
    assert [note.pitch for note in make_playable(low)] == [36, 48]


def test_a_repeated_pitch_ends_the_one_before() -> None:
    long, again = GridNote(40, Hand.LEFT, 48, 30, 80), GridNote(4, Hand.LEFT, 48, 6, 80)
    mended = end_before_repeats([(0, long), (48, again)])
    assert [note.duration for _, note in mended] == [12, 6]


@given(notes_in_bars, shifts_of_bars)
def test_bars_hold_playable_notes_without_overlaps(
    notes: list[tuple[int, GridNote]], shifts: list[int]
) -> None:
    bars = into_bars(notes, shifts, BAR)
    assert len(bars) == BARS
    ends: dict[tuple[Hand, int], int] = {}
    for bar, found in enumerate(bars):
        assert list(found) == sorted(found)
        for note in found:
            assert LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH
            onset = bar * BAR + note.position
            assert ends.get((note.hand, note.pitch), 0) <= onset
            ends[note.hand, note.pitch] = onset + note.duration
            chord = [n for n in found if (n.position, n.hand) == (note.position, note.hand)]
            assert len(chord) <= FINGERS and chord[-1].pitch - chord[0].pitch <= WIDEST_SPAN


@given(notes_in_bars, shifts_of_bars)
def test_every_note_of_a_bar_comes_from_that_bar_and_the_outer_ones_stay(
    notes: list[tuple[int, GridNote]], shifts: list[int]
) -> None:
    given_notes = {
        (bar, n.position, n.hand, n.pitch + shifts[bar])
        for bar, n in notes
        if LOWEST_PITCH <= n.pitch + shifts[bar] <= HIGHEST_PITCH
    }
    kept = {
        (bar, n.position, n.hand, n.pitch)
        for bar, found in enumerate(into_bars(notes, shifts, BAR))
        for n in found
    }
    assert kept <= given_notes
    struck = {place[:3] for place in given_notes}
    for place in struck:
        outer = max if place[2] is Hand.RIGHT else min
        assert (*place, outer(p[3] for p in given_notes if p[:3] == place)) in kept


@given(st.integers(0, 11), st.integers(-30, 30))
def test_the_nearest_shift_brings_the_tonic_to_c_within_half_an_octave(
    pitch_class: int, before: int
) -> None:
    shift = nearest_shift(pitch_class, before)
    assert (pitch_class + shift) % 12 == 0
    assert abs(shift - before) <= 6


def test_a_modulation_up_a_step_moves_the_music_down_one() -> None:
    shifts = [0]
    for tonic in (2, 4, 6, 8, 10, 0):
        shifts.append(nearest_shift(tonic, shifts[-1]))
    assert [b - a for a, b in pairwise(shifts)] == [-2] * 6


@given(
    st.lists(st.integers(0, 11), min_size=70, max_size=90),
    st.integers(-20, 20),
    st.integers(0, 3),
)
@settings(max_examples=50, deadline=None)
def test_marks_are_laid_where_all_chords_agree(
    theirs: list[int], offset: int, unknown: int
) -> None:
    """Our edition begins `offset` beats before theirs (negative: after), its first beats without
    chords."""
    names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    ours: list[int | None] = [
        theirs[beat - offset] if 0 <= beat - offset < len(theirs) and beat >= unknown else None
        for beat in range(40)
    ]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "human_label1.txt").write_text("i2A4o1")
        chords = "".join(f"{names[root]}:maj [0] {root} 1 \n" for root in theirs)
        (folder / "finalized_chord.txt").write_text(chords)
        found = align_marks(folder, ours)
    assert found is not None and len(found.marks) == 7
    assert abs(found.first_beat) <= abs(offset)
    for beat, root in enumerate(ours):
        assert root is None or theirs[beat - found.first_beat] == root
