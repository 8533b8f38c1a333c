from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.grid import GridChord, GridNote
from melodymuse.music.score import ChordSymbol, Hand, Note
from melodymuse.writing.setting import fit_symbols, let_go, place_chords, place_notes

BAR = 1920
END = 3 * BAR


def note(onset: int, duration: int, pitch: int, hand: Hand = Hand.LEFT, velocity: int = 60) -> Note:
    return Note(onset, duration, pitch, velocity, hand)


def test_notes_stand_in_the_real_key_on_the_grid() -> None:
    bars = [[], [GridNote(6, Hand.RIGHT, 60, 12, 68)]]
    (placed,) = place_notes(bars, 48, 2, 0)
    assert (placed.onset, placed.duration, placed.pitch) == (BAR + 240, 480, 62)
    assert 64 <= placed.velocity < 72


def test_a_key_is_let_go_before_the_other_hand_strikes_it() -> None:
    held, struck = note(0, 960, 60), note(480, 480, 60, Hand.RIGHT)
    assert let_go([held, struck], [], (), 2 * BAR, END)[0].duration == 480


def test_the_left_hand_lets_go_of_what_does_not_belong_to_the_next_chord() -> None:
    chords = [ChordSymbol(0, 960, 0, "major"), ChordSymbol(960, BAR, 7, "major")]
    root, fifth = note(0, BAR, 36), note(0, BAR, 43)
    melody = note(0, BAR, 72, Hand.RIGHT)
    ends = {n.pitch: n.end for n in let_go([root, fifth, melody], chords, (), 2 * BAR, END)}
    assert ends == {36: 960, 43: BAR, 72: BAR}  # C goes, G stays, the melody may suspend


def test_a_planned_chord_clears_the_left_hand() -> None:
    assert let_go([note(0, BAR, 43)], [], [960], 2 * BAR, END)[0].end == 960


def test_the_right_hand_lets_go_of_what_a_planned_chord_does_not_have() -> None:
    chords = [ChordSymbol(0, 960, 5, "major"), ChordSymbol(960, BAR, 4, "dominant-seventh")]
    held = [note(0, BAR, 67, Hand.RIGHT), note(0, BAR, 71, Hand.RIGHT)]
    ends = {n.pitch: n.end for n in let_go(held, chords, [960], 2 * BAR, END)}
    assert ends == {67: 960, 71: BAR}  # G clashes with the G sharp of E7, B belongs to it


def test_the_final_bar_is_clean_and_held() -> None:
    before, last = note(BAR, BAR + 960, 50, Hand.RIGHT), note(2 * BAR, 240, 36)
    assert [n.end for n in let_go([before, last], [], (), 2 * BAR, END)] == [2 * BAR, END]


def test_bars_without_chord_symbols_have_none() -> None:
    assert place_chords([(), ()], 48, 2, 2 * BAR) == ()


def test_repeated_chord_symbols_are_joined() -> None:
    bars = [[GridChord(0, 0, "major")], [GridChord(0, 0, "major"), GridChord(24, 7, "major")]]
    assert place_chords(bars, 48, 2, 2 * BAR) == (
        ChordSymbol(0, BAR + 960, 2, "major"),
        ChordSymbol(BAR + 960, 960, 9, "major"),
    )


@pytest.mark.parametrize(
    ("quality", "pitches", "printed"),
    [
        ("major", (60, 63, 67), "minor"),
        ("minor-seventh", (60, 64, 70), "dominant-seventh"),
        ("major", (60, 67), "major"),  # no third sounds
        ("major", (60, 63, 64), "major"),  # both do
        ("suspended-fourth", (60, 63, 67), "minor"),
        ("suspended-fourth", (60, 65, 67), "suspended-fourth"),
        ("suspended-second", (60, 64, 67), "major"),
        ("diminished", (60, 63, 66), "diminished"),
    ],
)
def test_the_third_that_sounds_is_printed(
    quality: str, pitches: tuple[int, ...], printed: str
) -> None:
    notes = [note(0, BAR, pitch) for pitch in pitches]
    assert fit_symbols([ChordSymbol(0, BAR, 0, quality)], notes)[0].quality == printed


@given(
    st.lists(
        st.builds(
            note,
            st.integers(0, 20).map(lambda step: step * 240),
            st.integers(1, 12).map(lambda step: step * 240),
            st.integers(55, 65),
            st.sampled_from(list(Hand)),
        ),
        unique_by=lambda n: (n.onset, n.pitch),
    )
)
def test_no_key_is_ever_held_twice(notes: list[Note]) -> None:
    held = let_go(sorted(notes), [], (), 2 * BAR, END)
    assert len(held) == len(notes)
    for earlier in held:
        assert earlier.duration > 0 and earlier.end <= END
        later = [n for n in held if n.pitch == earlier.pitch and n.onset > earlier.onset]
        assert all(n.onset >= earlier.end for n in later)
