"""Which way stems point where a staff has two voices.

The upper voice points up and the lower one down only while both are seen; alone, notes point
towards the middle line, as in a staff of one voice (Gould 2011, "Behind Bars", on double-stemmed
writing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from melodymuse.engraving.clefs import Clef, height
from melodymuse.engraving.written_page import Bar, Glyph

Stem = Literal["up", "down"]
_OF_VOICE: tuple[Stem, Stem] = ("up", "down")


def stem_of(group: Sequence[Glyph], voice: int, bar: Bar, clef: Clef) -> Stem:
    """The way the stems of a beamed group point, or of a single note.

    Args:
        group: glyphs under one beam.
        voice: which voice of the bar they are in: 0 the upper, 1 the lower.
        bar: the voices of the bar.
        clef: of the staff.
    """
    start, end = group[0].value.start, group[-1].value.end
    others = (glyph for other, glyphs in enumerate(bar) if other != voice for glyph in glyphs)
    if any(not g.hidden and g.value.start < end and g.value.end > start for g in others):
        return _OF_VOICE[voice]
    return _towards_the_middle(group, clef)


def _towards_the_middle(group: Iterable[Glyph], clef: Clef) -> Stem:
    heights = [height(head.pitch, clef) for glyph in group for head in glyph.heads]
    return "up" if -min(heights) > max(heights) else "down"
