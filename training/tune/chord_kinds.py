"""Chord qualities by the tones that a chord has, for sets that name more chords than we do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

# What MusicXML and lead sheets call chords, in semitones above the root.
KINDS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "major": (0, 4, 7),
        "major-sixth": (0, 4, 7),
        "maj69": (0, 4, 7),
        "power": (0, 4, 7),
        "major-minor": (0, 4, 7),
        "": (0, 4, 7),
        "major-seventh": (0, 4, 7, 11),
        "major-ninth": (0, 4, 7, 11),
        "dominant": (0, 4, 7, 10),
        "dominant-ninth": (0, 4, 7, 10),
        "dominant-11th": (0, 4, 7, 10),
        "dominant-13th": (0, 4, 7, 10),
        "augmented": (0, 4, 8),
        "augmented-seventh": (0, 4, 8, 10),
        "augmented-ninth": (0, 4, 8, 10),
        "minor": (0, 3, 7),
        "minor-sixth": (0, 3, 7),
        "minor-major": (0, 3, 7),
        "minor-seventh": (0, 3, 7, 10),
        "minor-ninth": (0, 3, 7, 10),
        "minor-11th": (0, 3, 7, 10),
        "minor-13th": (0, 3, 7, 10),
        "diminished": (0, 3, 6),
        "half-diminished": (0, 3, 6, 10),
        "diminished-seventh": (0, 3, 6, 9),
        "suspended-fourth": (0, 5, 7),
        "suspended-second": (0, 2, 7),
    }
)


def quality_of(steps: Collection[int]) -> str:
    """The quality nearest to a chord of these semitones above its root."""
    if 4 in steps:
        if 8 in steps and 7 not in steps:
            return "augmented"
        if 10 in steps:
            return "dominant-seventh"
        return "major-seventh" if 11 in steps else "major"
    if 3 in steps:
        if 6 in steps and 7 not in steps:
            if 9 in steps:
                return "diminished-seventh"
            return "half-diminished" if 10 in steps else "diminished"
        return "minor-seventh" if 10 in steps else "minor"
    if 5 in steps:
        return "suspended-fourth"
    return "suspended-second" if 2 in steps else "major"
