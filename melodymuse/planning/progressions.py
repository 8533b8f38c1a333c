"""Harmonic colour: what chords each emotion moves through, as Roman numerals.

Numerals count from the tonic on the major scale in both modes, so bVI is the sixth of minor; upper
case is major, lower case minor; 7, M7, o, o7, ø, +, sus2, sus4 follow.  A bar's chords are parted
by a blank, bars by a bar.

Sources, by emotion:

- amusement: secondary dominants round the circle of fifths, as in ragtime (Berlin 1980, "Ragtime").
- awe: chromatic mediants and modal mixture (Lehman 2018, "Hollywood Harmony", on wonder); Lydian
  II.
- contentment: plagal and diatonic loops (de Clercq & Temperley 2011, Popular Music 30:47-70: IV is
  the commonest neighbour of I).
- excitement: the four-chord loops of pop and bVII (de Clercq & Temperley 2011; Doll 2017, "Hearing
  Harmony").
- anger: minor with bVI, bVII and Phrygian bII, without leading-tone comfort (Doll 2017; Biamonte
  2010, Music Theory Spectrum 32:95-110, on rock's modes).
- disgust: tritone-related and augmented chords; no study of disgust is known to us, so after what
  is heard as unpleasant (Costa, Ricci Bitti & Bonfiglioli 2000, Psychology of Music 28:4-22).
- fear: the minor chord on bvi ("Tarnhelm"), bII and diminished sevenths (Bribitzer-Stull 2015,
  "Understanding the Leitmotif"; Lehman 2018).
- sadness: falling minor lines (Caplin 2014, "Topics and Formal Functions: The Case of the Lament",
  in The Oxford Handbook of Topic Theory), minor v and minor circles of fifths.
- both common lists: loops that pop musicians know by name or number (Doll 2017).

Which progressions stand under which emotion is a design choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Four bars each; the last gives way to a cadence where a phrase ends.
COMMON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "major": (
            "I | V | vi | IV",
            "I | vi | IV | V",
            "vi | IV | I | V",
            "I | IV | ii | V",
            "I | iii | IV | V",
        ),
        "minor": (
            "i | bVI | bIII | bVII",
            "i | iv | bVII | bIII",
            "i | bVII | bVI | V",
            "bVI | bVII | i | i",
            "i | v | bVI | iv",
        ),
    }
)

# Between major and minor: borrowed chords and Dorian sixths (Temperley & de Clercq 2013, Journal of
# New Music Research 42:187-204, on the scales of rock).
MIXTURE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "major": (
            "I | iv | I | V",
            "I | bVII | IV | iv",
            "I | v | IV | I",
            "I | bVI | IV | V",
            "I | bVII | IV | I",
        ),
        "minor": (
            "i | IV | i | bVII",
            "i | bVII | IV | i",
            "i | IV | bVI | bVII",
            "i | bIII | IV | V",
            "i | v | IV | i",
        ),
    }
)

PROGRESSIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "amusement": {
            "major": (
                "I | vi | II7 | V7",
                "I I7 | IV #ivo7 | I VI7 | II7 V7",
                "I | V7 | V7 | I",
                "I | IV | II7 | V7",
                "I | I VI7 | II7 | V7",
            )
        },
        "awe": {
            "major": (
                "I | vi bVI | bVII | I",
                "I | iii | IV | iv",
                "I | II | IV | I",
                "I | IV bVI | I | bVI bVII",
                "I | V | bVI | bIII",
            ),
            "minor": ("i | bVI | bIII | bVII", "i | IV | bVI | bIII", "i | bIII | bVII | IV"),
        },
        "contentment": {
            "major": (
                "I | IV | I | V",
                "IM7 | IVM7 | IM7 | IVM7",
                "I | iii | IV | I",
                "I | vi | ii | V",
                "I | V | IV | I",
            )
        },
        "excitement": {
            "major": (
                "I | V | vi | IV",
                "I | bVII | IV | I",
                "IV | V | vi | I",
                "vi | IV | I | V",
                "I | IV | vi | V",
            )
        },
        "anger": {
            "minor": (
                "i | bVI | bVII | i",
                "i | bVI bII | i | bVII",
                "i | bVII | bVI | bVII",
                "i | bIII | bVI | bVII",
                "i | iv | bVI | V",
            )
        },
        "disgust": {
            "major": ("I | iv bII | I | bVI", "I I+ | iv | I | bII"),
            "minor": (
                "i | iv #ivo7 | i | bII",
                "i | bVI bV | iv | i",
                "i | bIII+ | iv | viio7",
                "i | v bII | i | bV",
            ),
        },
        "fear": {
            "minor": (
                "i | bVI bvi | i | viio7",
                "i | v | bVI | viio7",
                "i | i #ivo7 | iv | viio7",
                "i | iv bII | i | V7",
            )
        },
        "sadness": {
            "minor": (
                "i | v | bVI | bIII",
                "i | iv | bVII | bIII",
                "i | bVI | bIII | v",
                "i | bIII | bVI | iv",
                "i | bVI | bIII | bVII",
            ),
            "major": ("I | iii | IV | iv", "vi | iii | IV | iv"),
        },
    }
)

# Two bars each.  A half cadence stops on the dominant; a full one reaches the tonic; a soft one
# gets there without the dominant.
HALF_CADENCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "major": ("I IV | V", "ii | Vsus4 V", "vi IV | V", "IV ii7 | V"),
        "minor": ("i iv | V", "bVI iv | V", "iv iiø | V", "iv | Vsus4 V"),
    }
)
FULL_CADENCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "major": ("ii V7 | I", "IV V | I", "ii7 V7 | I", "IV Vsus4 | I"),
        "minor": ("iv V7 | i", "iiø V7 | i", "bVI V | i", "iv V | i"),
    }
)
# Emotions that close phrases in their own way: (half, full) by mode.
OWN_CADENCES: Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        ("awe", "major"): (
            ("IV bVI | V", "I IV | V", "vi bVII | IV"),
            ("bVI bVII | I", "IV iv | I", "IV V | I"),
        ),
        ("anger", "minor"): (("i bVI | bVII", "bVI iv | V"), ("bVI bVII | i", "iv V | i")),
        ("fear", "minor"): (
            ("i iv | V7", "bVI | V7", "bVI viio7 | V"),
            ("iv V7 | i", "iv viio7 | i"),
        ),
        ("disgust", "minor"): (("bVI bII | V", "i #ivo7 | V"), ("bVI bII | i", "iv V7 | i")),
        ("sadness", "minor"): (
            ("i iv | v", "iv bVI | bVII", "iv | V"),
            ("iv v | i", "bVI bVII | i", "iv V | i"),
        ),
        ("contentment", "major"): (("I IV | V", "vi ii | V"), ("IV V | I", "ii7 V7 | I", "IV | I")),
    }
)
