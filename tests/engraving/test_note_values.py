"""Written values: they fill what they shall, and read as a pianist expects."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.engraving.note_values import (
    NoteValue,
    TripletPlace,
    Window,
    mark_tuplets,
    notes_between,
    rests_between,
    snap,
    triplet_windows,
)
from melodymuse.music.score import TimeSignature

TYPES = {"whole": 1920, "half": 960, "quarter": 480, "eighth": 240, "16th": 120, "32nd": 60}
TYPES["64th"] = 30
METRES = [(4, 4), (3, 4), (2, 4), (2, 2), (6, 8), (9, 8), (12, 8), (5, 8), (7, 8), (5, 4), (3, 16)]


def _shown(values: list[NoteValue]) -> str:
    names = {"whole": "1", "half": "2", "quarter": "4", "eighth": "8"}
    return " ".join(
        names.get(value.kind, value.kind) + "." * value.dots + ("/3" if value.tuplet else "")
        for value in values
    )


@pytest.mark.parametrize(
    ("metre", "start", "end", "shown"),
    [
        ((4, 4), 0, 1920, "1"),
        ((4, 4), 0, 1440, "2."),
        ((4, 4), 480, 1920, "2."),
        ((4, 4), 480, 1440, "2"),
        ((4, 4), 240, 720, "4"),
        ((4, 4), 720, 1200, "8 8"),
        ((4, 4), 720, 1440, "8 4"),
        ((4, 4), 360, 600, "16th 16th"),
        ((4, 4), 120, 360, "8"),
        ((4, 4), 240, 1920, "4. 2"),
        ((3, 4), 0, 1440, "2."),
        ((3, 4), 480, 1440, "2"),
        ((3, 4), 0, 1200, "2 8"),
        ((6, 8), 0, 1440, "2."),
        ((6, 8), 0, 960, "4. 8"),
        ((6, 8), 480, 960, "8 8"),
        ((6, 8), 240, 720, "4"),
        ((12, 8), 0, 2880, "1."),
    ],
)
def test_values_keep_the_beat_visible(
    metre: tuple[int, int], start: int, end: int, shown: str
) -> None:
    assert _shown(notes_between(start, end, (), TimeSignature(*metre))) == shown


@pytest.mark.parametrize(
    ("metre", "start", "end", "shown"),
    [
        ((4, 4), 0, 720, "4 8"),
        ((4, 4), 0, 1440, "2 4"),
        ((4, 4), 480, 1440, "4 4"),
        ((6, 8), 0, 720, "4."),
    ],
)
def test_rests_are_dotted_only_as_dotted_beats(
    metre: tuple[int, int], start: int, end: int, shown: str
) -> None:
    assert _shown(rests_between(start, end, (), TimeSignature(*metre))) == shown


@pytest.mark.parametrize(
    ("boundaries", "windows", "shown"),
    [
        ((0, 160, 320, 480), (Window(0, 480),), "8/3 8/3 8/3"),
        ((0, 320, 480), (Window(0, 480),), "4/3 8/3"),
        ((0, 320, 640, 960), (Window(0, 960),), "4/3 4/3 4/3"),
        ((0, 320, 480, 640, 960), (Window(0, 480), Window(480, 960)), "4/3 8/3 8/3 4/3"),
        ((0, 120, 160, 480), (Window(0, 480),), "16th./3 32nd/3 4/3"),
        ((0, 240, 480), (), "8 8"),
        ((480, 960, 1120, 1440), (Window(960, 1440),), "4 8/3 4/3"),
    ],
)
def test_triplets(boundaries: tuple[int, ...], windows: tuple[Window, ...], shown: str) -> None:
    metre = TimeSignature(4, 4)
    assert triplet_windows(iter(boundaries), metre) == windows
    values = []
    for start, end in pairwise(boundaries):
        values += notes_between(start, end, windows, metre)
    assert _shown(values) == shown


def test_a_note_that_fills_a_triplets_beat_is_none() -> None:
    values = notes_between(0, 960, (Window(480, 960),), TimeSignature(4, 4))
    assert _shown(values) == "2"


def test_a_triplet_is_marked_at_its_ends() -> None:
    metre = TimeSignature(4, 4)
    windows = (Window(480, 960),)
    values = [
        value
        for start, end in ((0, 480), (480, 640), (640, 800), (800, 960))
        for value in notes_between(start, end, windows, metre)
    ]
    assert [value.tuplet for value in mark_tuplets(values, windows)] == [
        None,
        TripletPlace.START,
        TripletPlace.INSIDE,
        TripletPlace.STOP,
    ]


@given(st.sampled_from(METRES), st.data())
def test_values_fill_any_stretch_of_any_voice(metre: tuple[int, int], data: st.DataObject) -> None:
    signature = TimeSignature(*metre)
    inside = [tick for tick in range(1, signature.bar_ticks) if snap(tick) == tick]
    cuts = sorted(
        {0, signature.bar_ticks, *data.draw(st.lists(st.sampled_from(inside), max_size=9))}
    )
    windows = triplet_windows(cuts, signature)
    fill = data.draw(st.sampled_from([notes_between, rests_between]))
    for start, end in pairwise(cuts):
        values = fill(start, end, windows, signature)
        assert (values[0].start, values[-1].end) == (start, end)
        for value in values:
            written = TYPES[value.kind] * (3 if value.dots else 2) // 2
            assert value.ticks == (written * 2 // 3 if value.tuplet else written)
        for value, following in pairwise(values):
            assert value.end == following.start


@given(st.integers(0, 10**6))
def test_snapping_moves_a_little_and_only_once(tick: int) -> None:
    assert abs(snap(tick) - tick) <= 20
    assert snap(snap(tick)) == snap(tick)


def test_the_grids_of_twelve_and_eight_stay() -> None:
    assert all(snap(tick) == tick for step in (40, 60) for tick in range(0, 1920, step))
