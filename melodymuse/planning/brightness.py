"""How bright a progression is: the modes from Lydian down to Phrygian, as a number.

Modes that share a tonic are brighter the more of their variable degrees are raised (Persichetti
1961, "Twentieth-Century Harmony", ch. 2); listeners hear brighter modes as happier, all but Lydian,
which they place below major (Temperley & Tan 2013, Music Perception 30:237-257).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from random import Random

from melodymuse.music.theory import QUALITIES
from melodymuse.planning.numerals import Progression

# Semitones above the tonic that a raised degree has, and a lowered one.
_RAISED, _LOWERED = frozenset({4, 6, 9, 11}), frozenset({1, 3, 8, 10})
_NEITHER = 0.5
# How far from what is asked a progression may lie and still be drawn often.
_WIDTH = 0.12


def brightness(progression: Progression) -> float:
    """Share 0..1 of raised degrees among the variable ones that the chords touch."""
    tones = [
        (root + step) % 12
        for chords in progression
        for root, quality in chords
        for step in QUALITIES[quality]
    ]
    raised, lowered = (sum(tone in degrees for tone in tones) for degrees in (_RAISED, _LOWERED))
    return raised / (raised + lowered) if raised + lowered else _NEITHER


def draw_by_brightness(
    pool: Sequence[tuple[Progression, float]], target: float, count: int, random: Random
) -> list[Progression]:
    """Up to `count` different progressions, those near a brightness more likely.

    Args:
        pool: progressions, and how readily each is taken whatever its brightness.
        target: the brightness asked for; beyond those of the pool, the nearest of them.
        count: how many.
        random: the source of the choice.
    """
    left = [(progression, readiness, brightness(progression)) for progression, readiness in pool]
    drawn: list[Progression] = []
    while left and len(drawn) < count:
        values = [value for _, _, value in left]
        # What lies beyond all of them is as near as they come, or far away all would be alike.
        reached = min(max(target, min(values)), max(values))
        weights = [
            readiness * exp(-(((value - reached) / _WIDTH) ** 2) / 2)
            for _, readiness, value in left
        ]
        chosen = random.choices(range(len(left)), weights)[0]
        drawn.append(left.pop(chosen)[0])
    return drawn
