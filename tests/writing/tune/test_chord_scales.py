"""Which scale goes with a chord."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.music.theory import MODES, QUALITIES, SCALE_STEPS
from melodymuse.writing.tune.chord_scales import as_mask, scale_of, sung_of, tones_of
from melodymuse.writing.tune.notes import class_pitch
from melodymuse.writing.vocabulary import chord_item


@pytest.mark.parametrize("mode", MODES)
def test_chords_of_the_key_take_its_scale(mode: str) -> None:
    own = frozenset(SCALE_STEPS[mode])
    for root in own:
        for quality in QUALITIES:
            chord = chord_item(root, quality)
            if tones_of(chord) <= own and not quality.startswith("suspended"):
                assert scale_of(chord, mode) == own
    assert scale_of(0, mode) == own


@pytest.mark.parametrize(
    ("root", "quality", "mode", "sung", "through"),
    [
        (8, "major", "major", {0}, {0, 5}),  # A flat in C: no B or G over it
        (10, "major", "major", {2, 5}, {0, 2, 4, 5, 7}),  # B flat in C
        (5, "minor", "major", {0, 5}, {0, 2, 4, 5, 11}),
        (7, "major", "minor", {2, 7, 11}, {0, 2, 3, 5, 7, 8, 11}),  # the leading note of C minor
        (4, "dominant-seventh", "major", {2, 4, 11}, {0, 2, 4, 5, 11}),  # E7 in C
        (2, "dominant-seventh", "major", {0, 2, 9}, {0, 2, 4, 9, 11}),  # D7 in C
        (11, "diminished-seventh", "minor", {2, 5, 8, 11}, {0, 2, 3, 5, 7, 8, 11}),
        (
            7,
            "suspended-fourth",
            "major",
            {0, 2, 7},
            {0, 2, 4, 5, 7, 9},
        ),  # no third that comes early
        (1, "major", "minor", {5, 8}, {3, 5, 7, 8, 10}),  # the Neapolitan
    ],
)
def test_over_borrowed_chords_a_tune_keeps_to_its_key(
    root: int, quality: str, mode: str, sung: set[int], through: set[int]
) -> None:
    chord = chord_item(root, quality)
    assert sung_of(chord, mode) == sung
    assert scale_of(chord, mode) == through


def test_over_every_chord_something_is_sung_and_that_is_in_its_scale() -> None:
    for mode in MODES:
        for root in range(12):
            for quality in QUALITIES:
                chord = chord_item(root, quality)
                assert set() < sung_of(chord, mode) <= tones_of(chord) & scale_of(chord, mode)


def test_a_mask_has_these_pitches_within_bounds() -> None:
    mask = as_mask(frozenset((0, 7)), 60, 72)
    assert [class_pitch(int(index)) for index in np.flatnonzero(mask)] == [60, 67, 72]
