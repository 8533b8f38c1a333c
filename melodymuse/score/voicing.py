"""From sounding notes to the chords of a staff: printed lengths, and which of two voices.

Pianists write a note up to the next one of its hand rather than to the instant at which the key is
let go, and write two voices on a staff only where a note is really held while others move.  Onsets
are kept; only lengths are read that way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from melodymuse.score.model import TICKS_PER_QUARTER, Note, Score
from melodymuse.score.note_values import snap

_EIGHTH = TICKS_PER_QUARTER // 2
# A note is held over others when it outlasts the wait for the next one by this factor, and by at
# least an eighth.
_HELD_FACTOR = 2
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


@dataclass(frozen=True, slots=True)
class _Strike:
    """What one hand strikes at one onset; `following` is its next onset, or the piece's end."""

    onset: int
    following: int
    notes: tuple[Note, ...]

    @property
    def wait(self) -> int:
        return self.following - self.onset


def voices_of(notes: Sequence[Note], score: Score) -> tuple[list[Chord], list[Chord]]:
    """The moving voice of a hand and the notes held against it, each without overlaps.

    Notes off the grid of `note_values.snap` are moved to it; of notes of one pitch that this makes
    coincide, the longest is kept.
    """
    strikes = _strikes(notes, score.end)
    moving: list[Chord] = []
    held: list[Chord] = []
    for place, strike in enumerate(strikes):
        short = strike.notes
        if not held or held[-1].end <= strike.onset:
            later = strikes[place + 1 :]
            long = tuple(note for note in strike.notes if _is_held(note, strike, later))
            end = _held_until(long, later, score.end) if long else 0
            if end > strike.following:
                held.append(Chord(strike.onset, end, _pitches(long)))
                short = tuple(note for note in strike.notes if note not in long)
        if short:
            end = max(_released(note, strike) for note in short)
            staccato = all(_is_staccato(note, strike) for note in short)
            moving.append(Chord(strike.onset, end, _pitches(short), staccato))
    return _without_lone_staccatos(moving), held


def _strikes(notes: Iterable[Note], end: int) -> list[_Strike]:
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
        _Strike(onset, following, tuple(at[onset].values()))
        for onset, following in zip(onsets, [*onsets[1:], end], strict=False)
    ]


def _is_held(note: Note, strike: _Strike, later: Sequence[_Strike]) -> bool:
    """Whether a note sounds on, above or below all that its hand strikes meanwhile."""
    sounds_long = note.duration >= _HELD_FACTOR * strike.wait
    if not sounds_long or note.end - strike.following < _EIGHTH:
        return False
    meanwhile = takewhile(lambda other: other.onset < note.end, later)
    pitches = [n.pitch for other in meanwhile for n in other.notes]
    return bool(pitches) and not min(pitches) <= note.pitch <= max(pitches)


def _held_until(notes: Sequence[Note], later: Sequence[_Strike], limit: int) -> int:
    """Where held notes are written to end: near their end on an onset of the hand or an eighth,
    rather on a beat than off it, and before one of their keys is struck again."""
    sounding = max(note.end for note in notes)
    pitches = {note.pitch for note in notes}
    struck_again = (s.onset for s in later if pitches & {note.pitch for note in s.notes})
    limit = min(next(struck_again, limit), limit)
    eighth = sounding // _EIGHTH * _EIGHTH
    onsets = [strike.onset for strike in later if abs(strike.onset - sounding) <= _EIGHTH]
    ends = {tick for tick in (eighth, eighth + _EIGHTH, *onsets) if tick <= limit} | {limit}
    return min(sorted(ends), key=lambda tick: abs(tick - sounding) + _weakness(tick))


def _weakness(tick: int) -> int:
    """How far, in ticks, an end is drawn from a weak place to a strong one."""
    if tick % TICKS_PER_QUARTER == 0:
        return 0
    return _EIGHTH // 4 if tick % _EIGHTH == 0 else _EIGHTH // 2


def _released(note: Note, strike: _Strike) -> int:
    """Where a note is written to end: at its hand's next onset, unless a real rest comes before."""
    rest = strike.following - note.end
    if strike.wait <= TICKS_PER_QUARTER or rest <= _EIGHTH:
        return strike.following
    end = max(_nearest_eighth(note.end), _nearest_eighth(note.onset + _EIGHTH))
    return end if strike.following - end >= _EIGHTH else strike.following


def _is_staccato(note: Note, strike: _Strike) -> bool:
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


def _pitches(notes: Iterable[Note]) -> tuple[int, ...]:
    return tuple(sorted(note.pitch for note in notes))
