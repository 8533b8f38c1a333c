"""Octave lines: bars of a staff that are written an octave nearer than they sound.

A bar asks for one when it reaches beyond four ledger lines, above a treble staff (8va) or below a
bass staff (8vb); its other notes must stay on the staff or near it when written so.  Ties do not
lead into a line or out of it (Gould 2011, "Behind Bars", on octave signs).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from melodymuse.engraving.clefs import Clef, height
from melodymuse.engraving.written_page import Bar, Staff

_MOST_LEDGER_LINES = 4
_OCTAVE_STEPS = 7
# In steps from the middle line: the outer lines of the staff, and how far beyond the opposite one
# a note may come to lie (one ledger line).
_EDGE, _REACH = 4, 6


@dataclass(frozen=True, slots=True)
class OctaveLine:
    """Bars from `first` to `last` (counted from 0) that sound an octave higher, or lower."""

    first: int
    last: int
    higher: bool


def octave_lines(staff: Staff) -> tuple[OctaveLine, ...]:
    """The octave lines of a staff, in order."""
    asked = [
        _asks(bar, clef) if bar else None for bar, clef in zip(staff.bars, staff.clefs, strict=True)
    ]
    found: list[OctaveLine] = []
    for clef, stretch in groupby(range(len(asked)), lambda number: asked[number]):
        if clef is not None:
            bars = list(stretch)
            found += _untied(staff, bars[0], bars[-1], clef is Clef.TREBLE)
    return tuple(found)


def _asks(bar: Bar, clef: Clef) -> Clef | None:
    """The clef of a bar that asks for a line."""
    outward = 1 if clef is Clef.TREBLE else -1
    heights = [
        outward * height(head.pitch, clef)
        for voice in bar
        for glyph in voice
        for head in glyph.heads
    ]
    if not heights:
        return None
    far = max(heights) > _EDGE + 2 * _MOST_LEDGER_LINES
    near = min(heights) - _OCTAVE_STEPS >= -_REACH
    return clef if far and near else None


def _untied(staff: Staff, first: int, last: int, higher: bool) -> Iterator[OctaveLine]:
    """The line over these bars, less those at its ends that ties join with others."""
    while first <= last and _tied_into(staff.bars[first]):
        first += 1
    while first <= last and last + 1 < len(staff.bars) and _tied_into(staff.bars[last + 1]):
        last -= 1
    if first <= last:
        yield OctaveLine(first, last, higher)


def _tied_into(bar: Bar) -> bool:
    """Whether a tie leads into a bar."""
    return any(
        head.tied_from
        for voice in bar
        for glyph in voice
        if glyph.value.start == 0
        for head in glyph.heads
    )
