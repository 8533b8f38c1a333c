"""Figures of accompaniment: what the left hand strikes, place by place in the bar.

A figure is a line of signs that stand at equal distances from bar line to bar line, and begins
anew with every chord.  Names and shapes as in Schoenberg 1967, "Fundamentals of Musical
Composition", ch. 9, and any piano method; how they are spelled out here, and how each ends a
section, is a design choice of this project.

| sign | what is struck |
| --- | --- |
| b, v | a low note: the chord's root (or third), its fifth |
| o | the root, low, in octaves |
| 1 5 8 x | an open chord from a low root: root, fifth, octave, tenth |
| q | root and fifth together |
| l m h | the lowest, middle, highest note of the triad in close position |
| u | the upper two of them together |
| c | two or three of the chord's notes |
| k | the same, the lowest of them the bass |
| . | nothing |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Accompaniment that is left to the network.
FREE_FIGURE = "auto"
REST = "."
SIGNS = frozenset("bvo158xqlmhuck.")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the left hand does in a bar.

    Attributes:
        signs: one for each of the equal parts of the bar, as in the table above.
        home: the pitch, as if the tonic were C, near which the close position lies.
    """

    signs: str
    home: int


# Name -> metre -> the figure, how it closes a section, and the figure where little is to be played.
FIGURES: Mapping[str, Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "waltz": {  # bass and after-beats
            "4/4": ("b.c.c.c.", "b.c.c...", "b...c..."),
            "3/4": ("b.c.c.", "b.c...", "b.c..."),
            "6/8": ("bccvcc", "bccb..", "b..c.."),
            "2/4": ("bccc", "bcb.", "b.c."),
        },
        "stride": {  # bass, chord, the other bass, chord: the march's and the polka's, too
            "4/4": ("b.c.v.c.", "b.c.b...", "b...c..."),
            "3/4": ("b.cvc.", "b.c...", "b...c."),
            "6/8": ("b.cv.c", "b.cb..", "b..c.."),
            "2/4": ("bcvc", "bcb.", "b.c."),
        },
        "alberti": {  # lowest, highest, middle, highest
            "4/4": ("lhmhlhmh", "lhmhl...", "l.h.m.h."),
            "3/4": ("lhmhmh", "lhm...", "l.h.m."),
            "6/8": ("lhmlhm", "lhml..", "l.hl.h"),
            "2/4": ("lhmh", "lhl.", "l.h."),
        },
        "rocking": {  # from the bass to the upper two and back, as in a cradle
            "4/4": ("lulululu", "lulul...", "l.u.l.u."),
            "3/4": ("lululu", "lul...", "l.u..."),
            "6/8": ("l.ul.u", "l.ul..", "l..u.."),
            "2/4": ("lulu", "lul.", "l.u."),
        },
        "block": {  # chords held
            "4/4": ("k...k...", "k.......", "k......."),
            "3/4": ("k.....", "k.....", "k....."),
            "6/8": ("k..k..", "k.....", "k....."),
            "2/4": ("k...", "k...", "k..."),
        },
        "pulse": {  # chords repeated
            "4/4": ("k.k.k.k.", "k.k.k...", "k...k..."),
            "3/4": ("k.k.k.", "k.k...", "k...k."),
            "6/8": ("kkkkkk", "kkkk..", "k..k.."),
            "2/4": ("kkkk", "kkk.", "k.k."),
        },
        "arpeggio": {  # the open chord up and down
            "4/4": ("158x8585", "158x8...", "1.5.8.x."),
            "3/4": ("158x85", "158...", "1.5.8."),
            "6/8": ("158x85", "1588..", "1.58.."),
            "2/4": ("158x", "158.", "1.8."),
        },
        "octaves": {  # the bass in octaves, on the beats
            "4/4": ("o.o.o.o.", "o.o.o...", "o...o..."),
            "3/4": ("o.o.o.", "o.o...", "o....."),
            "6/8": ("o..o.o", "o..o..", "o..o.."),
            "2/4": ("o.oo", "o.o.", "o.o."),
        },
        "ostinato": {  # three, three and two
            "4/4": ("1..5..8.", "1..58...", "1..5...."),
            "3/4": ("1..58.", "1..5..", "1..5.."),
            "6/8": ("1.58.5", "1.58..", "1..5.."),
            "2/4": ("1..5..8.", "1..58...", "1..5...."),
        },
        "tremolo": {  # broken octaves
            "4/4": ("1818181818181818", "18181818o.......", "18181818"),
            "3/4": ("181818181818", "18181818o...", "181818"),
            "6/8": ("181818181818", "181818o.....", "181818"),
            "2/4": ("18181818", "1818o...", "1818"),
        },
        "drone": {  # root and fifth, held
            "4/4": ("q...8...", "q.......", "q......."),
            "3/4": ("q...8.", "q.....", "q....."),
            "6/8": ("q..8..", "q.....", "q....."),
            "2/4": ("q.8.", "q...", "q..."),
        },
    }
)

# How readily each emotion takes which figure: the march's and the clown's bass for amusement,
# cradles and broken chords for calm, wide arpeggios for awe, octaves and tremolo for threat: a
# design choice of this project.
PREFERENCES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "amusement": {"stride": 0.4, "waltz": 0.2, "alberti": 0.15, "rocking": 0.15, "block": 0.1},
        "awe": {"arpeggio": 0.65, "pulse": 0.2, "octaves": 0.15},
        "contentment": {
            "rocking": 0.2, "alberti": 0.25, "arpeggio": 0.25, "waltz": 0.15, "block": 0.15,
        },
        "excitement": {
            "ostinato": 0.3, "pulse": 0.2, "octaves": 0.2, "stride": 0.15, "rocking": 0.15,
        },
        "anger": {"octaves": 0.4, "tremolo": 0.2, "pulse": 0.25, "ostinato": 0.15},
        "disgust": {"stride": 0.35, "ostinato": 0.3, "pulse": 0.2, "drone": 0.15},
        "fear": {"tremolo": 0.4, "ostinato": 0.25, "drone": 0.2, "octaves": 0.15},
        "sadness": {"arpeggio": 0.35, "rocking": 0.25, "block": 0.2, "alberti": 0.2},
    }
)  # fmt: skip
# What is also played at twice the speed, where the tempo is slow and the texture full; chords and
# octaves only where that makes eighths of quarters.
DOUBLED = frozenset({"arpeggio", "alberti", "pulse", "octaves"})


def notes_of(signs: str) -> float:
    """How many notes a bar of a figure has, a chord of two or three counted as between them."""
    return sum(_NOTES.get(sign, 1.0) for sign in signs if sign != REST)


def share_of(signs: str, wanted: str) -> float:
    """Share 0..1 of a figure's strikes that are some signs."""
    struck = [sign for sign in signs if sign != REST]
    return sum(sign in wanted for sign in struck) / len(struck)


_NOTES = {"c": 2.4, "k": 2.4, "u": 2.0, "o": 2.0, "q": 2.0}
# The signs that strike several keys, and those that strike an octave.
CHORDAL, OCTAVES = "".join(_NOTES), "o"


def is_doubled(name: str, signs: str) -> bool:
    """Whether a figure, so spelled, is also played at twice the speed."""
    return name in DOUBLED and (not share_of(signs, CHORDAL) or set(signs[1::2]) == {REST})
