"""All notes over a small area."""

from __future__ import annotations

from xml.etree import ElementTree

import melodymuse
from melodymuse.pictures.small_roll import small_roll


def test_every_note_is_there_and_within() -> None:
    score = melodymuse.compose("fear", bars=4, seed=1).score
    drawing = ElementTree.fromstring(small_roll(score))
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    notes = [note.attrib for note in drawing]
    assert len(notes) == len(score.notes)
    for note in notes:
        assert 0 <= float(note["x"]) <= float(note["x"]) + float(note["width"]) <= width + 1
        assert 0 <= float(note["y"]) <= height - float(note["height"])
    assert len({note["fill"] for note in notes}) == 2
