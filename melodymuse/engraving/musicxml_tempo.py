"""Tempo directions in MusicXML as other programs want them.

music21 writes a tempo and its words as two directions, leaves the words of a tempo that is not
printed empty, and places all that happens within a bar at the bar line with an offset.  MuseScore 3
prints a number where the words are empty, and reads no offset of a tempo.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

_TEMPO = "sound[@tempo]"
_KEEP_SPACES = "{http://www.w3.org/XML/1998/namespace}space"


def mend_tempo(measure: Element) -> None:
    """Put the tempo directions of a measure right, in place."""
    for tempo, words in list(pairwise(measure.findall("direction"))):
        if _belong_together(tempo, words):
            _join(tempo, words)
            measure.remove(words)
    for direction in measure.findall("direction"):
        if direction.find(_TEMPO) is not None:
            _fill(direction)
            _put_in_place(direction, measure)


def _belong_together(tempo: Element, words: Element) -> bool:
    alike = all(tempo.findtext(tag) == words.findtext(tag) for tag in ("staff", "offset"))
    sounds = tempo.find(_TEMPO) is not None and words.find(_TEMPO) is None
    return alike and sounds and words.find("direction-type/words") is not None


def _join(tempo: Element, words: Element) -> None:
    """Words before a number, or, upright no longer, in the place of the empty ones."""
    for text in words.iterfind("direction-type/words"):
        text.attrib.pop("default-y", None)
        if tempo.find("direction-type/metronome") is None:
            text.set("font-style", "italic")
            text.set("font-weight", "normal")
            tempo.remove(tempo[0])
    tempo.insert(0, words[0])


def _fill(tempo: Element) -> None:
    """A space in place of empty words."""
    for text in tempo.iterfind("direction-type/words"):
        if not text.text:
            text.text = " "
            text.set(_KEEP_SPACES, "preserve")


def _put_in_place(direction: Element, measure: Element) -> None:
    """Move a direction with an offset before the note that begins there; if none does, to the end
    of the measure, between a step back to where it belongs and one forward again."""
    offset = direction.find("offset")
    if offset is None or not offset.text:
        return
    starts = list(_starts(measure))
    here = next(start for start, element in starts if element is direction)
    there = here + int(offset.text)
    notes = (n for start, n in starts if start == there and n.tag == "note")
    note = next(notes, None)
    measure.remove(direction)
    direction.remove(offset)
    if note is not None:
        measure.insert(list(measure).index(note), direction)
        return
    end = max(start + int(n.findtext("duration") or 0) for start, n in starts if n.tag == "note")
    last = len(measure) - (measure[-1].tag == "barline")
    steps = (_step("backup", end - there), direction, _step("forward", end - there))
    measure[last:last] = steps


def _step(tag: str, duration: int) -> Element:
    step = Element(tag)
    SubElement(step, "duration").text = str(duration)
    return step


def _starts(measure: Element) -> Iterator[tuple[int, Element]]:
    """The elements of a measure with when they begin, in divisions from the bar line."""
    now = 0
    for element in measure:
        if element.find("chord") is not None:
            continue
        yield now, element
        duration = int(element.findtext("duration") or 0)
        now += -duration if element.tag == "backup" else duration
