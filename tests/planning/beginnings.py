"""How progressions begin: by that a phrase tells which one it has."""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.planning.harmony import colour_of
from melodymuse.planning.numerals import Chord


def own_beginnings(emotion: str, mode: str) -> set[tuple[Chord, Chord]]:
    """How the first two bars begin in the progressions that are an emotion's own."""
    return {
        beginning(p) for p, readiness in colour_of(emotion, mode).progressions if readiness == 1
    }


def beginning(bars: Sequence[Sequence[Chord]]) -> tuple[Chord, Chord]:
    """The first chords of the first two bars; the second bar may have more than is its own."""
    return bars[0][0], bars[1][0]
