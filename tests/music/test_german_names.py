"""German names, in which H is B and B is B flat."""

from __future__ import annotations

import pytest

from melodymuse.music.german_names import chords_from_german, key_from_german


@pytest.mark.parametrize(
    ("german", "plain"),
    [
        ("C | a | F G7 | C", "C | Am | F G7 | C"),
        ("H7 | B | Hm", "B7 | Bb | Bm"),
        ("Cis Es As Fis7 Des", "C# Eb Ab F#7 Db"),
        ("Esus4, Asus4, Es7, As6", "Esus4, Asus4, Eb7, Ab6"),
        ("h | fis7 | b", "Bm | F#m7 | Bbm"),
        ("C/H, B/D, As/Es", "C/B, Bb/D, Ab/Eb"),
        ("C-7 | Cmaj9 | Cadd9 | hdim", "C-7 | Cmaj9 | Cadd9 | Bdim"),
        ("I | vi | IV V | %", "I | vi | IV V | %"),
        ("N.C. | Bb", "N.C. | Bb"),
    ],
)
def test_chords(german: str, plain: str) -> None:
    assert chords_from_german(german) == plain


@pytest.mark.parametrize(
    ("german", "plain"),
    [
        ("h-Moll", "B minor"),
        ("B-Dur", "Bb major"),
        ("Es Dur", "Eb major"),
        ("fis-moll", "F# minor"),
        ("a", "A minor"),
        ("H", "B major"),
        ("D minor", "D minor"),
    ],
)
def test_keys(german: str, plain: str) -> None:
    assert key_from_german(german) == plain
