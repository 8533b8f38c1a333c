from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from melodymuse.music.grid import HIGHEST_PITCH, LOWEST_PITCH, GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    DURATION_STEPS,
    ITEMS,
    PART_SIZES,
    QUALITY_NAMES,
    chord_item,
    class_velocity,
    decode_bar,
    duration_class,
    encode_bar,
    is_chord,
    is_note,
    item_chord,
    item_pitch,
    pitch_item,
    velocity_class,
)

pitches = st.integers(LOWEST_PITCH, HIGHEST_PITCH)
hands = st.sampled_from(list(Hand))
positions = st.integers(0, BAR_POSITION - 1)
# Lengths and velocities that stand for their class, so that decoding gives them back exactly.
notes = st.builds(
    GridNote,
    positions,
    hands,
    pitches,
    st.sampled_from(DURATION_STEPS),
    st.integers(1, 16).map(class_velocity),
)
chords = st.builds(GridChord, positions, st.integers(0, 11), st.sampled_from(QUALITY_NAMES))


@given(st.lists(notes, unique_by=lambda n: (n.position, n.hand, n.pitch)), st.lists(chords))
def test_a_bar_survives_encoding_and_decoding(
    bar: list[GridNote], harmony: list[GridChord]
) -> None:
    decoded, decoded_chords = decode_bar(encode_bar(bar, harmony))
    assert sorted(decoded) == sorted(bar)
    assert set(decoded_chords) == set(harmony)


@given(st.lists(notes), st.lists(chords))
def test_events_ascend_and_fit_their_part_sizes(
    bar: list[GridNote], harmony: list[GridChord]
) -> None:
    events = encode_bar(bar, harmony)
    assert events[0] == BAR_EVENT
    places = [event[:2] for event in events[1:]]
    assert places == sorted(set(places))
    for event in events:
        assert all(0 <= part < size for part, size in zip(event, PART_SIZES, strict=True))


@given(pitches, hands)
def test_pitch_items_invert(pitch: int, hand: Hand) -> None:
    item = pitch_item(pitch, hand)
    assert is_note(item) and not is_chord(item) and item < ITEMS
    assert item_pitch(item) == (pitch, hand)


@given(st.integers(0, 11), st.sampled_from(QUALITY_NAMES))
def test_chord_items_invert(root: int, quality: str) -> None:
    item = chord_item(root, quality)
    assert is_chord(item) and not is_note(item)
    assert item_chord(item) == (root, quality)


@pytest.mark.parametrize(
    ("steps", "kept"), [(1, 1), (5, 4), (7, 6), (12, 12), (13, 12), (50, 48), (1000, 96)]
)
def test_durations_fall_into_the_nearest_class(steps: int, kept: int) -> None:
    assert DURATION_STEPS[duration_class(steps) - 1] == kept


@given(st.integers(1, 127))
def test_velocity_moves_by_at_most_half_a_class(velocity: int) -> None:
    assert abs(class_velocity(velocity_class(velocity)) - velocity) <= 4


def test_within_a_position_harmony_comes_before_bass_before_melody() -> None:
    chord = GridChord(0, 0, "major")
    bass, melody = GridNote(0, Hand.LEFT, 36, 12, 60), GridNote(0, Hand.RIGHT, 72, 12, 60)
    items = [event.item for event in encode_bar([melody, bass], [chord])[1:]]
    assert [is_chord(item) for item in items] == [True, False, False]
    assert [item_pitch(item)[1] for item in items[1:]] == [Hand.LEFT, Hand.RIGHT]


def test_a_length_has_the_nearest_class_the_shorter_of_two() -> None:
    for steps in range(200):
        nearest = min(DURATION_STEPS, key=lambda known: (abs(known - steps), known))
        assert DURATION_STEPS[duration_class(steps) - 1] == nearest, steps
