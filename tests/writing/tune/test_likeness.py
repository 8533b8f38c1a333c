"""What a bar recalls, read off a tune."""

from __future__ import annotations

from melodymuse.planning.tune_plan import NOTHING, SAME
from melodymuse.writing.tune.likeness import (
    NO_MEMORY,
    as_classes,
    likeness_class,
    next_recalled,
    read_recalls,
    recalled_at,
)
from melodymuse.writing.tune.notes import NOTHING_LEFT, Bar, TuneNote, move_bar, pitch_class_of

IDEA: Bar = (TuneNote(0, 12, 60), TuneNote(12, 12, 64), TuneNote(24, 12, 62), TuneNote(36, 12, 65))
OTHER: Bar = (TuneNote(6, 18, 71), TuneNote(30, 18, 67))


def recalls(*bars: Bar) -> list[tuple[int | None, int, int, int]]:
    found = read_recalls(bars, ["major"] * len(bars))
    return [(best.bar, best.degrees, best.pitches, best.rhythm) for best, _ in found]


def test_the_first_bar_recalls_nothing() -> None:
    assert read_recalls([IDEA], ["major"]) == [(NO_MEMORY, NO_MEMORY)]


def test_a_bar_that_returns_is_found() -> None:
    assert recalls(IDEA, OTHER, IDEA)[2] == (0, 0, SAME, SAME)


def test_a_sequence_is_found_with_its_step() -> None:
    assert recalls(IDEA, move_bar(IDEA, 1, "major"))[1] == (0, 1, SAME, SAME)
    assert recalls(IDEA, OTHER, move_bar(IDEA, -2, "major"))[2] == (0, -2, SAME, SAME)


def test_a_rhythm_alone_is_a_memory_too() -> None:
    same_rhythm = tuple(n._replace(pitch=p) for n, p in zip(IDEA, (72, 60, 72, 60), strict=True))
    bar, _, pitches, rhythm = recalls(IDEA, same_rhythm)[1]
    assert (bar, rhythm) == (0, SAME)
    assert pitches < SAME


def test_a_bar_without_onsets_in_common_recalls_nothing() -> None:
    assert recalls(IDEA, OTHER)[1] == (None, 0, NOTHING, NOTHING)


def test_a_bar_four_bars_back_is_preferred_to_an_equal_neighbour() -> None:
    assert recalls(IDEA, OTHER, OTHER, IDEA, IDEA)[4][0] == 0


def test_the_nearest_memory_looks_two_bars_back_only() -> None:
    _, near = read_recalls([IDEA, OTHER, OTHER, IDEA], ["major"] * 4)[3]
    assert near == NO_MEMORY


def test_classes_of_likeness_rise() -> None:
    found = [likeness_class(index) for index in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (NOTHING, SAME)


def test_what_is_next_in_the_recalled_bar() -> None:
    source = as_classes(IDEA)
    assert next_recalled(source, -1) == source[0]
    assert next_recalled(source, 0) == source[1]
    assert next_recalled(source, 13) == source[2]
    assert next_recalled(source, 36) == NOTHING_LEFT


def test_what_stands_in_the_same_place() -> None:
    duration, pitch = recalled_at(as_classes(IDEA), 12)
    assert pitch == pitch_class_of(64)
    assert duration > 0
    assert recalled_at(as_classes(IDEA), 13) == (0, 0)
