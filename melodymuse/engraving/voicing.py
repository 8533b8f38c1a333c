"""From sounding notes to the chords of a staff: printed lengths, and which of two voices.

Pianists write a note up to the next one of its hand rather than to the instant at which the key is
let go, and write two voices on a staff only where a note is really held while others move, above
or below them.  Onsets are kept; only lengths are read that way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from melodymuse.engraving.held_notes import held_notes
from melodymuse.engraving.note_values import snap
from melodymuse.engraving.strikes import Strike
from melodymuse.music.score import TICKS_PER_QUARTER, Note, Score, TimeSignature

_EIGHTH = TICKS_PER_QUARTER // 2
# A note is staccato when it sounds for at most this share of the wait for the next, if that wait is
# at most a beat, and for no longer than a triplet eighth.
_STACCATO_SHARE = 0.4
_STACCATO_LONGEST = TICKS_PER_QUARTER // 3


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes written on one stem: onset and end in ticks of the score, MIDI pitches rising."""

    onset: int
    end: int
    pitches: tuple[int, ...]
    staccato: bool = False


class Voices(NamedTuple):
    """The voices of a hand, each without overlaps: what moves, and what is held above or below it.

    In no bar are there notes held both above and below.
    """

    moving: list[Chord]
    above: list[Chord]
    below: list[Chord]


def voices_of(notes: Sequence[Note], score: Score) -> Voices:
    """The notes of a hand in voices.

    Notes off the grid of `note_values.snap` are moved to it; of notes of one pitch that this makes
    coincide, the longest is kept.
    """
    strikes = _strikes(notes, score.end)
    held = held_notes(strikes, score)
    taken = {
        (chord.onset, pitch) for chord in (*held.above, *held.below) for pitch in chord.pitches
    }
    rest = [
        (strike, left)
        for strike in strikes
        if (left := tuple(n for n in strike.notes if (strike.onset, n.pitch) not in taken))
    ]
    moving = []
    for place, (strike, left) in enumerate(rest):
        following = rest[place + 1][0].onset if place + 1 < len(rest) else score.end
        following = min(following, _struck_again(left, strike, strikes, score.end))
        end = max(_released(note, strike, following, score.time_signature) for note in left)
        staccato = all(_is_staccato(note, strike) for note in left)
        pitches = tuple(sorted(note.pitch for note in left))
        moving.append(Chord(strike.onset, end, pitches, staccato))
    above, below = (
        [Chord(chord.onset, chord.end, chord.pitches) for chord in side]
        for side in (held.above, held.below)
    )
    return Voices(_without_lone_staccatos(moving), above, below)


def _strikes(notes: Iterable[Note], end: int) -> list[Strike]:
    at: defaultdict[int, dict[int, Note]] = defaultdict(dict)
    for note in notes:
        onset = snap(note.onset)
        if onset >= end:  # a note that begins just before the final bar line
            onset = end - _EIGHTH // 4
        length = max(snap(note.end), onset + 1) - onset
        known = at[onset].get(note.pitch)
        if known is None or known.duration < length:
            at[onset][note.pitch] = replace(note, onset=onset, duration=length)
    onsets = sorted(at)
    return [
        Strike(onset, following, tuple(at[onset].values()))
        for onset, following in zip(onsets, [*onsets[1:], end], strict=False)
    ]


def _released(note: Note, strike: Strike, following: int, metre: TimeSignature) -> int:
    """Where a note is written to end: at the next one of its voice if it sounds up to there, else
    at its hand's next onset, unless a real rest comes before.

    `following` is the next onset of its voice, or the piece's end.
    """
    if note.end > following - _EIGHTH:
        return following
    line = note.onset - note.onset % metre.beat_ticks + metre.beat_ticks
    if metre.is_compound and note.onset % metre.beat_ticks and note.end <= line < following:
        return line  # a rest on the dotted beat reads better than a tie over it
    rest = strike.following - note.end
    if strike.wait <= TICKS_PER_QUARTER or rest <= _EIGHTH:
        # Held notes alone may begin before the voice goes on: a tiny rest there only confuses.
        gap = following - strike.following
        return following if gap < _EIGHTH else strike.following
    end = max(_nearest_eighth(note.end), _nearest_eighth(note.onset + _EIGHTH))
    return end if strike.following - end >= _EIGHTH else strike.following


def _struck_again(
    notes: Sequence[Note], strike: Strike, strikes: Sequence[Strike], end: int
) -> int:
    """When one of the notes' keys is struck next, in any voice; the piece's end if never."""
    pitches = {note.pitch for note in notes}
    first = bisect_right(strikes, strike.onset, key=lambda other: other.onset)
    later = islice(strikes, first, None)
    return next((s.onset for s in later if any(n.pitch in pitches for n in s.notes)), end)


def _is_staccato(note: Note, strike: Strike) -> bool:
    return (
        strike.wait <= TICKS_PER_QUARTER
        and note.duration <= _STACCATO_SHARE * strike.wait
        and note.duration <= _STACCATO_LONGEST
    )


def _without_lone_staccatos(chords: Sequence[Chord]) -> list[Chord]:
    """A single short note among long ones is a breath, not an articulation."""
    marks = [False, *(chord.staccato for chord in chords), False]
    return [
        replace(chord, staccato=chord.staccato and (before or after))
        for chord, before, after in zip(chords, marks, marks[2:], strict=False)
    ]


def _nearest_eighth(tick: int) -> int:
    return round(tick / _EIGHTH) * _EIGHTH
