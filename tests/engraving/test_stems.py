"""Which way stems point where a staff has two voices."""

from __future__ import annotations

from melodymuse.engraving.accidentals import Head
from melodymuse.engraving.clefs import Clef
from melodymuse.engraving.note_values import NoteValue
from melodymuse.engraving.stems import stem_of
from melodymuse.engraving.written_page import Glyph
from melodymuse.music.spelling import spell
from melodymuse.music.theory import Key


def _glyph(start: int, ticks: int, *pitches: int, hidden: bool = False) -> Glyph:
    heads = tuple(Head(spell(pitch, Key("C", "major")), False, False) for pitch in pitches)
    return Glyph(NoteValue(start, ticks, "half", 0), heads, hidden=hidden)


def test_voices_point_away_from_one_another_while_both_are_seen() -> None:
    high, low = _glyph(0, 960, 79), _glyph(0, 960, 60)
    bar = ((high, _glyph(960, 960, 79)), (low, _glyph(960, 960, hidden=True)))
    assert stem_of([high], 0, bar, Clef.TREBLE) == "up"
    assert stem_of([low], 1, bar, Clef.TREBLE) == "down"


def test_alone_a_note_points_to_the_middle_line() -> None:
    alone = _glyph(960, 960, 79)
    bar = ((_glyph(0, 960, 79), alone), (_glyph(0, 960, 60), _glyph(960, 960, hidden=True)))
    assert stem_of([alone], 0, bar, Clef.TREBLE) == "down"


def test_the_farthest_note_decides_for_a_group() -> None:
    group = [_glyph(0, 240, 72), _glyph(240, 240, 60, 71)]
    assert stem_of(group, 0, (tuple(group),), Clef.TREBLE) == "up"
    assert stem_of(group, 0, (tuple(group),), Clef.BASS) == "down"
