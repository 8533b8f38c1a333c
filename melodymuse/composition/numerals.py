"""Chords in writing: Roman numerals counted from the tonic, and chord symbols as on a lead sheet."""

from __future__ import annotations

import re

from melodymuse.composition.metres import Metre
from melodymuse.composition.vocabulary import GridChord
from melodymuse.errors import ControlError
from melodymuse.theory import FIGURES, Key

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_NUMERAL = re.compile(r"^([b#]?)([ivIV]+)(|7|M7|o|o7|ø|\+|sus2|sus4)$")
_SYMBOL = re.compile(r"^([A-G][b#]?)(.*)$")
# After an upper-case numeral, after a lower-case one.
_SUFFIXES = {
    "": ("major", "minor"),
    "7": ("dominant-seventh", "minor-seventh"),
    "M7": ("major-seventh", "major-seventh"),
    "o": ("diminished", "diminished"),
    "o7": ("diminished-seventh", "diminished-seventh"),
    "ø": ("half-diminished", "half-diminished"),
    "+": ("augmented", "augmented"),
    "sus2": ("suspended-second", "suspended-second"),
    "sus4": ("suspended-fourth", "suspended-fourth"),
}
_QUALITY_OF_FIGURE = {figure: quality for quality, figure in FIGURES.items()}

# Root above the tonic in semitones, and quality.
Chord = tuple[int, str]
Progression = tuple[tuple[Chord, ...], ...]


def read_progression(text: str) -> Progression:
    """Bars of chords from Roman numerals such as ``"I | VI7 | ii V7 | I"``.

    Raises:
        ValueError: something else stands there.
    """
    return tuple(tuple(_numeral(word) for word in bar.split()) for bar in text.split("|"))


def read_symbols(text: str, key: Key) -> Progression:
    """Bars of chords from chord symbols such as ``"C | Am | F G | C"``; without bar lines each
    chord has a bar of its own.

    Raises:
        ControlError: nothing, an unknown chord, or more than four chords in a bar.
    """
    bars = text.split("|") if "|" in text else text.split()
    progression = tuple(tuple(_symbol(word, key) for word in bar.split()) for bar in bars)
    if not progression or not all(progression):
        raise ControlError(f"no chords in '{text}': write them as in 'C | Am | F G | C'")
    if max(map(len, progression)) > 4:
        raise ControlError(f"more than four chords in a bar of '{text}'")
    return progression


def place_chords(chords: tuple[Chord, ...], metre: Metre) -> tuple[GridChord, ...]:
    """A bar's chords on its beats: two of them on the halves of the bar, more on beats."""
    if len(chords) == 2:
        places = [0, metre.half_steps]
    else:
        beats = metre.bar_steps // metre.beat_steps
        places = [beat * metre.beat_steps for beat in range(min(len(chords), beats))]
    return tuple(
        GridChord(place, root, quality)
        for place, (root, quality) in zip(places, chords, strict=False)
    )


def _numeral(word: str) -> Chord:
    found = _NUMERAL.match(word)
    if found is None or found[2].upper() not in _DEGREES:
        raise ValueError(f"no Roman numeral: '{word}'")
    accidental, degree, suffix = found.groups()
    shift = {"": 0, "b": -1, "#": 1}[accidental]
    return (_DEGREES[degree.upper()] + shift) % 12, _SUFFIXES[suffix][degree.islower()]


def _symbol(word: str, key: Key) -> Chord:
    found = _SYMBOL.match(word)
    if found is None or found[2] not in _QUALITY_OF_FIGURE:
        known = ", ".join(f"C{figure}" for figure in _QUALITY_OF_FIGURE)
        raise ControlError(f"unknown chord '{word}': use chords such as {known}")
    root = Key.parse(f"{found[1]} major").pitch_class
    return (root - key.pitch_class) % 12, _QUALITY_OF_FIGURE[found[2]]
