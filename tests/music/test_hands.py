from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from melodymuse.music.hands import split_hands
from melodymuse.music.score import Hand


def test_nothing_in_nothing_out() -> None:
    assert split_hands([]) == []


def test_melody_over_an_accompaniment_below_middle_c() -> None:
    bass = [(0, 4, 36), (1, 1, 43), (2, 1, 48), (3, 1, 43)]
    melody = [(0, 2, 72), (2, 2, 76)]
    assert split_hands(bass + melody) == [Hand.LEFT] * 4 + [Hand.RIGHT] * 2


def test_a_high_passage_for_both_hands_is_split_above_middle_c() -> None:
    chords = [(i, 1, pitch) for i in range(8) for pitch in (64, 67, 84, 88)]
    assert split_hands(chords) == [Hand.LEFT, Hand.LEFT, Hand.RIGHT, Hand.RIGHT] * 8


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 8), st.integers(21, 108)), max_size=60)
)
def test_hands_do_not_cross_at_an_onset(notes: list[tuple[int, int, int]]) -> None:
    hands = split_hands(notes)
    assert len(hands) == len(notes)
    for onset in {note[0] for note in notes}:
        left = [n[2] for n, h in zip(notes, hands, strict=True) if n[0] == onset and h is Hand.LEFT]
        right = [
            n[2] for n, h in zip(notes, hands, strict=True) if n[0] == onset and h is Hand.RIGHT
        ]
        assert not left or not right or max(left) < min(right)


@given(st.permutations([(0, 4, 36), (0, 4, 60), (0, 4, 64), (0, 4, 67), (2, 2, 43), (2, 2, 72)]))
def test_the_order_of_the_notes_does_not_matter(notes: list[tuple[int, int, int]]) -> None:
    by_note = dict(zip(notes, split_hands(notes), strict=True))
    assert by_note[0, 4, 36] is by_note[2, 2, 43] is Hand.LEFT
    assert by_note[0, 4, 67] is by_note[2, 2, 72] is Hand.RIGHT
