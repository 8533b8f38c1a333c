"""Which scale goes with a chord."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.music.theory import MODES, QUALITIES, SCALE_STEPS
from melodymuse.writing.tune.chord_scales import as_mask, scale_of, tones_of
from melodymuse.writing.tune.notes import class_pitch
from melodymuse.writing.vocabulary import chord_item


@pytest.mark.parametrize("mode", MODES)
def test_chords_of_the_key_take_its_scale(mode: str) -> None:
    own = frozenset(SCALE_STEPS[mode])
    for root in own:
        for quality in QUALITIES:
            chord = chord_item(root, quality)
            if tones_of(chord) <= own:
                assert scale_of(chord, mode) == own
    assert scale_of(0, mode) == own


@pytest.mark.parametrize(
    ("root", "quality", "mode", "inside", "outside"),
    [
        (8, "major", "major", {8, 0, 3, 10}, {11, 9, 4}),  # A flat in C: no B over it
        (10, "major", "major", {10, 2, 5}, {11}),  # B flat in C
        (5, "minor", "major", {5, 8, 0}, {9}),
        (7, "major", "minor", {7, 11, 2, 8}, {10}),  # the leading note of C minor
        (4, "dominant-seventh", "major", {4, 8, 11, 2}, {7}),  # E7 in C
        (2, "dominant-seventh", "major", {2, 6, 9, 0}, {5}),  # D7 in C
        (11, "diminished-seventh", "minor", {11, 2, 5, 8}, {10}),
    ],
)
def test_borrowed_chords_bring_their_own(
    root: int, quality: str, mode: str, inside: set[int], outside: set[int]
) -> None:
    scale = scale_of(chord_item(root, quality), mode)
    assert inside <= scale
    assert not outside & scale


def test_every_chord_has_its_tones_in_its_scale() -> None:
    for mode in MODES:
        for root in range(12):
            for quality in QUALITIES:
                chord = chord_item(root, quality)
                assert tones_of(chord) <= scale_of(chord, mode)


def test_a_mask_has_these_pitches_within_bounds() -> None:
    mask = as_mask(frozenset((0, 7)), 60, 72)
    assert [class_pitch(int(index)) for index in np.flatnonzero(mask)] == [60, 67, 72]
