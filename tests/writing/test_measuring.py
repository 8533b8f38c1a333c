"""Controls read off bars of music that one can count."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodymuse.music.grid import METRES, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.bar_controls import STEERED, BarControls
from melodymuse.writing.measuring import BarPlace, measure_bar

PLACE = BarPlace(metre="4/4", mode="major", tempo=90, style="pop", bar=0, bars=8)


def measured(*notes: GridNote, place: BarPlace = PLACE) -> BarControls:
    return measure_bar(notes, place)


def right(position: int, pitch: int, duration: int = 12, velocity: int = 80) -> GridNote:
    return GridNote(position, Hand.RIGHT, pitch, duration, velocity)


def left(position: int, pitch: int, duration: int = 12, velocity: int = 80) -> GridNote:
    return GridNote(position, Hand.LEFT, pitch, duration, velocity)


def test_a_bar_of_c_major_chords_is_measured_as_a_musician_would() -> None:
    controls = measured(*(right(p, pitch, 24) for p in (0, 24) for pitch in (60, 64, 67)))
    assert controls.density == 6 / 4
    assert controls.polyphony == 3
    assert controls.loudness == 80 and controls.dynamics == 0
    assert controls.register == pytest.approx(191 / 3)
    assert controls.spread == pytest.approx(math.sqrt(74 / 9))
    assert controls.articulation == pytest.approx(1)
    assert controls.dissonance == controls.chromaticism == controls.off_beat == 0
    assert controls.balance == 1 and controls.blocks is None
    assert controls.leaps == controls.contour == 0


def test_dissonance_and_chromaticism_are_shares() -> None:
    controls = measured(*(right(0, pitch) for pitch in (60, 61, 67)))
    assert controls.dissonance == pytest.approx(2 / 3)  # 60-61 and 61-67; 60-67 is a fifth
    assert controls.chromaticism == pytest.approx(1 / 3)


def test_what_is_chromatic_depends_on_the_mode() -> None:
    flat_third = right(0, 63)
    assert measured(flat_third).chromaticism == 1
    assert measured(flat_third, place=replace(PLACE, mode="minor")).chromaticism == 0


def test_articulation_is_measured_hand_by_hand() -> None:
    legato = [left(p, 40, 12) for p in range(0, 48, 12)]
    staccato = [right(p, 70, 3) for p in range(0, 48, 12)]
    assert measured(*legato, *staccato).articulation == pytest.approx(math.sqrt(1 * 0.25))


def test_texture() -> None:
    """Over two block chords, one of them an octave, a tune of four notes, one an octave too."""
    controls = measured(
        *(left(0, pitch) for pitch in (36, 48)),
        *(left(24, pitch) for pitch in (43, 47)),
        left(36, 43),
        *(right(0, pitch) for pitch in (60, 72)),
        right(6, 76),
        right(24, 74),
        right(36, 79),
    )
    assert controls.blocks == pytest.approx(2 / 3)
    assert controls.octaves == pytest.approx(2 / 7)
    assert controls.balance == pytest.approx(5 / 10)
    assert controls.leaps == pytest.approx((4 + 2 + 5) / 3)
    assert controls.contour == 7
    assert controls.off_beat == pytest.approx(1 / 4)


def test_dynamics_are_the_spread_of_known_velocities() -> None:
    loud, soft = right(0, 60, velocity=90), right(12, 60, velocity=70)
    controls = measured(loud, soft, right(24, 60, velocity=0))
    assert controls.loudness == 80 and controls.dynamics == 10


def test_beats_and_triplets_depend_on_the_metre() -> None:
    positions = (0, 4, 8, 12, 18)
    quarters = measured(*(right(p, 60) for p in positions))
    assert quarters.triplets == pytest.approx(2 / 5)
    assert quarters.off_beat == pytest.approx(3 / 5)
    # In 6/8 a beat has three eighths anyway, and 18 begins the second beat.
    eighths = measured(*(right(p, 60) for p in positions), place=replace(PLACE, metre="6/8"))
    assert eighths.triplets is None
    assert eighths.off_beat == pytest.approx(3 / 5)


@pytest.mark.parametrize("name", sorted(METRES))
def test_density_counts_quarters_of_the_metre(name: str) -> None:
    controls = measured(right(0, 60), right(6, 62), right(12, 64), place=replace(PLACE, metre=name))
    assert controls.density == 3 / (METRES[name].bar_steps / 12)
    assert controls.metre == name


def test_an_empty_bar_has_little_to_measure() -> None:
    empty = measured()
    known = [name for name in STEERED if getattr(empty, name) is not None]
    assert known == ["density", "mode", "tempo"] and empty.density == 0


def test_unknown_velocities_have_no_loudness() -> None:
    controls = measured(left(0, 40, velocity=0))
    assert controls.loudness is None and controls.dynamics is None
    assert controls.register == 40


def test_what_the_notes_do_not_tell_is_passed_on() -> None:
    place = BarPlace("3/4", "minor", None, None, 3, 9, True, False, None)
    controls = measured(right(0, 60), place=place)
    assert (controls.metre, controls.mode, controls.tempo, controls.style) == (
        "3/4",
        "minor",
        None,
        None,
    )
    assert (controls.bar, controls.bars) == (3, 9)
    assert (controls.phrase_begins, controls.phrase_ends, controls.melodic) == (True, False, None)


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
def test_order_does_not_matter_and_shares_are_shares(notes: list[GridNote]) -> None:
    controls = measured(*notes)
    again = measured(*notes[::-1])
    for name in STEERED:
        here, there = getattr(controls, name), getattr(again, name)
        assert here == there or here == pytest.approx(there)
    for name in ("dissonance", "chromaticism", "balance", "off_beat", "triplets", "blocks"):
        share = getattr(controls, name)
        assert share is None or 0 <= share <= 1
