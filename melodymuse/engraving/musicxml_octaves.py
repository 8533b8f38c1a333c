"""Octave lines in the measures of a MusicXML part.  Pitches stay as they sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from melodymuse.engraving.octave_lines import OctaveLine, octave_lines
from melodymuse.engraving.written_page import Staff
from melodymuse.music.score import Hand

# The type says which way the written notes are moved.
_TYPES = {True: "down", False: "up"}


def put_octave_lines(measures: Sequence[Element], staves: Mapping[Hand, Staff]) -> None:
    """Put the octave lines of both staves, the upper first, into the measures of their part.

    Below a line of the upper staff the lower one has none: Verovio cannot close both.
    """
    taken: set[int] = set()
    for number, staff in enumerate(staves.values(), start=1):
        for line in octave_lines(staff):
            bars = set(range(line.first, line.last + 1))
            if bars & taken:
                continue
            taken |= bars
            first, last = measures[line.first], measures[line.last]
            beginning = _of_staff(first, number)[0]
            first.insert(
                list(first).index(beginning), _direction(line, number, _TYPES[line.higher])
            )
            ending = _of_staff(last, number)[-1]
            last.insert(list(last).index(ending) + 1, _direction(line, number, "stop"))


def _of_staff(measure: Element, number: int) -> list[Element]:
    return [n for n in measure.iterfind("note") if n.findtext("staff") == str(number)]


def _direction(line: OctaveLine, staff: int, kind: str) -> Element:
    placement = "above" if line.higher else "below"
    direction = Element("direction", {"placement": placement})
    signs = SubElement(direction, "direction-type")
    SubElement(signs, "octave-shift", {"type": kind, "size": "8", "number": str(staff)})
    SubElement(direction, "staff").text = str(staff)
    return direction
