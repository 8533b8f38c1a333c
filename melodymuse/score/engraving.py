"""The written page of a score: both staves bar by bar, with voices, values, ties and accidentals.

It knows nothing of any file format; `musicxml_writer` puts it into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import NamedTuple

from melodymuse.score.model import Hand, Score, TimeSignature
from melodymuse.score.note_values import (
    NoteValue,
    mark_tuplets,
    notes_between,
    rests_between,
    triplet_windows,
)
from melodymuse.score.spelling import SpelledPitch, key_alter, spell
from melodymuse.score.voicing import Chord, voices_of
from melodymuse.theory import Key


@dataclass(frozen=True, slots=True)
class Head:
    """A note head: its pitch, whether its accidental is written, and whether it only prolongs the
    head before it."""

    pitch: SpelledPitch
    accidental: bool
    tied_from: bool


@dataclass(frozen=True, slots=True)
class Glyph:
    """A chord, or a rest (no heads), of one written value; its heads are all tied on or none is."""

    value: NoteValue
    heads: tuple[Head, ...] = ()
    tied_to: bool = False
    staccato: bool = False
    hidden: bool = False


# A voice fills its bar.  A bar has one voice or two, the upper first, or none: a whole bar's rest.
Voice = tuple[Glyph, ...]
Bar = tuple[Voice, ...]


class _Piece(NamedTuple):
    """What of a chord lies within one bar: ticks from the bar line."""

    start: int
    end: int
    chord: Chord
    tied_from: bool
    tied_to: bool


_Pieces = list[_Piece]


def engrave(score: Score) -> dict[Hand, tuple[Bar, ...]]:
    """Both staves, bar by bar.

    Every note of the score has one head that is not `tied_from`, at the note's onset (`voicing`
    tells of notes off the grid).
    """
    return {hand: _staff(score, hand) for hand in Hand}


def _staff(score: Score, hand: Hand) -> tuple[Bar, ...]:
    moving, held = (_by_bar(voice, score) for voice in voices_of(score.hand(hand), score))
    bars = []
    for swapped, mine, others in zip(_held_lies_above(moving, held), moving, held, strict=True):
        voices = []
        if mine or not others:
            voices.append(_voice(mine, score.time_signature, score.key))
        if others:
            held_voice = _voice(others, score.time_signature, score.key)
            voices.append(_rests_hidden(held_voice) if voices else held_voice)
        ordered = tuple(reversed(voices)) if swapped else tuple(voices)
        bars.append(_with_accidentals(ordered, score.key) if mine or others else ())
    return tuple(bars)


def _by_bar(chords: Iterable[Chord], score: Score) -> list[_Pieces]:
    length = score.time_signature.bar_ticks
    bars: list[_Pieces] = [[] for _ in range(score.bars)]
    for chord in chords:
        for number in range(chord.onset // length, -(-chord.end // length)):
            line = number * length
            start, end = max(chord.onset - line, 0), min(chord.end - line, length)
            tied_from, tied_to = chord.onset < line, chord.end > line + length
            bars[number].append(_Piece(start, end, chord, tied_from, tied_to))
    return bars


def _held_lies_above(moving: Sequence[_Pieces], held: Sequence[_Pieces]) -> list[bool]:
    """For each bar whether the held voice is the upper one, decided for all bars in a row with
    held notes at once, so that ties over bar lines stay in their voice."""
    above = [False] * len(held)
    first = 0
    for number in range(len(held) + 1):
        if number < len(held) and held[number]:
            continue
        stretch = range(first, number)
        mine, others = (
            [pitch for bar in stretch for piece in voice[bar] for pitch in piece.chord.pitches]
            for voice in (moving, held)
        )
        if mine and others and fmean(others) > fmean(mine):
            above[first:number] = [True] * len(stretch)
        first = number + 1
    return above


def _voice(pieces: Sequence[_Piece], metre: TimeSignature, key: Key) -> Voice:
    """One voice of a bar, with rests where it is silent."""
    windows = triplet_windows((tick for piece in pieces for tick in piece[:2]), metre)
    glyphs: list[Glyph] = []
    here = 0
    for piece in pieces:
        glyphs += [Glyph(value) for value in rests_between(here, piece.start, windows, metre)]
        glyphs += _tied(piece, notes_between(piece.start, piece.end, windows, metre), key)
        here = piece.end
    glyphs += [Glyph(value) for value in rests_between(here, metre.bar_ticks, windows, metre)]
    marked = mark_tuplets((glyph.value for glyph in glyphs), windows)
    return tuple(replace(glyph, value=value) for glyph, value in zip(glyphs, marked, strict=True))


def _tied(piece: _Piece, values: Sequence[NoteValue], key: Key) -> list[Glyph]:
    glyphs = []
    for place, value in enumerate(values):
        tied_from = piece.tied_from or place > 0
        heads = tuple(Head(spell(pitch, key), False, tied_from) for pitch in piece.chord.pitches)
        tied_to = piece.tied_to or place + 1 < len(values)
        glyphs.append(Glyph(value, heads, tied_to, piece.chord.staccato and not tied_from))
    return glyphs


def _rests_hidden(voice: Voice) -> Voice:
    return tuple(replace(glyph, hidden=not glyph.heads) for glyph in voice)


def _with_accidentals(voices: Bar, key: Key) -> Bar:
    """Write an accidental where a head differs from the signature or from one earlier in the bar;
    a tie over the bar line needs none and leaves none behind."""
    heard: dict[tuple[str, int], int] = {}
    written: dict[tuple[int, int], Glyph] = {}
    in_time = sorted(
        (g.value.start, v, n) for v, voice in enumerate(voices) for n, g in enumerate(voice)
    )
    for _, voice, place in in_time:
        heads = []
        for head in voices[voice][place].heads:
            step, alter, octave = head.pitch
            differs = heard.get((step, octave), key_alter(step, key)) != alter
            if not head.tied_from:
                heard[step, octave] = alter
            heads.append(replace(head, accidental=differs and not head.tied_from))
        written[voice, place] = replace(voices[voice][place], heads=tuple(heads))
    return tuple(tuple(written[v, n] for n in range(len(voice))) for v, voice in enumerate(voices))
