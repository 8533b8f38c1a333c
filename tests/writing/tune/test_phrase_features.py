"""What the judge is told of a phrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import METRES
from melodymuse.writing.tune.phrase_features import Sung, phrase_features
from melodymuse.writing.vocabulary import chord_item

COMMON = METRES["4/4"]
C = chord_item(0, "major")
# Three bars of quarters, a fourth bar with one note.
PITCHES = (64, 65, 67, 72, 71, 69, 67, 64, 62, 64, 62, 60)
LINE = [Sung(12 * index, 12, pitch, C) for index, pitch in enumerate(PITCHES)]
PHRASE = [*LINE, Sung(144, 48, 60, C)]


def features(notes: list[Sung], before: list[Sung] | None = None, begin: int = 0) -> list[float]:
    return phrase_features(notes, before or [], begin, 4, COMMON, "major")


def later(notes: list[Sung], steps: int, semitones: int = 0) -> list[Sung]:
    return [Sung(n.onset + steps, n.duration, n.pitch + semitones, n.chord) for n in notes]


def test_a_phrase_is_the_same_wherever_it_stands() -> None:
    assert features(later(PHRASE, 8 * COMMON.bar_steps), begin=8) == features(PHRASE)


def test_an_octave_is_no_difference_but_beside_what_came_before() -> None:
    assert features(later(PHRASE, 0, 12)) == features(PHRASE)
    second = later(PHRASE, 192)
    higher = later(PHRASE, 192, 12)
    assert features(second, PHRASE, 4) != features(higher, PHRASE, 4)


@pytest.mark.parametrize(
    "changed",
    [
        [Sung(n.onset, n.duration, 64, n.chord) for n in PHRASE],
        [Sung(n.onset + n.onset // 2 % 12, n.duration, n.pitch, n.chord) for n in PHRASE],
        [*PHRASE[:-1], Sung(168, 24, 67, C)],
        [Sung(n.onset, n.duration, n.pitch, chord_item(1, "major")) for n in PHRASE],
    ],
    ids=["one note", "another rhythm", "another close", "other chords"],
)
def test_line_rhythm_close_and_harmony_are_heard(changed: list[Sung]) -> None:
    assert features(changed) != features(PHRASE)


@given(
    st.lists(
        st.tuples(st.integers(0, 191), st.integers(48, 95), st.integers(0, 60)),
        min_size=1,
        max_size=40,
        unique_by=lambda note: note[0],
    ),
    st.integers(1, 6),
)
def test_every_phrase_has_as_many_numbers_and_none_runs_away(
    notes: list[tuple[int, int, int]], bars: int
) -> None:
    sung = [Sung(onset, 6, pitch, chord) for onset, pitch, chord in sorted(notes)]
    found = phrase_features(sung, [], 0, bars, COMMON, "minor")
    assert len(found) == len(features(PHRASE))
    assert all(-20 < number < 20 for number in found)
