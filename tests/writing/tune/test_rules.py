"""What may follow in a tune."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from melodymuse.music.grid import METRES
from melodymuse.planning.tune_plan import FINAL, FULL, HALF, OPEN, TunePlan
from melodymuse.writing.tune.notes import NEXT_BAR, class_pitch
from melodymuse.writing.tune.rules import PitchRules, may_begin, may_last
from melodymuse.writing.vocabulary import DURATION_STEPS, chord_item

COMMON = METRES["4/4"]
C, G = chord_item(0, "major"), chord_item(7, "major")
PLAN = TunePlan(lowest=60, highest=79)


def places(plan: TunePlan, position: int = -1, until: int = 0) -> list[int]:
    return [int(i) for i in np.flatnonzero(may_begin(plan, COMMON, position, until))]


def lengths(plan: TunePlan, position: int, room: int) -> list[int]:
    mask = may_last(plan, COMMON, position, room)
    return [DURATION_STEPS[int(i) - 1] for i in np.flatnonzero(mask)]


def sounding(
    plan: TunePlan,
    position: int,
    *,
    duration: int = 6,
    begins: int = C,
    ends: int = C,
    last: int = 0,
    loose: bool = False,
    metre: str = "4/4",
) -> set[int]:
    rules = PitchRules(plan, METRES[metre], "major")
    mask = rules.may_sound(position, duration, begins, ends, last, loose)
    return {class_pitch(int(i)) for i in np.flatnonzero(mask)}


def test_notes_begin_on_eighths_after_the_last_one_has_ended() -> None:
    assert places(PLAN, 0, 12) == [12, 18, 24, 30, 36, 42, NEXT_BAR]


def test_a_triplet_is_not_mixed_with_eighths_in_one_beat() -> None:
    triplets = replace(PLAN, finest=4)
    assert places(triplets, 4, 8)[:2] == [8, 12]
    assert places(triplets, 6, 12)[0] == 12


def test_nothing_begins_in_a_silence() -> None:
    assert places(replace(PLAN, silence=(0, 12), since=1))[0] == 12
    assert lengths(replace(PLAN, silence=(36, 48)), 24, 24) == [6, 12]


def test_a_phrase_begins_in_its_first_bar() -> None:
    assert places(PLAN) == [0, 6, 12]
    assert NEXT_BAR in places(replace(PLAN, since=1))


def test_the_last_note_of_a_phrase_must_come_and_nothing_after_it() -> None:
    plan = replace(PLAN, cadence=HALF, cadence_at=24)
    assert places(plan, 12, 18) == [18, 24]
    assert lengths(plan, 12, 36) == [6, 12]
    assert places(plan, 24, 36) == [NEXT_BAR]


def test_an_upbeat_begins_in_its_place() -> None:
    plan = replace(PLAN, cadence=HALF, cadence_at=0, upbeat=12)
    assert places(plan, 0, 24) == [36]
    assert places(plan, 36, 42) == [42, NEXT_BAR]


def test_the_last_note_lasts_but_not_into_the_upbeat() -> None:
    plan = replace(PLAN, cadence=HALF, cadence_at=0, upbeat=12)
    found = lengths(plan, 0, 48)
    assert min(found) >= 12
    assert max(found) <= 36
    assert min(lengths(replace(PLAN, cadence=FINAL, cadence_at=0), 0, 48)) >= 24


def test_a_note_lasts_no_longer_than_there_is_room() -> None:
    assert max(lengths(PLAN, 36, 12)) == 12


def test_chord_notes_stand_on_strong_beats_and_what_colours_them_by_step() -> None:
    # Over C the ninth and the sixth; the fourth and the seventh rub against the chord.
    for position in (0, 24):
        assert {p % 12 for p in sounding(PLAN, position, last=64)} == {0, 2, 4, 7}
        assert {p % 12 for p in sounding(PLAN, position, last=67)} == {0, 4, 7, 9}
        assert {p % 12 for p in sounding(PLAN, position, last=60)} == {0, 2, 4, 7}


def test_long_notes_belong_to_their_chord_wherever_they_stand() -> None:
    assert {p % 12 for p in sounding(PLAN, 6, duration=24, last=64)} <= {0, 4, 7}


def test_what_lies_outside_comes_by_step() -> None:
    found = sounding(PLAN, 6, last=64)
    assert {62, 65} <= found
    assert 69 not in found


def test_what_lies_outside_goes_by_step() -> None:
    assert sounding(PLAN, 12, last=65, loose=True) == {64, 67}


def test_a_note_held_into_another_chord_belongs_to_both() -> None:
    assert {p % 12 for p in sounding(PLAN, 30, duration=36, ends=G, last=67)} == {7}


def test_no_step_is_wider_than_planned() -> None:
    found = sounding(replace(PLAN, widest=5), 0, last=60)
    assert found == {60, 62, 64}


@pytest.mark.parametrize(
    ("cadence", "chord", "allowed"),
    [(HALF, G, {2, 7, 11}), (FULL, C, {0, 4}), (FINAL, C, {0})],
)
def test_phrases_end_on_what_asks_or_closes(cadence: str, chord: int, allowed: set[int]) -> None:
    plan = replace(PLAN, cadence=cadence, cadence_at=0)
    found = sounding(plan, 0, duration=24, begins=chord, ends=chord, last=64)
    assert found
    assert {pitch % 12 for pitch in found} <= allowed


@pytest.mark.parametrize(("last", "closes"), [(62, {60}), (71, {72}), (65, {64}), (69, {64, 72})])
def test_a_tune_comes_home_by_step_where_it_can(last: int, closes: set[int]) -> None:
    plan = replace(PLAN, cadence=FULL, cadence_at=0)
    assert sounding(plan, 0, duration=24, last=last) == closes


def test_a_phrase_on_any_chord_stops_on_what_asks() -> None:
    plan = replace(PLAN, cadence=OPEN, cadence_at=0)
    flat_seventh = chord_item(10, "major")
    found = sounding(plan, 0, duration=24, begins=flat_seventh, ends=flat_seventh, last=64)
    assert found == {62}


def test_no_large_drop_before_the_close() -> None:
    plan = replace(PLAN, cadence=FULL, cadence_at=0)
    assert min(sounding(plan, 0, duration=24, last=74)) >= 69


def test_something_may_always_sound() -> None:
    impossible = replace(PLAN, lowest=61, highest=61, cadence=FINAL, cadence_at=0)
    assert sounding(impossible, 0, last=90)


def test_where_onsets_are_planned_the_next_of_them_is_due() -> None:
    plan = replace(PLAN, onsets=(0, 6, 18, 24))
    assert places(plan) == [0]
    assert places(plan, 6, 12) == [18]
    assert places(plan, 24, 36) == [NEXT_BAR]
    # A note sounds for most of the time until then.
    assert lengths(plan, 6, 12) == [12]
    assert 6 not in lengths(plan, 24, 24)


def test_what_drives_begins_no_bar_late() -> None:
    drives = replace(PLAN, since=1, drives=True)
    assert places(drives) == [0, 6, 12]
    # But for a pause: then with what of its hook is left.
    assert places(replace(drives, onsets=(0, 18, 24), silence=(0, 12))) == [18]


def test_what_drives_strikes_its_chord_off_the_beat_and_comes_home_to_the_tonic() -> None:
    drives = replace(PLAN, drives=True)
    assert 62 in sounding(PLAN, 6, duration=12, last=60)
    assert 62 not in sounding(drives, 6, duration=12, last=60)
    assert 62 in sounding(drives, 6, last=60)
    closing = replace(PLAN, cadence=FULL, cadence_at=24)
    assert sounding(replace(closing, drives=True), 24, duration=24, last=64) == {60}
    assert sounding(closing, 24, duration=24, last=65) == {64}
