"""Pedalling: where the sustain pedal is pressed and lifted.

Pianists change it with the harmony: up as the new bass is struck, down again a moment after, so
that the bass is caught and what sounded before is not (on its timing: Repp 1996, Psychology of
Music 24:199-221; the lengths here are a design choice of this project).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from melodymuse.music.score import TICKS_PER_QUARTER, ChordSymbol, Hand, Note, Pedal

_CATCH_SECONDS = 0.06
_EARLIEST, _LATEST = 20, 60
# A silence of both hands as long as this is meant to be one.
_REST = TICKS_PER_QUARTER


def pedal_strokes(
    notes: Sequence[Note], chords: Sequence[ChordSymbol], bar_ticks: int, end: int, tempo: float
) -> tuple[Pedal, ...]:
    """The strokes of a piece: one for each harmony, at least one a bar, none through a rest.

    Args:
        notes: of both hands, by onset.
        chords: the harmonies, by onset; where there are none the pedal changes at bar lines.
        bar_ticks: length of a bar.
        end: tick of the final bar line, at which the last stroke is lifted.
        tempo: quarter notes a minute.
    """
    rests = list(_rests(notes, end))
    changes = sorted(
        {
            *(chord.onset for chord in chords),
            *range(0, end, bar_ticks),
            *(until for _, until in rests if until < end),
        }
    )
    strikes = [
        strike
        for change, following in pairwise([*changes, end])
        if (strike := _first_strike(notes, change, following)) is not None
    ]
    catch = round(_CATCH_SECONDS * tempo / 60 * TICKS_PER_QUARTER)
    delay = min(max(catch, _EARLIEST), _LATEST)
    strokes = []
    for strike, following in pairwise([*strikes, end]):
        lifted = next((begin for begin, _ in rests if begin > strike), end)
        pedal = Pedal(strike + delay, min(following, lifted))
        if pedal.release > pedal.onset:
            strokes.append(pedal)
    return tuple(strokes)


def _rests(notes: Sequence[Note], end: int) -> Iterator[tuple[int, int]]:
    """(first tick, first tick after it) of each silence of both hands."""
    sounding = 0
    for onset, until in [*((note.onset, note.end) for note in notes), (end, end)]:
        if onset - sounding >= _REST:
            yield sounding, onset
        sounding = max(sounding, until)


def _first_strike(notes: Sequence[Note], begin: int, end: int) -> int | None:
    """The first onset of the left hand in a stretch, or else of any hand."""
    first = bisect_left(notes, begin, key=lambda note: note.onset)
    after = bisect_left(notes, end, key=lambda note: note.onset)
    struck = notes[first:after]
    left = (note.onset for note in struck if note.hand is Hand.LEFT)
    return next(left, struck[0].onset if struck else None)
