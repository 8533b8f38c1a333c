from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from melodymuse.composition.bar_controls import (
    STEERED,
    VECTOR_SIZE,
    BarControls,
    as_vector,
    measure_bar,
)
from melodymuse.composition.vocabulary import GridNote
from melodymuse.score.model import Hand


def measured(*notes: GridNote, mode: str = "major", loudness_known: bool = True) -> BarControls:
    return measure_bar(notes, 48, mode=mode, tempo=90, loudness_known=loudness_known, bar=0, bars=8)


def test_a_bar_of_c_major_chords_is_measured_as_a_musician_would() -> None:
    chord = [GridNote(p, Hand.RIGHT, pitch, 24, 80) for p in (0, 24) for pitch in (60, 64, 67)]
    controls = measured(*chord)
    assert controls.density == 6 / 4
    assert controls.polyphony == 3
    assert controls.loudness == 80
    assert controls.register == pytest.approx(191 / 3)
    assert controls.articulation == pytest.approx(1)
    assert controls.dissonance == 0
    assert controls.chromaticism == 0


def test_dissonance_and_chromaticism_are_shares() -> None:
    cluster = [GridNote(0, Hand.RIGHT, pitch, 12, 80) for pitch in (60, 61, 67)]
    controls = measured(*cluster)
    assert controls.dissonance == pytest.approx(2 / 3)  # 60-61 and 61-67; 60-67 is a fifth
    assert controls.chromaticism == pytest.approx(1 / 3)


def test_articulation_is_measured_hand_by_hand() -> None:
    legato = [GridNote(p, Hand.LEFT, 40, 12, 80) for p in range(0, 48, 12)]
    staccato = [GridNote(p, Hand.RIGHT, 70, 3, 80) for p in range(0, 48, 12)]
    articulation = measured(*legato, *staccato).articulation
    assert articulation == pytest.approx(math.sqrt(1 * 0.25))


def test_an_empty_bar_has_no_register_and_a_score_no_loudness() -> None:
    empty = measured()
    assert (empty.density, empty.register, empty.loudness, empty.dissonance) == (
        0,
        None,
        None,
        None,
    )
    note = GridNote(0, Hand.LEFT, 40, 12, 72)
    assert measured(note, loudness_known=False).loudness is None


def test_the_vector_marks_what_is_known_and_where_the_bar_stands() -> None:
    controls = replace(measured(GridNote(0, Hand.LEFT, 48, 12, 76)), bar=6, bars=8, tempo=None)
    vector = as_vector(controls)
    assert vector.shape == (VECTOR_SIZE,) and vector.dtype == np.float32
    known = vector[len(STEERED) : 2 * len(STEERED)]
    assert [n for n, k in zip(STEERED, known, strict=True) if not k] == ["dissonance", "tempo"]
    place = vector[2 * len(STEERED) :]
    assert place.tolist() == [6 / 8, 1 / 8, 0, 0, 1, 0, 1, 0, 0]
    assert as_vector(replace(controls, bar=7))[-1] == 1
    assert as_vector(replace(controls, bar=0))[-2] == 1
