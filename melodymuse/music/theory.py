"""Keys, scales and spelling: the few facts of music theory that every room shares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from melodymuse.errors import ControlError
from melodymuse.plain_text import shortened

STEP_PITCH_CLASS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTAL_SHIFT = {"": 0, "#": 1, "b": -1}
MODES = ("major", "minor")

# Position of each major tonic on the circle of fifths = number of sharps in its signature.
STEP_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
FIFTHS_OF_MODE = {"major": 0, "minor": -3}

# The usual name of each tonic: the spelling with the fewest accidentals in its signature.
TONIC_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}

# How far the tonics lie from the nearest C, in semitones.
LOWEST_SHIFT, HIGHEST_SHIFT = -5, 6

SCALE_STEPS = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}

# Chord qualities: semitones above the root, and the figure after the root in a chord symbol.
QUALITIES = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "augmented": (0, 4, 8),
    "suspended-second": (0, 2, 7),
    "suspended-fourth": (0, 5, 7),
    "dominant-seventh": (0, 4, 7, 10),
    "major-seventh": (0, 4, 7, 11),
    "minor-seventh": (0, 3, 7, 10),
    "half-diminished": (0, 3, 6, 10),
    "diminished-seventh": (0, 3, 6, 9),
}
FIGURES = {
    "major": "",
    "minor": "m",
    "diminished": "dim",
    "augmented": "+",
    "suspended-second": "sus2",
    "suspended-fourth": "sus4",
    "dominant-seventh": "7",
    "major-seventh": "maj7",
    "minor-seventh": "m7",
    "half-diminished": "m7b5",
    "diminished-seventh": "dim7",
}

# Of a text whose words stand one space apart.
_KEY_PATTERN = re.compile(
    r"([A-Ga-g])(-(?= |$)| ?(?:#|b|♯|♭|-?sharp|-?flat))? ?-? ?(major|maj|minor|min|m|M)?",
    re.IGNORECASE,
)
_ACCIDENTALS = {
    "♯": "#",
    "♭": "b",
    "sharp": "#",
    "flat": "b",
    "-sharp": "#",
    "-flat": "b",
    "-": "b",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic and a mode, for example ``Key("Bb", "minor")``.

    `tonic` is a letter A-G with an optional ``#`` or ``b``; `mode` is ``"major"`` or ``"minor"``.
    Signatures of more than seven sharps or flats do not exist in print and are refused.
    """

    tonic: str
    mode: str

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ControlError(f"unknown mode '{self.mode}': use one of {', '.join(MODES)}")
        step, accidental = self.tonic[:1], self.tonic[1:]
        if step not in STEP_PITCH_CLASS or accidental not in ACCIDENTAL_SHIFT:
            raise ControlError(f"unknown tonic '{self.tonic}': use A-G with # or b, as in 'Bb'")
        if abs(self.fifths) > 7:
            raise ControlError(
                f"{self} would need {abs(self.fifths)} accidentals: "
                f"write it as {Key.of(self.pitch_class, self.mode)}"
            )

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``"D minor"``, ``"F# major"``, ``"Bbm"``, ``"e"`` (a small letter alone is minor).

        A hyphen right behind the letter is a flat, as in music21: ``"B- major"``.

        Raises:
            ControlError: the text names no key.
        """
        match = _KEY_PATTERN.fullmatch(" ".join(text.split()))
        if match is None:
            raise ControlError(
                f"unknown key '{shortened(text)}': write it as in 'D minor' or 'F# major'"
            )
        letter, accidental, mode = match.groups()
        sign = (accidental or "").strip().lower()
        sign = _ACCIDENTALS.get(sign, sign)
        if mode is None:
            named = "minor" if letter.islower() else "major"
        elif mode == "M" or mode.lower().startswith("maj"):
            named = "major"
        else:
            named = "minor"
        return cls(letter.upper() + sign, named)

    @classmethod
    def of(cls, pitch_class: int, mode: str) -> Key:
        """The key on a pitch class (0 = C ... 11 = B), spelled with the fewest accidentals."""
        if mode not in MODES:
            raise ControlError(f"unknown mode '{mode}': use one of {', '.join(MODES)}")
        return cls(TONIC_NAMES[mode][pitch_class % 12], mode)

    @property
    def pitch_class(self) -> int:
        """The tonic's pitch class, 0 = C ... 11 = B."""
        return (STEP_PITCH_CLASS[self.tonic[0]] + ACCIDENTAL_SHIFT[self.tonic[1:]]) % 12

    @property
    def shift_from_c(self) -> int:
        """Semitones, `LOWEST_SHIFT`..`HIGHEST_SHIFT`, from the nearest C to the tonic."""
        return (self.pitch_class - LOWEST_SHIFT) % 12 + LOWEST_SHIFT

    @property
    def fifths(self) -> int:
        """Sharps in the signature (negative: flats), -7..7."""
        shift = 7 * ACCIDENTAL_SHIFT[self.tonic[1:]]
        return STEP_FIFTHS[self.tonic[0]] + shift + FIFTHS_OF_MODE[self.mode]

    @property
    def scale(self) -> frozenset[int]:
        """The seven pitch classes of the key (natural minor for minor keys)."""
        return frozenset((self.pitch_class + step) % 12 for step in SCALE_STEPS[self.mode])

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"
