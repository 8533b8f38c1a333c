"""Bar lines: where metres and upbeats put them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from melodymuse.errors import MidiError
from melodymuse.midi.bars import bar_map
from melodymuse.midi.document import Document, Track
from melodymuse.midi.events import Event
from melodymuse.music.score import TimeSignature

END = Event(0, b"\xff\x2f")


def document(*metres: tuple[int, int, int], division: int = 480) -> Document:
    """A file with metres at ticks: (tick, numerator, power of two)."""
    events = (Event(tick, b"\xff\x58" + bytes([n, p, 24, 8])) for tick, n, p in metres)
    return Document(1, division, (Track((*events, END)),))


def test_without_a_metre_bars_are_of_four_quarters() -> None:
    bars = bar_map(document(), 3000)
    assert [(bar.start, bar.end) for bar in bars.bars] == [(0, 1920), (1920, 3840)]
    assert (bars.count, bars.end, str(bars.metre)) == (2, 3840, "4/4")


def test_a_change_of_metre_lays_the_bars_anew() -> None:
    bars = bar_map(document((0, 3, 2), (5760, 4, 2)), 5760 + 8 * 1920)
    assert bars.count == 12
    assert [str(bar.metre) for bar in bars.bars] == ["3/4"] * 4 + ["4/4"] * 8
    assert bars.number_at(5760 + 960) == 5.5
    assert bars.span(4, 5) == (4320, 7680)


def test_a_short_first_bar_is_a_pickup() -> None:
    bars = bar_map(document((0, 1, 2), (480, 4, 2)), 480 + 4 * 1920)
    assert (bars.pickup, bars.count, bars.end) == (True, 4, 8160)
    assert (bars.number_at(0), bars.number_at(480)) == (0, 1)
    assert bars.span(0, 1) == (0, 2400)


def test_a_pickup_can_be_told() -> None:
    bars = bar_map(document((0, 3, 2)), 480 + 2 * 1440, pickup=Fraction(1))
    assert (bars.pickup, bars.count, bars.end) == (True, 2, 3360)
    with pytest.raises(MidiError, match="no part of a bar of 3/4"):
        bar_map(document((0, 3, 2)), 960, pickup=Fraction(3))


def test_a_metre_within_a_bar_cuts_it_short_and_is_no_pickup() -> None:
    bars = bar_map(document((0, 4, 2), (2400, 3, 2)), 2400 + 1440)
    assert [bar.end - bar.start for bar in bars.bars] == [1920, 480, 1440]
    assert not bars.pickup


def test_the_music_ends_where_it_ends() -> None:
    late = document((0, 4, 2), (96000, 3, 2))
    assert bar_map(late, 1921).count == 2
    assert bar_map(late, 1920).count == 1


def test_bars_need_not_be_whole_ticks() -> None:
    bars = bar_map(document((0, 3, 6), division=5), 9)
    assert [bar.start for bar in bars.bars][:4] == [0, 1, 2, 3]
    assert bars.end == round(10 * Fraction(15, 16))
    assert bar_map(document(division=-(25 << 8) + 40), 4000).end == 4000


def test_senseless_metres_are_not_believed() -> None:
    assert str(bar_map(document((0, 0, 2), (0, 4, 60)), 10).metre) == "4/4"
    assert str(bar_map(document((0, 3, 2), (0, 6, 3)), 10).metre) == "6/8"


def test_what_would_have_no_end_is_refused() -> None:
    with pytest.raises(MidiError, match="more than 10000 bars"):
        bar_map(document(division=1), 2**28)
    for first, last in ((0, 1), (1, 3), (2, 1)):
        with pytest.raises(MidiError, match="no bars"):
            bar_map(document(), 3000).span(first, last)


def test_times_of_a_bar() -> None:
    bars = bar_map(document((0, 6, 3)), 5000)
    assert bars.metre == TimeSignature(6, 8)
    assert bars.index_at(1440) == 1
    assert bars.index_at(10**9) == len(bars.bars) - 1
