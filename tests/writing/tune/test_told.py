"""What the network is told of a bar."""

from __future__ import annotations

import pytest

from melodymuse.music.grid import METRES, GridChord
from melodymuse.writing.tune.notes import TuneNote, chord_steps
from melodymuse.writing.tune.told import (
    CHORD_SLOTS,
    TOLD,
    as_row,
    beat_chords,
    measure,
    motion_class,
    notes_class,
    off_beat_class,
    place_class,
    register_class,
    upbeat_class,
)
from melodymuse.writing.vocabulary import chord_item

COMMON = METRES["4/4"]


@pytest.mark.parametrize(
    ("classes", "name"),
    [
        ([notes_class(n) for n in range(40)], "notes"),
        ([register_class(p) for p in range(48, 96)], "register"),
        ([motion_class(s) for s in range(13)], "motion"),
        ([off_beat_class(s / 10) for s in range(11)], "off_beat"),
        ([upbeat_class(s) for s in range(48)], "upbeat"),
        ([place_class(b) for b in range(40)], "since"),
    ],
)
def test_classes_rise_from_one_and_fit_their_table(classes: list[int], name: str) -> None:
    assert classes == sorted(classes)
    assert classes[0] == 1
    assert classes[-1] == TOLD[name] - 1


def test_a_bar_is_measured() -> None:
    bar = (TuneNote(0, 12, 60), TuneNote(18, 6, 64), TuneNote(24, 24, 62))
    assert measure(bar, None, COMMON) == {
        "notes": notes_class(3),
        "register": register_class(62),
        "motion": motion_class(3),
        "off_beat": off_beat_class(1 / 3),
    }


def test_an_empty_bar_tells_only_that_it_is_empty() -> None:
    told = measure((), 60, COMMON)
    assert told == {"notes": notes_class(0), "register": 0, "motion": 0, "off_beat": 0}


def test_the_step_into_a_bar_counts() -> None:
    bar = (TuneNote(0, 48, 72),)
    assert measure(bar, 60, COMMON)["motion"] == motion_class(12)
    assert measure(bar, None, COMMON)["motion"] == 0


@pytest.mark.parametrize("name", METRES)
def test_chords_of_beats_and_of_the_next_bar(name: str) -> None:
    metre = METRES[name]
    chords = [(GridChord(0, 0, "major"), GridChord(metre.half_steps, 5, "major"))]
    chords.append((GridChord(0, 7, "major"),))
    slots = beat_chords(chord_steps(chords, metre.bar_steps), metre)
    tonic, fourth, fifth = (chord_item(root, "major") for root in (0, 5, 7))
    beats = metre.bar_steps // metre.beat_steps
    assert slots.shape == (2, CHORD_SLOTS)
    assert slots[0, 0] == tonic
    assert slots[0, metre.half_steps // metre.beat_steps] == fourth
    assert set(slots[0, beats:-1]) <= {0}
    assert slots[0, -1] == fifth


def test_what_is_not_named_is_not_told() -> None:
    row = dict(zip(TOLD, as_row({"notes": 3}), strict=True))
    assert row.pop("notes") == 3
    assert set(row.values()) == {0}
