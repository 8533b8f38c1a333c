"""Names of chords in a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from melodymuse.music.spelling import place_on_line, spell_at
from melodymuse.music.theory import FIGURES, Key

if TYPE_CHECKING:
    from melodymuse.music.score import ChordSymbol

# Where the notes of a chord lie on the line of fifths, counted from its root, as in `QUALITIES`: a
# major third is four fifths up, a minor one three down.
CHORD_FIFTHS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "major": (0, 4, 1),
        "minor": (0, -3, 1),
        "diminished": (0, -3, -6),
        "augmented": (0, 4, 8),
        "suspended-second": (0, 2, 1),
        "suspended-fourth": (0, -1, 1),
        "dominant-seventh": (0, 4, 1, -2),
        "major-seventh": (0, 4, 1, 5),
        "minor-seventh": (0, -3, 1, -2),
        "half-diminished": (0, -3, -6, -2),
        "diminished-seventh": (0, -3, -6, -9),
    }
)
# The raised sixth and seventh of minor keys, in semitones above the tonic: part of the key, though
# not of its signature.
_RAISED = (9, 11)

# Roots outside the key, on the line of fifths from C: from Gb to A#.
_FLATTEST, _SHARPEST = -6, 10
# Two names of one key of the piano lie twelve fifths apart.
ENHARMONIC = 12


def root_name(harmony: ChordSymbol, key: Key) -> str:
    """The name of a chord's root in a key, such as ``"Db"``: in C major the root of a major chord,
    while a diminished one stands on ``"C#"``."""
    step, alter, _ = spell_at(harmony.root, root_place(harmony, key))
    return step + ("#" * alter if alter > 0 else "b" * -alter)


def chord_name(harmony: ChordSymbol, key: Key) -> str:
    """A chord symbol as it is written in a key, such as ``"Ebmaj7"``."""
    return root_name(harmony, key) + FIGURES[harmony.quality]


def root_place(harmony: ChordSymbol, key: Key) -> int:
    """The place of a root: outside the key where the chord lies nearest to it, under a name that
    people read at sight, Cm rather than B#m."""
    if harmony.root in names_of_the_key(key):
        return place_on_line(harmony.root, key)
    scale = [place_on_line(pitch, key) for pitch in key.scale]
    middle = (min(scale) + max(scale)) / 2
    usual = place_on_line(harmony.root, key)
    every = (usual, usual - ENHARMONIC, usual + ENHARMONIC)
    return min(
        [root for root in every if _FLATTEST <= root <= _SHARPEST],
        key=lambda root: sum(
            abs(root + fifths - middle) for fifths in CHORD_FIFTHS[harmony.quality]
        ),
    )


def names_of_the_key(key: Key) -> frozenset[int]:
    """Pitch classes that need no sign beyond those of the key and its raised degrees."""
    raised = _RAISED if key.mode == "minor" else ()
    return key.scale | {(key.pitch_class + step) % 12 for step in raised}
