"""What the network is told of tune and figure, step by step."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.grid import GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.recall import NEAR, OTHER, SHAPE, STROKES
from melodymuse.writing.hints import (
    FIGURE_HINTS,
    HINTS,
    START,
    TUNE_HINTS,
    Guides,
    figure_guide,
    figure_likeness,
    place_of,
    read_figures,
    recall_guide,
    strikes_after,
    strikes_of,
    tune_guide,
    with_role,
)
from melodymuse.writing.recall import next_recalled
from melodymuse.writing.vocabulary import BAR_EVENT, BAR_POSITION, Event, encode_bar

COLUMNS = list(HINTS)
seeds = st.integers(0, 10**6)


def drawn_bar(seed: int) -> tuple[Event, ...]:
    random = Random(seed)
    notes = [
        GridNote(
            3 * random.randrange(16), random.choice(list(Hand)), random.randrange(30, 90), 6, 70
        )
        for _ in range(random.randrange(12))
    ]
    return encode_bar(notes, [GridChord(0, 0, "major"), GridChord(24, 7, "major")])


def left(*strokes: tuple[int, int]) -> tuple[Event, ...]:
    return encode_bar([GridNote(p, Hand.LEFT, pitch, 12, 60) for p, pitch in strokes], ())


def tune(*notes: tuple[int, int]) -> tuple[Event, ...]:
    return encode_bar([GridNote(p, Hand.RIGHT, pitch, 12, 80) for p, pitch in notes], ())[1:]


@given(seeds, seeds)
@settings(max_examples=60, deadline=None)
def test_a_recalled_bar_is_told_as_its_next_event(seed: int, other: int) -> None:
    bar, recalled = drawn_bar(seed), drawn_bar(other)
    told = recall_guide(recalled).at(np.array([place_of(event) for event in bar]))
    assert told.tolist() == [list(next_recalled(recalled, event, BAR_EVENT)) for event in bar]


@given(st.lists(seeds, min_size=2, max_size=5), st.lists(seeds, min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_side_by_side_each_bar_is_told_its_own(writing: list[int], kept: list[int]) -> None:
    rows = min(len(writing), len(kept))
    guides = Guides(rows, FIGURE_HINTS, 128)
    models = [figure_guide(drawn_bar(seed), SHAPE) for seed in kept[:rows]]
    for row, model in enumerate(models):
        guides.lay(row, model)
    for row, seed in enumerate(writing[:rows]):
        strikes = strikes_of(drawn_bar(seed))
        current = np.full((rows, 1), START)
        for strike, expected in zip(strikes, models[row].at(strikes), strict=True):
            current[row] = strike
            assert guides.at(current)[row].tolist() == expected.tolist()
    guides.lay(0, None)
    assert not guides.at(np.full((rows, 1), 100))[0].any()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_strikes_are_counted_alike_event_by_event(seed: int) -> None:
    bar = drawn_bar(seed)
    strikes, before = np.array([START]), np.array([BAR_POSITION])
    for event, expected in zip(bar[1:], strikes_of(bar)[1:], strict=True):
        strikes = strikes_after(strikes, before, np.array([event]))
        before = np.array([event.position])
        assert strikes.tolist() == [expected]


def test_the_next_note_of_the_tune_is_told_and_whose_note_was_written() -> None:
    sung = tune((0, 72), (24, 76))
    guide = tune_guide(sung)
    bass, inner = left((0, 48))[1], tune((12, 64))[0]
    places = np.array([place_of(event) for event in (BAR_EVENT, bass, sung[0], inner, sung[1])])
    told = with_role(guide.at(places), np.isin(places, guide.places))
    assert told.shape == (5, TUNE_HINTS)
    key = 72 - 21 + 1
    assert told[:, COLUMNS.index("tune_position")].tolist() == [0, 0, 24, 24, BAR_POSITION]
    assert told[:, COLUMNS.index("tune_key")].tolist() == [key, key, key + 4, key + 4, 0]
    assert told[:, COLUMNS.index("tune_before")].tolist() == [0, 0, key, key, key + 4]
    assert told[:, COLUMNS.index("tune_lowest")].tolist() == [key] * 5
    assert told[:, COLUMNS.index("tune_role")].tolist() == [1, 1, 2, 1, 2]


def test_a_rest_of_the_tune_is_no_untold_tune() -> None:
    told = tune_guide(()).at(np.array([START]))
    assert told.tolist() == [[BAR_POSITION, 0, 0, 0, 0, 1]]


def test_a_figure_goes_on_by_strokes_not_by_keys() -> None:
    """Under another chord its keys are others: what counts is how many were struck where."""
    guide = figure_guide(left((0, 48), (0, 55), (24, 60)), SHAPE)
    written = left((0, 53), (24, 57))
    told = guide.at(strikes_of(written))
    position, rise = COLUMNS.index("figure_position"), COLUMNS.index("figure_rise")
    first = TUNE_HINTS
    assert told[:, position - first].tolist() == [0, 0, BAR_POSITION]
    assert told[:, rise - first].tolist() == [1, 8, 0]
    assert (told[:, -1] == SHAPE).all()


def test_how_closely_a_figure_is_kept() -> None:
    model = left((0, 48), (12, 55), (24, 52), (36, 55))
    assert figure_likeness(left((0, 43), (12, 50), (24, 47), (36, 50)), model) == SHAPE
    assert figure_likeness(left((0, 43), (12, 40), (24, 47), (36, 50)), model) == STROKES
    assert figure_likeness(left((0, 43), (12, 50), (24, 47)), model) == NEAR
    assert figure_likeness(left((0, 43)), model) == OTHER
    assert figure_likeness(left(), model) == OTHER


def test_the_earlier_bar_of_the_same_figure_is_found() -> None:
    rocking, block, other = left((0, 48), (24, 55)), left((0, 48), (0, 55)), left((18, 48))
    bars = [rocking, block, rocking, other, rocking]
    assert read_figures(bars)[:4] == (None, 0, 0, None)
    assert read_figures(bars)[4] == 0  # a whole period earlier, rather than nearer
