"""Runs of melody that stand elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import GridNote
from melodymuse.music.score import Hand
from melodymuse.writing.vocabulary import encode_bar
from training.evaluate.originality import (
    GRAM,
    LONGEST_WAIT,
    Melodies,
    measure_originality,
    melody_of_events,
    melody_tokens,
)

melody = st.lists(st.integers(0, 3), max_size=12).map(lambda t: np.array(t, np.int32))


def tune(pitches: str, first: int = 60) -> np.ndarray:
    """Quavers; each letter a pitch."""
    return melody_tokens([(6 * i, first + ord(p) - ord("a")) for i, p in enumerate(pitches)])


def longest_by_trying(query: np.ndarray, known: list[np.ndarray], start: int) -> int:
    texts = ["," + ",".join(map(str, song)) + "," for song in known]
    length = 0
    while start + length < len(query):
        run = "," + ",".join(map(str, query[start : start + length + 1])) + ","
        if not any(run in text for text in texts):
            break
        length += 1
    return length


@given(st.lists(melody, max_size=5), melody)
def test_runs_are_what_trying_all_finds(known: list[np.ndarray], query: np.ndarray) -> None:
    runs = Melodies(known).runs(query).tolist()
    assert runs == [longest_by_trying(query, known, start) for start in range(len(query))]


@given(st.lists(st.tuples(st.integers(1, 24), st.integers(21, 90)), min_size=2), st.integers(0, 18))
def test_a_melody_is_known_in_any_key_and_at_any_place(
    steps: list[tuple[int, int]], up: int
) -> None:
    places = np.cumsum([wait for wait, _ in steps]).tolist()
    notes = [(place, pitch) for place, (_, pitch) in zip(places, steps, strict=True)]
    moved = [(place + 96, pitch + up) for place, pitch in notes]
    tokens = melody_tokens(notes)
    assert melody_tokens(moved).tolist() == tokens.tolist()
    assert min(tokens) >= 0
    assert Melodies([tokens]).runs(tokens)[0] == len(tokens)


def test_long_waits_are_one_rest() -> None:
    assert melody_tokens([(0, 60), (LONGEST_WAIT, 62)]) == melody_tokens([(0, 60), (999, 62)])


def test_a_run_does_not_go_on_into_the_next_song() -> None:
    known = Melodies([tune("abcab"), tune("xyzxy")])
    assert known.runs(np.concatenate([tune("abcab"), tune("xyzxy")]))[0] == 4


def test_copying_shows_and_another_rhythm_hides_it() -> None:
    song = "abcdefgfedcbacegece"
    known = Melodies([tune(song), tune("aaaaaaa")])
    stolen = measure_originality(known, [tune("a" + song[3:16] + "z", first=50), tune("azazaz")])
    assert stolen["longest_run"] == len(song[3:16]) - 1
    assert stolen["longest_run_median"] == (stolen["longest_run"] + 0) / 2
    # Fourteen tokens have seven runs of eight; the first and the last token are no copies.
    assert stolen["shared_grams"] == pytest.approx((12 - GRAM + 1) / (14 - GRAM + 1))
    slower = melody_tokens([(12 * i, ord(p)) for i, p in enumerate(song)])
    assert measure_originality(known, [slower])["longest_run"] == 0


def test_the_tune_of_a_song_is_its_highest_notes() -> None:
    bars = [
        encode_bar(
            [
                GridNote(0, Hand.LEFT, 48, 12, 60),
                GridNote(0, Hand.RIGHT, 64, 12, 60),
                GridNote(0, Hand.RIGHT, 72, 12, 60),
                GridNote(24, Hand.LEFT, 50, 12, 60),
            ],
            [],
        ),
        encode_bar([GridNote(12, Hand.RIGHT, 65, 12, 60)], []),
    ]
    events = [event for bar in bars for event in bar]
    numbers = [index for index, bar in enumerate(bars) for _ in bar]
    assert melody_of_events(events, numbers, 48) == [(0, 72), (24, 50), (60, 65)]
