"""A Score as a printed piano score in MusicXML, written through music21.

`engraving` decides what stands on the page; here it becomes music21 objects and their MusicXML.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from melodymuse.errors import MidiError
from melodymuse.files import write_bytes
from melodymuse.score.engraving import Bar, Glyph, engrave
from melodymuse.score.model import TICKS_PER_QUARTER, ChordSymbol, Hand, Score
from melodymuse.score.note_values import TripletPlace, snap
from melodymuse.score.plain_text import plain_text
from melodymuse.score.spelling import SpelledPitch, pitch_class_name
from melodymuse.theory import FIGURES, Key

COMPOSER = "MelodyMuse"
UNTITLED = "Untitled"
_CLEFS = {Hand.RIGHT: "TrebleClef", Hand.LEFT: "BassClef"}
_PART_IDS = {Hand.RIGHT: "Piano-RH", Hand.LEFT: "Piano-LH"}
_VOICES = {Hand.RIGHT: ("1", "2"), Hand.LEFT: ("3", "4")}
_PART_ID, _INSTRUMENT_ID = "P1", "P1-I1"
_SHORTEST_BEAT = 32
_TUPLET_TYPES = {TripletPlace.START: "start", TripletPlace.INSIDE: None, TripletPlace.STOP: "stop"}
# music21's names of chord qualities, where they differ from ours.
_KINDS = {"half-diminished": "half-diminished-seventh"}


def musicxml_bytes(score: Score) -> bytes:
    """The score as MusicXML: one piano part with two staves, UTF-8.

    It has as many bars as the score and as many note heads without a tie into them as the score
    has notes; every voice fills its bar.  The same score gives the same bytes.

    Raises:
        MidiError: a metre whose beat is shorter than a thirty-second.
    """
    if score.time_signature.denominator > _SHORTEST_BEAT:
        raise MidiError(f"a score in {score.time_signature} cannot be printed: use a longer beat")
    page = _page(score)
    exporter = _music21().musicxml.m21ToXml.ScoreExporter(page, makeNotation=False)
    root = exporter.parse()
    encoding = root.find("identification/encoding")
    date = encoding.find("encoding-date")
    encoding.remove(date)  # the only thing in the file that depends on the day
    data: bytes = exporter.asBytes()
    return data


def write_musicxml(score: Score, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write `musicxml_bytes` to a file, whole or not at all; gives its path.

    Raises:
        MidiError: as `musicxml_bytes`.
        OutputError: the file cannot be written there, or exists and `overwrite` is false.
    """
    return write_bytes(path, musicxml_bytes(score), overwrite=overwrite)


def _music21() -> Any:
    """music21, imported only where a score is printed, for it takes a quarter of a second; and
    taken as untyped, for half of it is."""
    import music21

    return music21


def _page(score: Score) -> Any:
    m21 = _music21()
    page = m21.stream.Score(id="score")
    page.metadata = m21.metadata.Metadata(
        title=plain_text(score.title) or UNTITLED, composer=COMPOSER
    )
    if score.provenance is not None:
        page.metadata.copyright = plain_text(str(score.provenance))
    staves = [_staff(score, hand, bars) for hand, bars in engrave(score).items()]
    _put_marks(staves[0], score)
    for staff in staves:
        page.insert(0, staff)
    page.insert(0, m21.layout.StaffGroup(staves, name="Piano", symbol="brace", barTogether=True))
    return page


def _staff(score: Score, hand: Hand, bars: Sequence[Bar]) -> Any:
    m21 = _music21()
    staff = m21.stream.PartStaff(id=_PART_IDS[hand])
    piano = m21.instrument.Piano()
    # music21 draws these by lot unless they are given.
    piano.partId, piano.instrumentId = _PART_ID, _INSTRUMENT_ID
    staff.insert(0, piano)
    metre = m21.meter.TimeSignature(str(score.time_signature))
    for number, voices in enumerate(bars):
        measure = m21.stream.Measure(number=number + 1)
        if number == 0:
            measure.insert(0, getattr(m21.clef, _CLEFS[hand])())
            measure.insert(0, m21.key.KeySignature(score.key.fifths))
            measure.insert(0, metre)
        _fill(measure, hand, voices, metre)
        if number + 1 == len(bars):
            measure.rightBarline = m21.bar.Barline("final")
        staff.insert(_quarters(number * score.time_signature.bar_ticks), measure)
    return staff


def _fill(measure: Any, hand: Hand, voices: Bar, metre: Any) -> None:
    m21 = _music21()
    if voices:
        content = [_elements(glyphs, metre) for glyphs in voices]
    else:
        rest = m21.note.Rest(quarterLength=metre.barDuration.quarterLength)
        rest.fullMeasure = True
        content = [[(0, rest)]]
    # music21 gives one number twice where a staff without explicit voices meets one with two.
    for number, stems, timed in zip(_VOICES[hand], ("up", "down"), content, strict=False):
        voice = m21.stream.Voice(id=number)
        for tick, element in timed:
            if len(content) > 1 and not element.isRest:
                element.stemDirection = stems
            voice.insert(_quarters(tick), element)
        measure.insert(0, voice)


def _elements(glyphs: Sequence[Glyph], metre: Any) -> list[tuple[int, Any]]:
    """The music21 elements of a voice with their ticks from the bar line, beamed."""
    elements = [_element(glyph) for glyph in glyphs]
    for element, beams in zip(elements, metre.getBeams(elements), strict=True):
        if beams is not None and not element.isRest:
            element.beams = beams
    return [(glyph.value.start, element) for glyph, element in zip(glyphs, elements, strict=True)]


def _element(glyph: Glyph) -> Any:
    """The music21 note, chord or rest of a glyph."""
    m21 = _music21()
    duration = _duration(glyph)
    if not glyph.heads:
        rest = m21.note.Rest(duration=duration)
        rest.style.hideObjectOnPrint = glyph.hidden
        return rest
    heads = [m21.note.Note(_pitch(head.pitch, head.accidental)) for head in glyph.heads]
    for written, head in zip(heads, glyph.heads, strict=True):
        written.tie = _tie(head.tied_from, glyph.tied_to)
    element = heads[0] if len(heads) == 1 else m21.chord.Chord(heads)
    element.duration = duration
    if glyph.staccato:
        element.articulations.append(m21.articulations.Staccato())
    return element


def _duration(glyph: Glyph) -> Any:
    m21 = _music21()
    value = glyph.value
    duration = m21.duration.Duration(type=value.kind, dots=value.dots)
    if value.tuplet is not None:
        three = m21.duration.Tuplet(3, 2, "eighth")
        three.type = _TUPLET_TYPES[value.tuplet]
        duration.appendTuplet(three)
    return duration


def _pitch(spelled: SpelledPitch, accidental: bool) -> Any:
    m21 = _music21()
    pitch = m21.pitch.Pitch(step=spelled.step, octave=spelled.octave)
    if spelled.alter or accidental:
        pitch.accidental = m21.pitch.Accidental(spelled.alter)
        pitch.accidental.displayStatus = accidental
    return pitch


def _tie(tied_from: bool, tied_to: bool) -> Any:
    kinds = {(False, True): "start", (True, True): "continue", (True, False): "stop"}
    kind = kinds.get((tied_from, tied_to))
    return None if kind is None else _music21().tie.Tie(kind)


def _put_marks(staff: Any, score: Score) -> None:
    """Tempo marks, section names and chord symbols, above the upper staff."""
    m21 = _music21()
    bars = list(staff.getElementsByClass("Measure"))

    def put(tick: int, element: Any) -> None:
        bar, within = divmod(tick, score.time_signature.bar_ticks)
        if bar < len(bars):
            bars[bar].insert(_quarters(snap(within)), element)

    for mark in score.tempos:
        put(mark.onset, m21.tempo.MetronomeMark(number=round(mark.bpm, 2), referent=1.0))
    for section in score.sections:
        put(section.onset, m21.expressions.RehearsalMark(plain_text(section.name)))
    for harmony in score.chords:
        put(harmony.onset, _chord_symbol(harmony, score.key))


def _chord_symbol(symbol: ChordSymbol, key: Key) -> Any:
    root = pitch_class_name(symbol.root, key).replace("b", "-")
    kind = _KINDS.get(symbol.quality, symbol.quality)
    return _music21().harmony.ChordSymbol(root=root, kind=kind, kindStr=FIGURES[symbol.quality])


def _quarters(ticks: int) -> Fraction:
    return Fraction(ticks, TICKS_PER_QUARTER)
