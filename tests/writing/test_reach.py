from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import assume, given

from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.score import Hand, Note
from melodymuse.writing.reach import release_out_of_reach


def note(onset: int, duration: int, pitch: int, hand: Hand = Hand.LEFT) -> Note:
    return Note(onset, duration, pitch, 60, hand)


def test_a_bass_is_let_go_when_the_hand_leaps() -> None:
    bass, chord = note(0, 1920, 36), note(480, 480, 60)
    assert release_out_of_reach([bass, chord]) == (note(0, 480, 36), chord)


def test_what_the_hand_can_keep_it_keeps() -> None:
    notes = (note(0, 1920, 48), note(480, 480, 55), note(960, 480, 60))
    assert release_out_of_reach(notes) == notes


def test_the_hands_do_not_hinder_each_other() -> None:
    notes = (note(0, 1920, 36), note(480, 480, 84, Hand.RIGHT))
    assert release_out_of_reach(notes) == notes


def test_what_is_furthest_is_let_go_first() -> None:
    held = [note(0, 1920, 40), note(0, 1920, 50)]
    ends = {n.pitch: n.end for n in release_out_of_reach([*held, note(480, 480, 60)])}
    assert ends == {40: 480, 50: 1920, 60: 960}


@given(
    st.lists(
        st.builds(
            note,
            st.integers(0, 12).map(lambda step: step * 240),
            st.integers(1, 12).map(lambda step: step * 240),
            st.integers(48, 64),
            st.sampled_from(list(Hand)),
        ),
        max_size=30,
        unique_by=lambda n: (n.hand, n.onset, n.pitch),
    )
)
def test_at_every_moment_a_hand_holds_what_it_can(notes: list[Note]) -> None:
    for hand in Hand:
        for onset in {n.onset for n in notes}:
            struck = [n for n in notes if n.onset == onset and n.hand is hand]
            assume(len(struck) <= FINGERS)
    freed = release_out_of_reach(notes)
    assert sorted((n.onset, n.pitch, n.hand) for n in freed) == sorted(
        (n.onset, n.pitch, n.hand) for n in notes
    )
    assert all(n.duration > 0 for n in freed)
    for hand in Hand:
        for moment in {n.onset for n in freed}:
            keys = {n.pitch for n in freed if n.hand is hand and n.onset <= moment < n.end}
            assert len(keys) <= FINGERS
            assert not keys or max(keys) - min(keys) <= WIDEST_SPAN
