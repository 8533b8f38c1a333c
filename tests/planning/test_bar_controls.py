"""Controls as the numbers that the network is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import METRES, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.bar_controls import (
    COLUMNS,
    STEERED,
    STYLES,
    VECTOR_SIZE,
    BarControls,
    as_vector,
)
from melodymuse.writing.measuring import BarPlace, measure_bar

PLACE = BarPlace("4/4", "major", 90, "pop", 0, 8, True, False, True)
NOTES = (
    GridNote(0, Hand.LEFT, 48, 24, 70),
    GridNote(0, Hand.RIGHT, 72, 12, 82),
    GridNote(12, Hand.RIGHT, 76, 12, 76),
)


@pytest.fixture
def controls() -> BarControls:
    return measure_bar(NOTES, PLACE)


def told(controls: BarControls) -> dict[str, float]:
    return dict(zip(COLUMNS, as_vector(controls).tolist(), strict=True))


def test_columns_are_named_once(controls: BarControls) -> None:
    assert len(set(COLUMNS)) == len(COLUMNS) == VECTOR_SIZE
    vector = as_vector(controls)
    assert vector.shape == (VECTOR_SIZE,) and vector.dtype == np.float32


def test_the_vector_marks_what_is_known(controls: BarControls) -> None:
    everything = told(controls)
    assert all(everything[f"{name}_known"] == 1 for name in STEERED)
    nothing = told(replace(controls, **dict.fromkeys(STEERED)))
    assert not any(nothing[name] or nothing[f"{name}_known"] for name in STEERED)


def test_the_vector_tells_where_the_bar_stands(controls: BarControls) -> None:
    found = told(replace(controls, bar=6, bars=8))
    assert (found["from_start"], found["to_end"]) == (6 / 8, 1 / 8)
    assert [found[f"place_{place}"] for place in range(4)] == [0, 0, 1, 0]
    assert (found["second_half"], found["first"], found["last"]) == (1, 0, 0)
    assert told(replace(controls, bar=7))["last"] == 1
    assert told(replace(controls, bar=0))["first"] == 1
    # Far from both ends it does not matter how far.
    middle, further = replace(controls, bar=20, bars=64), replace(controls, bar=28, bars=64)
    assert told(middle) == told(further)


@pytest.mark.parametrize("name", METRES)
def test_one_metre_is_told(controls: BarControls, name: str) -> None:
    found = told(replace(controls, metre=name))
    assert [metre for metre in METRES if found[f"metre_{metre}"]] == [name]


@pytest.mark.parametrize("name", [*STYLES, None])
def test_one_style_or_none_is_told(controls: BarControls, name: str | None) -> None:
    found = told(replace(controls, style=name))
    assert [style for style in STYLES if found[f"style_{style}"]] == ([name] if name else [])


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("density", 1.5, 0),
        ("loudness", 76, 0),
        ("register", 68, 1),
        ("articulation", 0.25, -1),
        ("mode", "minor", -1),
        ("tempo", 90, 0),
        ("tempo", 180, 2),
        ("spread", 9, 0),
        ("dynamics", 8, 0),
        ("balance", 1, 1),
        ("blocks", 0, -1),
        ("leaps", 3, 0.5),
        ("contour", 40, 2),
        ("contour", -4, -0.5),
        ("phrase_begins", False, -1),
        ("melodic", True, 1),
    ],
)
def test_scales(controls: BarControls, name: str, value: object, number: float) -> None:
    assert told(replace(controls, **{name: value}))[name] == pytest.approx(number)


@given(
    st.lists(
        st.builds(
            GridNote,
            position=st.integers(0, 47),
            hand=st.sampled_from(Hand),
            pitch=st.integers(21, 108),
            duration=st.integers(1, 96),
            velocity=st.integers(0, 127),
        ),
        max_size=20,
    )
)
def test_whatever_is_played_the_numbers_stay_small(notes: list[GridNote]) -> None:
    vector = as_vector(measure_bar(notes, PLACE))
    assert np.isfinite(vector).all()
    assert np.abs(vector).max() < 9  # the whole keyboard struck by turns
