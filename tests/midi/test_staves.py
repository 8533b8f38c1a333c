"""Hands by name, by height, and by middle C."""

from __future__ import annotations

import pytest

from melodymuse.midi.staves import hand_named, hands_of_parts
from melodymuse.music.score import Hand


@pytest.mark.parametrize(
    ("right", "left"),
    [
        ("Piano RH", "Piano LH"),
        ("Right Hand", "Left Hand"),
        ("piano right", "piano left"),
        ("right", "left"),
        ("Piano (R.H.)", "Piano (L.H.)"),
        ("Upper", "Lower"),
        ("Treble", "Bass"),
        ("right_hand", "left_hand"),
        ("main droite", "main gauche"),
        ("Klavier, rechte Hand", "Klavier, linke Hand"),
        ("mano destra", "mano sinistra"),
    ],
)
def test_names_of_hands(right: str, left: str) -> None:
    assert (hand_named(right), hand_named(left)) == (Hand.RIGHT, Hand.LEFT)


@pytest.mark.parametrize(
    "name", ["", "Piano", "Right Here Waiting", "Bass Guitar", "Marhaba", "left and right", "RH LH"]
)
def test_names_of_other_things(name: str) -> None:
    assert hand_named(name) is None


def test_two_equally_high_parts_are_left_to_a_splitter() -> None:
    assert hands_of_parts([("", [60]), ("", [60])]) == [None, None]


def test_three_parts_are_left_to_a_splitter_unless_named() -> None:
    parts = [("Piano RH", [60]), ("Violin", [70]), ("", [40])]
    assert hands_of_parts(parts) == [Hand.RIGHT, None, None]
