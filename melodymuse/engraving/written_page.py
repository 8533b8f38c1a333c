"""The written page of a score: both staves bar by bar, with voices, values, ties and accidentals.

It knows nothing of any file format; `musicxml_writer` puts it into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from melodymuse.engraving.accidentals import Head, with_accidentals
from melodymuse.engraving.clefs import Clef, choose_clefs
from melodymuse.engraving.harmonic_spelling import Spellings, spellings
from melodymuse.engraving.note_values import (
    NoteValue,
    mark_tuplets,
    notes_between,
    rests_between,
    triplet_windows,
)
from melodymuse.engraving.systems import begin_of
from melodymuse.engraving.voicing import Chord, voices_of
from melodymuse.music.score import Hand, Score, TimeSignature
from melodymuse.music.theory import Key


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


@dataclass(frozen=True, slots=True)
class Staff:
    """What one hand plays: its bars, and the clef of each."""

    bars: tuple[Bar, ...]
    clefs: tuple[Clef, ...]


class _Piece(NamedTuple):
    """What of a chord lies within one bar: ticks from the bar line."""

    start: int
    end: int
    chord: Chord
    tied_from: bool
    tied_to: bool


_Pieces = list[_Piece]


def engrave(score: Score, hands: Iterable[Hand] = tuple(Hand)) -> dict[Hand, Staff]:
    """The staves of some hands, bar by bar.

    Every note of theirs has one head that is not `tied_from`, at the note's onset (`voicing`
    tells of notes off the grid).
    """
    return {hand: _staff(score, hand) for hand in hands}


def _staff(score: Score, hand: Hand) -> Staff:
    voices = voices_of(score.hand(hand), score)
    names = spellings((chord for voice in voices for chord in voice), score)
    metre = score.time_signature
    bars: list[Bar] = []
    parted = zip(*(_by_bar(voice, score) for voice in voices), strict=True)
    for number, (moving, above, below) in enumerate(parted):
        begin = begin_of(number, score)
        written = [
            _voice(pieces, metre, names, begin) for pieces in (above, moving, below) if pieces
        ]
        if above and moving:
            written[0] = _rests_hidden(written[0])
        elif below and moving:
            written[1] = _rests_hidden(written[1])
        bars.append(tuple(written))
    return Staff(
        _marked(bars, score.key),
        choose_clefs([[h.pitch for v in bar for g in v for h in g.heads] for bar in bars], hand),
    )


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


def _voice(pieces: Sequence[_Piece], metre: TimeSignature, names: Spellings, begin: int) -> Voice:
    """One voice of a bar from a tick on, with rests where it is silent."""
    windows = triplet_windows((tick for piece in pieces for tick in piece[:2]), metre)
    glyphs: list[Glyph] = []
    here = begin
    for piece in pieces:
        glyphs += [Glyph(value) for value in rests_between(here, piece.start, windows, metre)]
        glyphs += _tied(piece, notes_between(piece.start, piece.end, windows, metre), names)
        here = piece.end
    glyphs += [Glyph(value) for value in rests_between(here, metre.bar_ticks, windows, metre)]
    marked = mark_tuplets((glyph.value for glyph in glyphs), windows)
    return tuple(replace(glyph, value=value) for glyph, value in zip(glyphs, marked, strict=True))


def _tied(piece: _Piece, values: Sequence[NoteValue], names: Spellings) -> list[Glyph]:
    chord = piece.chord
    glyphs = []
    for place, value in enumerate(values):
        tied_from = piece.tied_from or place > 0
        heads = tuple(Head(names[chord.onset, p], False, tied_from) for p in chord.pitches)
        tied_to = piece.tied_to or place + 1 < len(values)
        glyphs.append(Glyph(value, heads, tied_to, chord.staccato and not tied_from))
    return glyphs


def _rests_hidden(voice: Voice) -> Voice:
    return tuple(replace(glyph, hidden=not glyph.heads) for glyph in voice)


def _marked(bars: Sequence[Bar], key: Key) -> tuple[Bar, ...]:
    """The bars of a staff with the accidentals that must be written."""
    read = [_reading_order(bar) for bar in bars]
    unmarked = [
        [head for v, n in order for head in bar[v][n].heads]
        for bar, order in zip(bars, read, strict=True)
    ]
    heads = with_accidentals(unmarked, key)
    marked = []
    for bar, order, line in zip(bars, read, heads, strict=True):
        following = iter(line)
        glyphs = {
            (v, n): replace(bar[v][n], heads=tuple(islice(following, len(bar[v][n].heads))))
            for v, n in order
        }
        marked.append(
            tuple(tuple(glyphs[v, n] for n in range(len(voice))) for v, voice in enumerate(bar))
        )
    return tuple(marked)


def _reading_order(bar: Bar) -> list[tuple[int, int]]:
    """The glyphs of a bar as (voice, number) in time, the upper voice first."""
    timed = [(g.value.start, v, n) for v, voice in enumerate(bar) for n, g in enumerate(voice)]
    return [(v, n) for _, v, n in sorted(timed)]
