"""Harmony that the form insists on: where a piece begins, and the cadence that ends it."""

from __future__ import annotations

from random import Random

from melodymuse.composition.vocabulary import GridChord

_TONIC = {"major": (0, "major"), "minor": (0, "minor")}
# What prepares the dominant in the bar before last (Caplin 1998, "Classical Form", ch. 3).
_PREDOMINANTS = {
    "major": ((5, "major"), (2, "minor"), (2, "minor-seventh"), (9, "minor")),
    "minor": ((5, "minor"), (2, "half-diminished"), (8, "major"), (5, "minor-seventh")),
}
_DOMINANTS = ((7, "major"), (7, "dominant-seventh"), (7, "suspended-fourth"))


def tonic(mode: str) -> GridChord:
    """The tonic chord on the first beat."""
    return GridChord(0, *_TONIC[mode])


def cadence(mode: str, bar_steps: int, random: Random) -> tuple[GridChord, ...]:
    """The bar before last: a predominant on its first beat, the dominant in its second half."""
    predominant = random.choice(_PREDOMINANTS[mode])
    dominant = random.choice(_DOMINANTS)
    return GridChord(0, *predominant), GridChord(bar_steps // 2, *dominant)
