"""Levels of playing: what bounds a piece for hands that are still learning.

What makes a page hard: speed, spans and many notes at once, jumps, uneven rhythm, accidentals
(Sébastien et al. 2012, "Score Analyzer: automatically determining scores difficulty level for
instrumental e-learning", ISMIR).  The numbers follow, roughly, what syllabuses of graded
examinations ask of piano pupils in their first two years, in their fifth, and of good amateurs;
they are a design choice of this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from melodymuse.music.grid import GRID_PER_QUARTER
from melodymuse.music.hands import FINGERS, WIDEST_SPAN

# No level asked for: as the emotion wants it.
AS_IS = "as is"
_EIGHTH, _SIXTEENTH = GRID_PER_QUARTER // 2, GRID_PER_QUARTER // 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the hands may be asked for.

    Attributes:
        span: semitones that a hand strikes at once.
        reach: semitones between what it holds and what it strikes.
        left, right: keys that each strikes at once.
        leap: semitones, the widest step of a tune.
        finest: grid steps, the shortest distance between onsets.
        triplets: whether beats may be divided by three.
    """

    span: int = WIDEST_SPAN
    reach: int = WIDEST_SPAN
    left: int = FINGERS
    right: int = FINGERS
    leap: int = 12
    finest: int = _SIXTEENTH
    triplets: bool = True


ANY_HANDS = Bounds()


@dataclass(frozen=True, slots=True)
class Level:
    """A level.

    Attributes:
        bounds: what binds every bar, but for the values of notes.
        quickest: seconds, the shortest distance between onsets at the emotion's own tempo.
        speed: most notes a second of both hands together, on average, at that tempo.
        tempo: quarter notes a minute, the quickest that it may be.
        accidentals: most of them in a signature that is chosen.
        in_position: whether the left hand's figures stay in close position.
    """

    bounds: Bounds
    quickest: float
    speed: float
    tempo: float
    accidentals: int
    in_position: bool = False


LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "easy": Level(
            Bounds(7, 12, 2, 1, 7, triplets=False), 0.27, 4.0, 108.0, 1, in_position=True
        ),
        "medium": Level(Bounds(12, 14, 3, 2, 9), 0.14, 7.0, 132.0, 3),
        "advanced": Level(ANY_HANDS, 0.09, 12.0, 160.0, 4),
    }
)


def bounds_of(level: str, tempo: float) -> Bounds:
    """What the hands of a level may be asked for.

    Args:
        level: one of `LEVELS`; any other name stands for hands without bounds.
        tempo: quarter notes a minute that the emotion asks for.
    """
    if level not in LEVELS:
        return ANY_HANDS
    found = LEVELS[level]
    grid_step = 60 / min(tempo, found.tempo) / GRID_PER_QUARTER
    finest = next((s for s in (_SIXTEENTH, _EIGHTH) if s * grid_step >= found.quickest), _EIGHTH)
    return replace(found.bounds, finest=finest)
