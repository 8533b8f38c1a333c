"""Which clef a bar is written in."""

from __future__ import annotations

import pytest

from melodymuse.engraving.clefs import Clef, choose_clefs, height
from melodymuse.music.score import Hand
from melodymuse.music.spelling import SpelledPitch, spell
from melodymuse.music.theory import Key

C_MAJOR = Key("C", "major")


def _bars(*bars: tuple[int, ...]) -> list[list[SpelledPitch]]:
    return [[spell(pitch, C_MAJOR) for pitch in bar] for bar in bars]


@pytest.mark.parametrize(
    ("pitch", "clef", "steps"),
    [(71, Clef.TREBLE, 0), (60, Clef.TREBLE, -6), (50, Clef.BASS, 0), (60, Clef.BASS, 6)],
)
def test_heights_are_counted_from_the_middle_line(pitch: int, clef: Clef, steps: int) -> None:
    assert height(spell(pitch, C_MAJOR), clef) == steps


@pytest.mark.parametrize("hand", Hand)
def test_the_hands_own_clef_is_kept_in_the_middle(hand: Hand) -> None:
    home = Clef.TREBLE if hand is Hand.RIGHT else Clef.BASS
    assert choose_clefs(_bars(*[(55, 60, 64)] * 8), hand) == (home,) * 8


def test_a_left_hand_that_stays_high_is_written_in_the_treble() -> None:
    low, high = (36, 43, 48), (72, 76, 79, 84)
    chosen = choose_clefs(_bars(low, low, high, high, high, low, low), Hand.LEFT)
    assert chosen == (Clef.BASS,) * 2 + (Clef.TREBLE,) * 3 + (Clef.BASS,) * 2


def test_a_single_high_note_changes_nothing() -> None:
    chosen = choose_clefs(_bars((48,), (48, 72), (48,), (48,)), Hand.LEFT)
    assert set(chosen) == {Clef.BASS}


def test_a_right_hand_may_begin_in_the_bass() -> None:
    chosen = choose_clefs(_bars(*[(40, 43, 47, 52)] * 3, *[(72, 76, 79)] * 2), Hand.RIGHT)
    assert chosen == (Clef.BASS,) * 3 + (Clef.TREBLE,) * 2


def test_empty_bars_cost_nothing() -> None:
    assert choose_clefs([[], [], []], Hand.LEFT) == (Clef.BASS,) * 3
    assert choose_clefs([], Hand.LEFT) == ()
