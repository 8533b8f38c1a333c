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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.music.grid import Metre
from melodymuse.planning.form import SectionPlan

# Accompaniment that is left to the network.
FREE_FIGURE = "auto"
REST = "."


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the left hand does in a bar.

    Attributes:
        signs: one for each of the equal parts of the bar, as in the table above.
        home: the pitch, as if the tonic were C, near which the close position lies.
    """

    signs: str
    home: int


# Name -> metre -> the figure, and how it closes a section.
FIGURES: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "waltz": {  # bass and after-beats
            "4/4": ("b.c.c.c.", "b.c.c..."),
            "3/4": ("b.c.c.", "b.c..."),
            "6/8": ("bccvcc", "bccb.."),
            "2/4": ("bccc", "bcb."),
        },
        "stride": {  # bass, chord, the other bass, chord: the march's and the polka's, too
            "4/4": ("b.c.v.c.", "b.c.b..."),
            "3/4": ("b.cvc.", "b.c..."),
            "6/8": ("b.cv.c", "b.cb.."),
            "2/4": ("bcvc", "bcb."),
        },
        "alberti": {  # lowest, highest, middle, highest
            "4/4": ("lhmhlhmh", "lhmhl..."),
            "3/4": ("lhmhmh", "lhm..."),
            "6/8": ("lhmlhm", "lhml.."),
            "2/4": ("lhmh", "lhl."),
        },
        "rocking": {  # from the bass to the upper two and back, as in a cradle
            "4/4": ("lulululu", "lulul..."),
            "3/4": ("lululu", "lul..."),
            "6/8": ("l.ul.u", "l.ul.."),
            "2/4": ("lulu", "lul."),
        },
        "block": {  # chords held
            "4/4": ("k...k...", "k......."),
            "3/4": ("k.....", "k....."),
            "6/8": ("k..k..", "k....."),
            "2/4": ("k...", "k..."),
        },
        "pulse": {  # chords repeated
            "4/4": ("k.k.k.k.", "k.k.k..."),
            "3/4": ("k.k.k.", "k.k..."),
            "6/8": ("kkkkkk", "kkkk.."),
            "2/4": ("kkkk", "kkk."),
        },
        "arpeggio": {  # the open chord up and down
            "4/4": ("158x8585", "158x8..."),
            "3/4": ("158x85", "158..."),
            "6/8": ("158x85", "1588.."),
            "2/4": ("158x", "158."),
        },
        "octaves": {  # the bass in octaves, on the beats
            "4/4": ("o.o.o.o.", "o.o.o..."),
            "3/4": ("o.o.o.", "o.o..."),
            "6/8": ("o..o.o", "o..o.."),
            "2/4": ("o.oo", "o.o."),
        },
        "ostinato": {  # three, three and two
            "4/4": ("1..5..8.", "1..58..."),
            "3/4": ("1..58.", "1..5.."),
            "6/8": ("1.58.5", "1.58.."),
            "2/4": ("1..5..8.", "1..58..."),
        },
        "tremolo": {  # broken octaves
            "4/4": ("1818181818181818", "18181818o......."),
            "3/4": ("181818181818", "18181818o..."),
            "6/8": ("181818181818", "181818o....."),
            "2/4": ("18181818", "1818o..."),
        },
        "drone": {  # root and fifth, held
            "4/4": ("q...8...", "q......."),
            "3/4": ("q...8.", "q....."),
            "6/8": ("q..8..", "q....."),
            "2/4": ("q.8.", "q..."),
        },
    }
)


def plan_accompaniment(
    name: str,
    sections: Sequence[SectionPlan],
    metre: Metre,
    register: float,
    in_position: bool = False,
) -> tuple[Pattern | None, ...]:
    """Every bar's pattern; None where it is left to the network.

    Args:
        name: one of `FIGURES`, or `FREE_FIGURE`.
        sections: the form.
        metre: of the piece.
        register: mean pitch of both hands as if the tonic were C.
        in_position: whether the hand stays in close position.
    """
    if name == FREE_FIGURE:
        return (None,) * (sections[-1].start + sections[-1].bars)
    home = home_of(register)
    figure, closing = FIGURES[name][metre.name]
    if in_position:
        figure, closing = figure.translate(_IN_POSITION), closing.translate(_IN_POSITION)
    planned: list[Pattern] = []
    for section in sections:
        planned += [Pattern(figure, home)] * (section.bars - 1) + [Pattern(closing, home)]
    return tuple(planned)


# The open signs as a hand that stays where it is plays them.
_IN_POSITION = str.maketrans("bvo158xq", "llllmhml")
# Where the left hand is at home: with a register of middle C, and how much it goes with it.
_HOME, _MIDDLE, _GOES_WITH = 50, 62.0, 0.5
_LOWEST_HOME, _HIGHEST_HOME = 45, 55


def home_of(register: float) -> int:
    """The pitch near which the left hand's close chords lie."""
    home = round(_HOME + _GOES_WITH * (register - _MIDDLE))
    return min(max(home, _LOWEST_HOME), _HIGHEST_HOME)
