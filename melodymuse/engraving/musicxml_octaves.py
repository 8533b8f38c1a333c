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
            ending = _ending(last, number)
            beginning = _of_staff(first, number)[0]
            first.insert(
                list(first).index(beginning), _direction(line, number, _TYPES[line.higher])
            )
            last.insert(list(last).index(ending) + 1, _direction(line, number, "stop"))


def _of_staff(measure: Element, number: int) -> list[Element]:
    return [n for n in measure.iterfind("note") if n.findtext("staff") == str(number)]


def _ending(measure: Element, number: int) -> Element:
    """What begins last on a staff, after its voice was moved behind the staff's other one.

    Verovio draws a line as far as what it read last, wherever in the bar that is, and writes an
    octave nearer what it read until then.
    """
    voices: dict[str, list[Element]] = {}
    for note in _of_staff(measure, number):
        voices.setdefault(note.findtext("voice", ""), []).append(note)
    endings = {voice: _last_printed(notes) for voice, notes in voices.items()}
    latest = max(endings, key=lambda voice: endings[voice][0])
    first, *others = voices
    if others and latest == first:
        _exchange(measure, voices[first], voices[others[0]])
    return endings[latest][1]


def _last_printed(notes: Sequence[Element]) -> tuple[int, Element]:
    """The onset of what is printed last of a voice, in divisions, and its last note."""
    onset, end, found = 0, 0, (-1, notes[-1])
    for note in notes:
        if note.find("chord") is None:
            onset, end = end, end + int(note.findtext("duration", "0"))
        if note.get("print-object") != "no":
            found = onset, note
    return found


def _exchange(measure: Element, first: Sequence[Element], second: Sequence[Element]) -> None:
    """Exchange the places of two voices that follow each other, with what stands among them."""
    children = list(measure)
    start, last = children.index(first[0]), children.index(second[-1]) + 1
    backup = next(i for i in range(start, last) if children[i].tag == "backup")
    measure[start:last] = [
        *children[backup + 1 : last], children[backup], *children[start:backup]
    ]  # fmt: skip


def _direction(line: OctaveLine, staff: int, kind: str) -> Element:
    placement = "above" if line.higher else "below"
    direction = Element("direction", {"placement": placement})
    signs = SubElement(direction, "direction-type")
    SubElement(signs, "octave-shift", {"type": kind, "size": "8", "number": str(staff)})
    SubElement(direction, "staff").text = str(staff)
    return direction
