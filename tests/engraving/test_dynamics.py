"""Dynamics from velocities."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from melodymuse.engraving.dynamics import (
    VELOCITIES,
    DynamicSign,
    Hairpin,
    Swell,
    dynamic_signs,
    hairpins,
)
from melodymuse.music.score import Hand, Note, Score
from tests.music.strategies import scores, small_score


def _piece(*bars: tuple[int, ...]) -> Score:
    """Bars of equal notes with these velocities."""
    notes = [
        Note(1920 * bar + 1920 // len(velocities) * n, 1920 // len(velocities), 60, v, Hand.RIGHT)
        for bar, velocities in enumerate(bars)
        for n, v in enumerate(velocities)
    ]
    return replace(
        small_score(), notes=tuple(notes), bars=len(bars), sections=(), chords=(), pedals=()
    )


@pytest.mark.parametrize(("sign", "velocity"), VELOCITIES.items())
def test_a_sign_is_what_its_velocity_says(sign: str, velocity: int) -> None:
    assert dynamic_signs(_piece((velocity,) * 4, (velocity,) * 4)) == (DynamicSign(0, sign),)


def test_loudness_that_wavers_is_one_sign() -> None:
    wavering = _piece(*[(74 + step,) * 4 for step in (0, 6, -8, 3, 10, -4)])
    assert dynamic_signs(wavering) == (DynamicSign(0, "mf"),)


def test_a_contrast_is_written_where_it_begins() -> None:
    piece = _piece(*[(50,) * 4] * 4, *[(96,) * 4] * 4, *[(50,) * 4] * 4)
    signs = dynamic_signs(piece)
    assert signs == (DynamicSign(0, "p"), DynamicSign(4, "f"), DynamicSign(8, "p"))
    assert hairpins(piece, signs) == ()


def test_a_bar_that_leads_there_has_a_hairpin() -> None:
    piece = _piece(
        *[(50,) * 4] * 3, (50, 52, 70, 80), *[(96,) * 4] * 4, (94, 92, 74, 60), (46,) * 4
    )
    signs = dynamic_signs(piece)
    assert [sign.sign for sign in signs] == ["p", "f", "p"]
    found = hairpins(piece, signs)
    assert [pin.swell for pin in found] == [Swell.CRESCENDO, Swell.DIMINUENDO]
    assert found[0] == Hairpin(signs[1].bar - 1, Swell.CRESCENDO)


def test_silence_has_no_sign() -> None:
    assert dynamic_signs(replace(_piece((60,)), notes=())) == ()


def test_the_first_sign_waits_for_the_first_note() -> None:
    piece = _piece((60,), (64,) * 4)
    later = replace(piece, notes=tuple(note for note in piece.notes if note.onset >= 1920))
    assert dynamic_signs(later) == (DynamicSign(1, "mp"),)


@given(scores())
def test_signs_rise_through_the_bars_and_never_repeat(score: Score) -> None:
    signs = dynamic_signs(score)
    assert [sign.bar for sign in signs] == sorted({sign.bar for sign in signs})
    assert all(a.sign != b.sign for a, b in pairwise(signs))
    assert bool(signs) == bool(score.notes)
    assert all(0 <= pin.bar < score.bars for pin in hairpins(score, signs))
