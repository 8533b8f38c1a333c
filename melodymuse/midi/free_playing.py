"""Whether a file was played without regard to its bar lines, as by a pianist who was recorded
without a click."""

from __future__ import annotations

from collections.abc import Collection
from math import cos, hypot, sin, tau
from statistics import fmean

from melodymuse.midi.document import Document
from melodymuse.midi.view import Part

# 78 of 80 clips of EMOPIA, which were transcribed from recordings without a beat, lie below it, and
# 1 of 160 songs of POP909 (played to a click) and OpenScore Lieder (written).
_LEAST_CONCENTRATION = 0.3
_FEWEST_ONSETS = 32


def is_free(document: Document, parts: Collection[Part]) -> bool:
    """Whether notes were played without regard to the bar lines of their file, as by a pianist who
    was recorded without a click: their onsets lie anywhere between its sixteenths, and its
    triplets."""
    onsets = [note.onset for part in parts for note in part.notes]
    return len(onsets) >= _FEWEST_ONSETS and all(
        _concentration(onsets, float(document.quarter) / per_quarter) < _LEAST_CONCENTRATION
        for per_quarter in (4, 6)
    )


def _concentration(onsets: Collection[int], step: float) -> float:
    """The length 0..1 of the mean of onsets as directions on a circle of a grid step: 1 where all
    lie on the grid, or equally late; 0 where they lie anywhere (Rayleigh)."""
    turns = [tau * onset / step for onset in onsets]
    return hypot(fmean(map(cos, turns)), fmean(map(sin, turns)))
