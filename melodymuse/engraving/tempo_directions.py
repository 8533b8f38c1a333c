"""Tempo as players read it: "rit." and "a tempo" in place of a row of metronome numbers.

A tempo map says at every mark how fast; a page says where it begins to change, and a number only
where a new tempo is meant to stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from melodymuse.music.score import Score, TempoMark

RITARDANDO, ACCELERANDO, A_TEMPO = "rit.", "accel.", "a tempo"

# As a share of the tempo: what is hardly heard as a change (listeners tell tempos a few per cent
# apart: Drake & Botte 1993, "Tempo sensitivity in auditory sequences", Perception & Psychophysics
# 54), and from where on a change is worth a word.
_UNHEARD = 0.04
_WORTH_A_WORD = 0.08
# In bars: marks further apart than this are separate changes; and how long a tempo must hold to be
# a new one, reached at once or by and by.
_NEAR = 1
_LASTS, _LASTS_AFTER_GRADUAL = 1, 2


@dataclass(frozen=True, slots=True)
class TempoDirection:
    """What the page says at one tempo mark of a score.

    Attributes:
        onset: tick of the mark.
        bpm: quarter notes a minute from there on, for whoever plays the page.
        words: what is printed in words, may be empty.
        numbered: whether the number is printed.
    """

    onset: int
    bpm: float
    words: str = ""
    numbered: bool = False


def tempo_directions(score: Score) -> tuple[TempoDirection, ...]:
    """One direction for each tempo mark of a score but the first, which heads the page."""
    bar = score.time_signature.bar_ticks
    found: list[TempoDirection] = []
    first = stated = score.tempos[0].bpm  # what a reader takes the tempo to be
    departed = False
    for run in _runs(score.tempos, bar):
        last = run[-1].bpm
        change = abs(last - stated) / stated
        bars = (_end_of(run[-1], score) - run[-1].onset) / bar
        lasts = bars >= (_LASTS if len(run) == 1 else _LASTS_AFTER_GRADUAL)
        directions = [TempoDirection(mark.onset, mark.bpm) for mark in run]
        if departed and abs(last - first) / first < _UNHEARD <= change:
            directions[-1] = replace(directions[-1], words=A_TEMPO)
            stated, departed = first, False
        elif change >= _WORTH_A_WORD and (len(run) > 1 or not lasts):
            words = RITARDANDO if last < stated else ACCELERANDO
            directions[0] = replace(directions[0], words=words)
            directions[-1] = replace(directions[-1], numbered=lasts)
            stated, departed = last, True
        elif change >= _UNHEARD and lasts:
            directions[-1] = replace(directions[-1], numbered=True)
            stated, departed = last, True
        found += directions
    return tuple(found)


def _runs(marks: Sequence[TempoMark], bar: int) -> Iterator[list[TempoMark]]:
    """The marks after the first, those together that lead one way without a pause."""
    run: list[TempoMark] = []
    before = marks[0]
    for earlier, mark in pairwise(marks):
        if run:
            onward = (mark.bpm - earlier.bpm) * (earlier.bpm - before.bpm) > 0
            if not onward or mark.onset - earlier.onset > _NEAR * bar:
                yield run
                run = []
        if not run:
            before = earlier
        run.append(mark)
    if run:
        yield run


def _end_of(mark: TempoMark, score: Score) -> int:
    """Until when a mark's tempo holds."""
    return next((later.onset for later in score.tempos if later.onset > mark.onset), score.end)
