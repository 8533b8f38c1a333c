"""Where lines of the page begin."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from melodymuse.engraving.systems import line_starts
from melodymuse.music.score import Hand, Note, Score, Section
from tests.music.strategies import scores, small_score


def _piece(bars: int, onsets: int, *sections: int) -> Score:
    step = 1920 // onsets
    notes = tuple(Note(n * step, step, 60, 70, Hand.RIGHT) for n in range(bars * onsets))
    return replace(
        small_score(),
        notes=notes,
        bars=bars,
        chords=(),
        sections=tuple(Section(bar * 1920, "A") for bar in sections),
    )


def test_four_bars_a_line() -> None:
    assert line_starts(_piece(16, 4)) == {4, 8, 12}


def test_dense_bars_share_a_line_with_fewer_others() -> None:
    assert line_starts(_piece(8, 16)) == {2, 4, 6}


def test_sections_begin_lines() -> None:
    assert line_starts(_piece(13, 4, 0, 5, 10)) == {2, 5, 7, 10}


def test_a_coda_of_a_bar_stays_in_its_line() -> None:
    assert line_starts(_piece(9, 4, 0, 4, 8)) == {4, 6}


@given(scores(), st.integers(1, 40))
def test_lines_hold_a_bar_at_least_and_four_at_most_or_eight_short_ones(
    score: Score, bars: int
) -> None:
    longer = replace(score, bars=max(score.bars, bars))
    edges = [0, *sorted(line_starts(longer)), longer.bars]
    most = 8 if score.time_signature.bar_ticks <= 960 else 4
    assert all(1 <= after - before <= most for before, after in pairwise(edges))
