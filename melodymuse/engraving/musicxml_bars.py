"""Bars of an engraved staff as music21 measures: notes, chords, rests, beams, stems, clefs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from melodymuse.engraving.accidentals import Head
from melodymuse.engraving.clefs import Clef, height
from melodymuse.engraving.note_values import TripletPlace
from melodymuse.engraving.stems import stem_of
from melodymuse.engraving.systems import begin_of
from melodymuse.engraving.written_page import Bar, Glyph, Staff
from melodymuse.music.score import TICKS_PER_QUARTER, Hand, Score

_CLEFS = {Clef.TREBLE: "TrebleClef", Clef.BASS: "BassClef"}
_VOICES = {Hand.RIGHT: ("1", "2"), Hand.LEFT: ("3", "4")}
# Steps of a staff between a head and the middle of a rest beside it.
_CLEAR = 4
_TUPLET_TYPES = {TripletPlace.START: "start", TripletPlace.INSIDE: None, TripletPlace.STOP: "stop"}
_TIES = {(False, True): "start", (True, True): "continue", (True, False): "stop"}


def quarters(ticks: int) -> Fraction:
    """Ticks in music21's unit."""
    return Fraction(ticks, TICKS_PER_QUARTER)


def measures(m21: Any, staff: Staff, hand: Hand, score: Score) -> Iterator[Any]:
    """The measures of a staff, the first with clef, key and metre, the last with a final bar line;
    both with repeat signs where the score loops.

    Args:
        m21: the music21 module.
        staff: what the hand plays.
        hand: which hand.
        score: whose key and metre they have.
    """
    metre = m21.meter.TimeSignature(str(score.time_signature))
    written = None
    upbeat = begin_of(0, score) > 0
    for number, (bar, clef) in enumerate(zip(staff.bars, staff.clefs, strict=True)):
        measure = m21.stream.Measure(number=number + (not upbeat))
        begin = begin_of(number, score)
        if begin:
            measure.showNumber = m21.stream.enums.ShowNumber.NEVER
            measure.paddingLeft = quarters(begin)
        if clef is not written:
            measure.insert(0, getattr(m21.clef, _CLEFS[clef])())
            written = clef
        if number == 0:
            measure.insert(0, m21.key.KeySignature(score.key.fifths))
            measure.insert(0, metre)
        if number == 0 and score.loops:
            measure.leftBarline = m21.bar.Repeat(direction="start")
        if number + 1 == len(staff.bars):
            loops = score.loops
            last = m21.bar.Repeat(direction="end") if loops else m21.bar.Barline("final")
            measure.rightBarline = last
        _fill(m21, measure, bar, (hand, clef, metre, begin))
        yield measure


def _fill(m21: Any, measure: Any, bar: Bar, context: tuple[Hand, Clef, Any, int]) -> None:
    hand, clef, metre, begin = context
    if bar:
        content = [[_element(m21, glyph) for glyph in glyphs] for glyphs in bar]
        for voice, elements in enumerate(content):
            _beam(elements, metre)
            if len(bar) > 1:
                _stem(elements, voice, bar, clef)
                _keep_rests_clear(elements, voice, bar, clef)
        timed = [
            [(glyph.value.start, element) for glyph, element in zip(glyphs, elements, strict=True)]
            for glyphs, elements in zip(bar, content, strict=True)
        ]
    else:
        rest = m21.note.Rest(quarterLength=metre.barDuration.quarterLength - quarters(begin))
        rest.fullMeasure = True
        timed = [[(begin, rest)]]
    # music21 gives one number twice where a staff without explicit voices meets one with two.
    for number, elements in zip(_VOICES[hand], timed, strict=False):
        voice = m21.stream.Voice(id=number)
        for tick, element in elements:
            voice.insert(quarters(tick - begin), element)
        measure.insert(0, voice)


def _beam(elements: Sequence[Any], metre: Any) -> None:
    for element, beams in zip(elements, metre.getBeams(elements), strict=True):
        if beams is not None and not element.isRest:
            element.beams = beams


def _stem(elements: Sequence[Any], voice: int, bar: Bar, clef: Clef) -> None:
    groups: list[list[tuple[Any, Glyph]]] = []
    for element, glyph in zip(elements, bar[voice], strict=True):
        if element.isRest:
            continue
        joined = bool(element.beams) and element.beams.getByNumber(1).type != "start"
        if not joined:
            groups.append([])
        groups[-1].append((element, glyph))
    for group in groups:
        stem = stem_of([glyph for _, glyph in group], voice, bar, clef)
        for element, _ in group:
            element.stemDirection = stem


def _keep_rests_clear(elements: Sequence[Any], voice: int, bar: Bar, clef: Clef) -> None:
    """Rests of the upper voice above, of the lower one below, what the other strikes with them and
    would lie on their usual place: not every program moves them by itself."""
    side = -1 if voice else 1
    struck = {glyph.value.start: glyph.heads for glyph in bar[1 - voice]}
    for element, glyph in zip(elements, bar[voice], strict=True):
        heights = [side * height(head.pitch, clef) for head in struck.get(glyph.value.start, ())]
        if element.isRest and max(heights, default=0) > 0:
            element.stepShift = side * (max(heights) + _CLEAR)


def _element(m21: Any, glyph: Glyph) -> Any:
    """The music21 note, chord or rest of a glyph."""
    duration = _duration(m21, glyph)
    if not glyph.heads:
        rest = m21.note.Rest(duration=duration)
        rest.style.hideObjectOnPrint = glyph.hidden
        return rest
    heads = [m21.note.Note(_pitch(m21, head)) for head in glyph.heads]
    for written, head in zip(heads, glyph.heads, strict=True):
        kind = _TIES.get((head.tied_from, glyph.tied_to))
        written.tie = None if kind is None else m21.tie.Tie(kind)
    element = heads[0] if len(heads) == 1 else m21.chord.Chord(heads)
    element.duration = duration
    if glyph.staccato:
        element.articulations.append(m21.articulations.Staccato())
    return element


def _duration(m21: Any, glyph: Glyph) -> Any:
    value = glyph.value
    duration = m21.duration.Duration(type=value.kind, dots=value.dots)
    if value.tuplet is not None:
        three = m21.duration.Tuplet(3, 2, "eighth")
        three.type = _TUPLET_TYPES[value.tuplet]
        duration.appendTuplet(three)
    return duration


def _pitch(m21: Any, head: Head) -> Any:
    step, alter, octave = head.pitch
    pitch = m21.pitch.Pitch(step=step, octave=octave)
    if alter or head.accidental:
        pitch.accidental = m21.pitch.Accidental(alter)
        pitch.accidental.displayStatus = head.accidental
    return pitch
