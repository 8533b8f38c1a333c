from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.grid import GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.recall import CLOSE, FAINT, LOOSE, NOTHING, SAME, Recall
from melodymuse.writing.recall import likeness_of, next_recalled, read_recalls, similarity, tune_of
from melodymuse.writing.vocabulary import BAR_EVENT, Event, encode_bar


def bar_of(*pitches: int) -> tuple[Event, ...]:
    """Quarter notes of the right hand."""
    return encode_bar([GridNote(12 * i, Hand.RIGHT, p, 12, 60) for i, p in enumerate(pitches)], ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, NOTHING), (0.05, FAINT), (0.12, FAINT), (0.2, LOOSE), (0.4, CLOSE), (0.51, SAME)],
)
def test_likeness_classes(value: float, expected: int) -> None:
    assert likeness_of(value) == expected


def test_a_returning_bar_recalls_its_model() -> None:
    theme, answer = bar_of(60, 62, 64, 65), bar_of(67, 65, 64, 62)
    recalls = read_recalls([theme, answer, bar_of(50, 51, 52, 53), theme])
    assert recalls[0] == Recall(None, NOTHING)
    assert recalls[3] == Recall(0, SAME)


def test_four_bars_back_is_preferred_among_equals() -> None:
    theme = bar_of(60, 62, 64, 65)
    assert read_recalls([theme] * 6)[5].bar == 1


def test_the_left_hand_does_not_make_a_theme_return() -> None:
    def bar(tune: int, *below: int) -> tuple[Event, ...]:
        notes = [GridNote(0, Hand.RIGHT, pitch, 12, 60) for pitch in (*below, tune)]
        return encode_bar([GridNote(0, Hand.LEFT, 48, 12, 60), *notes], ())

    assert similarity(bar(72), bar(74)) == 0
    assert similarity(bar(72, 64), bar(72, 67, 69)) == 1, "nor what is held below the tune"


def test_a_tune_is_what_lies_on_top() -> None:
    def note(position: int, pitch: int, length: int, hand: Hand = Hand.RIGHT) -> GridNote:
        return GridNote(position, hand, pitch, length, 60)

    low, bass = note(0, 64, 12), note(0, 48, 48, Hand.LEFT)
    bar = encode_bar([note(0, 72, 24), low, bass, note(12, 67, 12), note(24, 74, 24)], ())
    # What is struck under a held note is none of it.
    assert [(n.position, n.pitch, n.duration) for n in tune_of(bar)] == [(0, 72, 24), (24, 74, 24)]
    long = encode_bar([note(0, 72, 16), note(12, 67, 36)], ())
    assert [n.pitch for n in tune_of(long)] == [72, 67], "a long note soon lies on top"


def test_similarity_counts_place_and_pitch() -> None:
    assert similarity(bar_of(60, 62, 64, 65), bar_of(60, 62, 64, 65)) == 1
    assert similarity(bar_of(60, 62, 64, 65), bar_of(60, 62, 65, 64)) == pytest.approx(2 / 6)
    assert similarity(bar_of(), bar_of()) == 0


@given(st.lists(st.integers(40, 80), min_size=1, max_size=4))
def test_walking_a_bar_against_itself_recalls_every_event_in_turn(pitches: list[int]) -> None:
    bar = bar_of(*pitches)
    walked = [next_recalled(bar, event, BAR_EVENT) for event in bar]
    assert walked == [*bar[1:], BAR_EVENT]


def test_a_place_past_the_end_of_the_recalled_bar_recalls_its_end() -> None:
    late = Event(40, 250, 5, 8)
    assert next_recalled(bar_of(60, 62), late, BAR_EVENT) == BAR_EVENT
