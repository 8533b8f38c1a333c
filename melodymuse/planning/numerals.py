"""Chords in writing: Roman numerals from the tonic, and chord symbols as on a lead sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from melodymuse.errors import ControlError
from melodymuse.music.grid import GRID_PER_QUARTER, GridChord, Metre
from melodymuse.music.theory import (
    ACCIDENTAL_SHIFT,
    FIGURES,
    MODES,
    QUALITIES,
    SCALE_STEPS,
    STEP_PITCH_CLASS,
    Key,
)

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_NUMERAL = re.compile(r"^([b#]?)([IV]+|[iv]+)(|7|M7|o|o7|ø|\+|sus2|sus4)$")
_SLASH = re.compile(r"/[A-G][b#]?$")
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
# What musicians also write; notes beyond the seventh, and added ones, are left to the network.
_ALIASES = {
    **dict.fromkeys(("maj", "M", "6", "69", "6/9", "add9", "add2", "add11"), "major"),
    **dict.fromkeys(("min", "mi", "-", "m6", "-6", "min6", "m69", "m6/9", "madd9"), "minor"),
    **dict.fromkeys(
        ("M7", "ma7", "j7", "Δ", "Δ7", "maj9", "M9", "maj11", "maj13", "maj7#11"),
        "major-seventh",
    ),
    **dict.fromkeys(
        ("min7", "mi7", "-7", "m9", "min9", "-9", "m11", "min11", "-11", "m13"), "minor-seventh"
    ),
    **dict.fromkeys(
        ("9", "11", "13", "7b9", "7#9", "7b5", "7#5", "7#11", "7b13", "7alt", "9#11"),
        "dominant-seventh",
    ),
    **dict.fromkeys(("aug", "+7", "aug7"), "augmented"),
    **dict.fromkeys(("o", "°"), "diminished"),
    **dict.fromkeys(("o7", "°7"), "diminished-seventh"),
    **dict.fromkeys(("ø", "ø7", "-7b5", "min7b5"), "half-diminished"),
    **dict.fromkeys(("sus", "7sus", "7sus4", "9sus4", "13sus4"), "suspended-fourth"),
}
_AGAIN = "%"
# What a lead sheet has where nobody plays a chord.
_NO_CHORD = ("n.c.", "nc", "n.c")
# Degrees that a minor key has lowered unless they are raised by name.
_LOWERED = {"III": 3, "VI": 8, "VII": 10}
_MOST_CHORDS = 4
_EIGHTH = GRID_PER_QUARTER // 2

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
    """Bars of chords from chord symbols such as ``"C | Am | F G | C"``, or from Roman numerals such
    as ``"I | vi | IV V | I"``; without bar lines or commas each chord has a bar of its own.

    ``%`` is the bar before once more; where no chord is named (``N.C.``) the one before rings on,
    and before the first one that one sounds.  Numerals without accidentals are those of the key's
    own scale.  A bass note behind a stroke (``C/E``) is left to the left hand, which takes the
    root or the third.

    Raises:
        ControlError: nothing, an unknown chord, or more than four chords in a bar.
    """
    return tuple(
        tuple(((root - key.pitch_class) % 12, quality) for root, quality in bar)
        for bar in _symbols(text, key)
    )


def has_numerals(text: str) -> bool:
    """Whether chords are written as Roman numerals, which need a key."""
    return any(_NUMERAL.match(word) for bar in _bars(text) for word in bar)


def key_of_symbols(text: str) -> Key:
    """The key that chord symbols suggest: the one whose scale has most of their notes, and where
    several have as many, the one whose tonic chord comes first, or last, or at all.

    Raises:
        ControlError: as `read_symbols`.
    """
    chords = [chord for bar in _symbols(text, None) for chord in bar]

    def fit(key: Key) -> tuple[int, bool, bool, bool]:
        notes = (root + step for root, quality in chords for step in QUALITIES[quality])
        scale = {(key.pitch_class + step) % 12 for step in SCALE_STEPS[key.mode]}
        homes = [root == key.pitch_class and _suits(quality, key.mode) for root, quality in chords]
        inside = sum(note % 12 in scale for note in notes)
        return inside, homes[0], homes[-1], any(homes)

    return max((Key.of(tonic, mode) for mode in MODES for tonic in range(12)), key=fit)


def mode_of_numerals(text: str) -> str | None:
    """The mode that Roman numerals speak of: of the first chord on the tonic that can be its tonic
    chord; None without one.

    Raises:
        ControlError: as `read_symbols`.
    """
    chords = (chord for bar in read_symbols(text, Key.of(0, "major")) for chord in bar)
    tonics = (quality for root, quality in chords if root == 0)
    return next((mode for quality in tonics for mode in MODES if _suits(quality, mode)), None)


def check_key(text: str, key: Key) -> None:
    """See that chord symbols can stand in a key: at least half of their notes lie in its scale, and
    of the chords on its tonic one may be the tonic chord.

    Raises:
        ControlError: they deny it; or as `read_symbols`.
    """
    chords = [chord for bar in read_symbols(text, key) for chord in bar]
    notes = [(root + step) % 12 for root, quality in chords for step in QUALITIES[quality]]
    homes = [_suits(quality, key.mode) for root, quality in chords if root == 0]
    inside = sum(note in SCALE_STEPS[key.mode] for note in notes)
    if 2 * inside < len(notes) or (homes and not any(homes)):
        suggested = mode_of_numerals(text) if has_numerals(text) else key_of_symbols(text)
        raise ControlError(
            f"the chords '{text}' deny the key of {key}: leave the key out, and it is "
            f"{suggested or 'free'}"
        )


def place_chords(chords: tuple[Chord, ...], metre: Metre) -> tuple[GridChord, ...]:
    """A bar's chords: two of them on the halves of the bar, more on its beats, and where it has
    not so many beats, as evenly on its eighths as they fit."""
    beats = metre.bar_steps // metre.beat_steps
    if len(chords) == 2:
        places = [0, metre.half_steps]
    elif len(chords) <= beats:
        places = [beat * metre.beat_steps for beat in range(len(chords))]
    else:
        eighths = metre.bar_steps // _EIGHTH
        places = [index * eighths // len(chords) * _EIGHTH for index in range(len(chords))]
    return tuple(
        GridChord(place, root, quality)
        for place, (root, quality) in zip(places, chords, strict=True)
    )


def _numeral(word: str) -> Chord:
    found = _NUMERAL.match(word)
    if found is None or found[2].upper() not in _DEGREES:
        raise ValueError(f"no Roman numeral: '{word}'")
    accidental, degree, suffix = found.groups()
    shift = {"": 0, "b": -1, "#": 1}[accidental]
    return (_DEGREES[degree.upper()] + shift) % 12, _SUFFIXES[suffix][degree.islower()]


def _bars(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each bar; bar lines may also stand at either end."""
    if "|" in text:
        bars = text.replace(",", " ").strip("| \t\n").split("|")
    else:
        bars = text.strip(", \t\n").split(",") if "," in text else text.split()
    words: list[tuple[str, ...]] = []
    for bar in bars:
        again = bool(words) and bar.split() == [_AGAIN]
        words.append(words[-1] if again else tuple(bar.split()))
    return _named(words)


def _named(bars: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Bars in which every chord is named: nobody's is that of the chord before."""
    named = [word for bar in bars for word in bar if word.casefold() not in _NO_CHORD]
    sounding = named[0] if named else ""
    found = []
    for bar in bars:
        words: list[str] = []
        for word in bar:
            silent = word.casefold() in _NO_CHORD
            sounding = sounding if silent else word
            if not (silent and words):
                words.append(sounding or word)
        found.append(tuple(words))
    return tuple(found)


def _symbols(text: str, key: Key | None) -> Progression:
    """Bars of (root pitch class, quality); without a key there may be no numerals."""
    progression = tuple(tuple(_symbol(word, key) for word in bar) for bar in _bars(text))
    if not progression or not all(progression):
        raise ControlError(f"no chords in a bar of '{text}': write them as in 'C | Am | F G | C'")
    if max(map(len, progression)) > _MOST_CHORDS:
        raise ControlError(f"more than four chords in a bar of '{text}': spread them over bars")
    return progression


def _symbol(word: str, key: Key | None) -> Chord:
    if key is not None and _NUMERAL.match(word):
        return _in_key(word, key)
    found = _SYMBOL.match(word)
    quality = None
    if found is not None:
        figure = found[2].replace("(", "").replace(")", "")
        above = _SLASH.sub("", figure)
        for name in (figure, above):
            quality = quality or _QUALITY_OF_FIGURE.get(name, _ALIASES.get(name))
    if found is None or quality is None:
        known = ", ".join(f"C{figure}" for figure in _QUALITY_OF_FIGURE)
        raise ControlError(f"unknown chord '{word}': use chords such as {known}")
    letter, accidental = found[1][0], found[1][1:]
    return (STEP_PITCH_CLASS[letter] + ACCIDENTAL_SHIFT[accidental]) % 12, quality


def _in_key(word: str, key: Key) -> Chord:
    """Root pitch class and quality of a Roman numeral as it is meant in a key."""
    try:
        root, quality = _numeral(word)
    except ValueError:
        raise ControlError(f"unknown chord '{word}': numerals are I to VII, ii, V7, viio") from None
    accidental, degree = _NUMERAL.match(word).group(1, 2)  # type: ignore[union-attr]
    natural = accidental == "#" or (degree.isupper() and not accidental)
    if key.mode == "minor" and degree.upper() in _LOWERED and natural:
        root = _LOWERED[degree.upper()] + (accidental == "#")
    return (root + key.pitch_class) % 12, quality


def _suits(quality: str, mode: str) -> bool:
    """Whether a chord on the tonic can be the tonic chord."""
    return QUALITIES[quality][:3] == QUALITIES[mode]
