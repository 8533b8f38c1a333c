"""Rhythms of hooks that drive: one bar's rhythm, hammered until it breaks open.

Storms in music hammer repeated notes in one rhythm (McClelland 2017, "Tempesta"), and what excites
in pop is struck on the bar line and thrown off the beat behind it, as 3+3+2 is (Biamonte 2014,
Music Theory Online 20.2).  So a hook begins on the bar line, has short notes and long ones, and is
made of two halves that sung bars have: the commonest of POP909's melodies (120 songs) that begin on
the beat, and for the second half some that do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import exp
from random import Random

from melodymuse.music.grid import Metre

# Half bars of 4/4 in sixteenths.
_STRUCK = (
    *("x.x.x.x.", "x...x.x.", "x.x...x.", "x.....x.", "x.x.x.xx", "x.x.x...", "x..x..x."),
    *("x.xx..x.", "x.xxx.x.", "x..xx.x.", "xxxxx.x.", "x...x.xx"),
)
_BEHIND = (*_STRUCK, "x.......", "....x.x.", "..x.x.x.", "..x...x.")
_SIXTEENTH, _HALF = 3, 24
# How fast a rhythm is drawn less often, the more notes it has than are wanted, or fewer, and the
# more of them, or the fewer, off the beat.
_NOTES_AMISS, _OFF_BEAT_AMISS = 0.6, 4.0


def hook_rhythm(
    notes: float, off_beat: float, finest: int, metre: Metre, random: Random
) -> tuple[int, ...]:
    """Grid steps at which the notes of a hook begin; none where the metre has no such halves.

    Args:
        notes: how many there should be.
        off_beat: share 0..1 of them that should stand between beats.
        finest: grid steps of the finest subdivision.
        metre: of the bar.
        random: draws.
    """
    weights = {
        rhythm: exp(
            -_NOTES_AMISS * abs(len(rhythm) - notes)
            - _OFF_BEAT_AMISS * abs(_off(rhythm, metre) - off_beat)
        )
        for rhythm in _rhythms(metre)
        if all(at % finest == 0 for at in rhythm) and _is_uneven(rhythm, metre)
    }
    return random.choices(list(weights), list(weights.values()))[0] if weights else ()


def broken(rhythm: tuple[int, ...], metre: Metre) -> tuple[int, ...]:
    """A hook broken open: its busier half, twice; the whole of it where it is no longer."""
    if metre.bar_steps == _HALF:
        return rhythm
    halves = [tuple(at % _HALF for at in rhythm if at // _HALF == half) for half in (0, 1)]
    busier = max(halves, key=len)
    return (*busier, *(_HALF + at for at in busier))


def _rhythms(metre: Metre) -> Iterator[tuple[int, ...]]:
    """All hooks that a metre has."""
    halves = {"4/4": (_STRUCK, _BEHIND), "2/4": (_STRUCK,)}.get(metre.name)
    for found in product(*halves) if halves else ():
        yield tuple(i * _SIXTEENTH for i, sign in enumerate("".join(found)) if sign == "x")


def _off(rhythm: tuple[int, ...], metre: Metre) -> float:
    return sum(at % metre.beat_steps > 0 for at in rhythm) / len(rhythm)


def _is_uneven(rhythm: tuple[int, ...], metre: Metre) -> bool:
    """Whether it has short notes and long ones."""
    return len({b - a for a, b in pairwise((*rhythm, metre.bar_steps))}) > 1
