"""The chord reader and the downbeat finder, on music drawn from known chords and bar lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.theory import QUALITIES
from melodymuse.writing.vocabulary import QUALITY_NAMES
from training.composer.chord_reading import path_score, read_chords
from training.composer.downbeats import find_downbeat

Chord = tuple[int, str]
Notes = list[tuple[int, int, int]]
BEATS = sorted(METRES)
# A half cadence and a full one in C major, a chord a bar.
PROGRESSION: tuple[Chord, ...] = (
    (0, "major"),
    (9, "minor"),
    (2, "minor"),
    (7, "dominant-seventh"),
    (0, "major"),
    (5, "major"),
    (7, "dominant-seventh"),
    (0, "major"),
)
chords_of_any_kind = st.tuples(st.integers(0, 11), st.sampled_from(QUALITY_NAMES))


def pitches(chord: Chord) -> list[int]:
    root, quality = chord
    return [48 + root, *(60 + root + step for step in QUALITIES[quality][1:])]


def blocks(chords: Sequence[Chord], metre: Metre) -> Notes:
    """A block chord a bar, root in the bass."""
    return [
        (bar * metre.bar_steps, metre.bar_steps, pitch)
        for bar, chord in enumerate(chords)
        for pitch in pitches(chord)
    ]


def broken(chords: Sequence[Chord], metre: Metre) -> Notes:
    """Eighths up and down through each chord over its root."""
    notes = []
    for bar, chord in enumerate(chords):
        begin = bar * metre.bar_steps
        root, *upper = pitches(chord)
        notes.append((begin, metre.bar_steps, root))
        for index, onset in enumerate(range(begin, begin + metre.bar_steps, 6)):
            notes.append((onset, 6, upper[index % len(upper)]))
    return notes


def written(chords: Sequence[Chord]) -> list[list[GridChord]]:
    """A symbol a bar; none where the chord goes on."""
    return [
        [GridChord(0, *chord)] if index == 0 else []
        for chord, bars in groupby(chords)
        for index, _ in enumerate(bars)
    ]


@pytest.mark.parametrize("draw", [blocks, broken])
@pytest.mark.parametrize("name", BEATS)
def test_a_progression_is_read_back_in_every_metre(
    name: str, draw: Callable[[Sequence[Chord], Metre], Notes]
) -> None:
    notes = draw(PROGRESSION, METRES[name])
    assert read_chords(notes, METRES[name], len(PROGRESSION)) == written(PROGRESSION)


@given(st.lists(chords_of_any_kind, min_size=1, max_size=12), st.sampled_from(BEATS))
@settings(max_examples=60, deadline=None)
def test_block_chords_of_any_kind_are_read_back(chords: list[Chord], name: str) -> None:
    assert read_chords(blocks(chords, METRES[name]), METRES[name], len(chords)) == written(chords)


@given(st.lists(chords_of_any_kind, min_size=1, max_size=6), st.integers(0, 11))
@settings(max_examples=30, deadline=None)
def test_transposed_music_has_transposed_chords(chords: list[Chord], up: int) -> None:
    metre = METRES["4/4"]
    raised = [(onset, duration, p + up) for onset, duration, p in broken(chords, metre)]
    expected = [
        [GridChord(c.position, (c.root + up) % 12, c.quality) for c in bar]
        for bar in read_chords(broken(chords, metre), metre, len(chords))
    ]
    assert read_chords(raised, metre, len(chords)) == expected


def test_two_chords_a_bar_change_in_its_middle() -> None:
    metre = METRES["4/4"]
    halves = [(0, "major"), (7, "major"), (9, "minor"), (5, "major")]
    notes = [(i * 24, 24, p) for i, chord in enumerate(halves) for p in pitches(chord)]
    assert read_chords(notes, metre, 2) == [
        [GridChord(0, 0, "major"), GridChord(24, 7, "major")],
        [GridChord(0, 9, "minor"), GridChord(24, 5, "major")],
    ]


def test_a_passing_note_is_no_chord() -> None:
    metre = METRES["4/4"]
    notes = [*blocks([(0, "major")] * 2, metre), (12, 12, 74), (36, 6, 77), (42, 6, 74)]
    assert read_chords(notes, metre, 2) == [[GridChord(0, 0, "major")], []]


def test_an_inversion_keeps_its_root() -> None:
    notes = [(0, 48, pitch) for pitch in (52, 60, 67, 72)]
    assert read_chords(notes, METRES["4/4"], 1) == [[GridChord(0, 0, "major")]]


def test_chords_that_change_at_bar_lines_explain_music_better() -> None:
    metre = METRES["4/4"]
    notes = blocks(PROGRESSION, metre)
    later = [(onset + 12, duration, pitch) for onset, duration, pitch in notes]
    assert path_score(notes, metre, 9) > path_score(later, metre, 9)


@pytest.mark.parametrize(
    ("name", "upbeat"),
    [(name, beat) for name in BEATS for beat in range(0, METRES[name].bar_steps, 6)],
)
def test_the_first_bar_line_is_found_behind_any_upbeat(name: str, upbeat: int) -> None:
    metre = METRES[name]
    notes = [(o + upbeat, d, p) for o, d, p in broken(PROGRESSION, metre)]
    notes += [(onset, 6, 67) for onset in range(0, upbeat, 6)]
    assert find_downbeat(notes, metre) == upbeat


def test_where_weight_and_harmony_disagree_nothing_is_said() -> None:
    metre = METRES["4/4"]
    # A sarabande: chords change at bar lines, but what is long comes on the second beat.
    notes = [
        (bar * 48 + onset, duration, pitch)
        for bar, chord in enumerate(PROGRESSION)
        for onset, duration in ((0, 12), (12, 36))
        for pitch in pitches(chord)
    ]
    assert find_downbeat(notes, metre) is None
