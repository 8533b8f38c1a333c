"""What stands around the staves, as music21 objects: tempo, character, sections, harmony, dynamics,
line breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from melodymuse.engraving.dynamics import Swell, dynamic_signs, hairpins
from melodymuse.engraving.musicxml_bars import quarters
from melodymuse.engraving.note_values import snap
from melodymuse.engraving.playing_directions import (
    beats_a_minute,
    heading,
    metronome_beat,
)
from melodymuse.engraving.systems import begin_of, line_starts
from melodymuse.engraving.tempo_directions import tempo_directions
from melodymuse.music.chord_names import root_name
from melodymuse.music.score import TICKS_PER_QUARTER, ChordSymbol, Hand, Score
from melodymuse.music.theory import FIGURES, Key
from melodymuse.plain_text import plain_text

PEDAL = "con Ped."
# music21's names of chord qualities, where they differ from ours.
_KINDS = {"half-diminished": "half-diminished-seventh"}
_SWELLS = {Swell.CRESCENDO: "Crescendo", Swell.DIMINUENDO: "Diminuendo"}


def put_marks(m21: Any, staves: dict[Hand, Any], score: Score) -> None:
    """Put all marks into the measures of the staves; dynamics stand between two of them.

    Args:
        m21: the music21 module.
        staves: the music21 part of each hand, with measures.
        score: whose marks they are.
    """
    measured = {hand: _measures(staff) for hand, staff in staves.items()}
    upper = next(iter(measured.values()))
    _put_above(m21, upper, score)
    if Hand.LEFT in measured:
        _put_dynamics(m21, staves[Hand.RIGHT], upper, score)
        if score.pedals:
            measured[Hand.LEFT][0].insert(0, _words(m21, PEDAL, "below"))
    for bar in line_starts(score):
        for measures in measured.values():
            measures[bar].insert(0, m21.layout.SystemLayout(isNew=True))


def _measures(staff: Any) -> list[Any]:
    return list(staff.getElementsByClass("Measure"))


def _put_above(m21: Any, measures: Sequence[Any], score: Score) -> None:
    def put(tick: int, element: Any) -> None:
        bar, within = divmod(tick, score.time_signature.bar_ticks)
        if bar < len(measures):
            element.placement = "above"
            measures[bar].insert(quarters(max(0, snap(within) - begin_of(bar, score))), element)

    first = m21.tempo.MetronomeMark(
        text=f"{heading(score)} ", **_number(score.tempos[0].bpm, score)
    )
    first.parentheses = True
    put(0, first)
    for direction in tempo_directions(score):
        number = _number(direction.bpm, score) if direction.numbered else {}
        tempo = m21.tempo.MetronomeMark(text=direction.words or None, **number)
        if not direction.numbered:
            # For whoever plays the page; quarter notes a minute.
            tempo.numberSounding = round(direction.bpm, 2)
        put(direction.onset, tempo)
    for section in score.sections:
        put(section.onset, m21.expressions.RehearsalMark(plain_text(section.name)))
    for harmony in _said_again(score):
        put(harmony.onset, _chord_symbol(m21, harmony, score.key))


def _said_again(score: Score) -> Iterator[ChordSymbol]:
    """The chords; one that goes on into a new line or section is said again there."""
    lines = {bar * score.time_signature.bar_ticks for bar in line_starts(score)}
    lines |= {section.onset for section in score.sections}
    for chord in score.chords:
        yield chord
        for tick in sorted(lines):
            if chord.onset < tick < chord.onset + chord.duration:
                yield replace(chord, onset=tick, duration=chord.onset + chord.duration - tick)


def _number(bpm: float, score: Score) -> dict[str, float]:
    """A metronome number, with the beat in quarters, as music21 takes it; dotted beats, in which no
    tempo is given, are printed in whole numbers, and played as they are."""
    metre = score.time_signature
    beat = metronome_beat(metre) / TICKS_PER_QUARTER
    exact = beats_a_minute(bpm, metre)
    return {
        "number": round(exact, 2 if beat == 1 else None),
        "numberSounding": round(bpm, 2) / beat,
        "referent": beat,
    }


def _chord_symbol(m21: Any, symbol: ChordSymbol, key: Key) -> Any:
    root = root_name(symbol, key).replace("b", "-")
    kind = _KINDS.get(symbol.quality, symbol.quality)
    return m21.harmony.ChordSymbol(root=root, kind=kind, kindStr=FIGURES[symbol.quality])


def _put_dynamics(m21: Any, staff: Any, measures: Sequence[Any], score: Score) -> None:
    """Dynamics between the staves."""
    signs = dynamic_signs(score)
    for sign in signs:
        dynamic = m21.dynamics.Dynamic(sign.sign)
        dynamic.placement = "below"
        # Where exactly is left to whoever engraves the page.
        dynamic.style.absoluteX = dynamic.style.absoluteY = None
        measures[sign.bar].insert(0, dynamic)
    for hairpin in hairpins(score, signs):
        notes = list(measures[hairpin.bar].voices.first().notesAndRests)
        swell = getattr(m21.dynamics, _SWELLS[hairpin.swell])(notes[0], notes[-1])
        swell.placement = "below"
        staff.insert(0, swell)


def _words(m21: Any, text: str, placement: str) -> Any:
    words = m21.expressions.TextExpression(text)
    words.style.fontStyle = "italic"
    words.placement = placement
    return words
