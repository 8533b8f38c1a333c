"""Which notes of a hand are held while others move: the second voice of a staff.

A second voice helps the reader where it is a line or a long note; a single short overlap is only
clutter, and is left to the fingers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from melodymuse.engraving.strikes import Strike
from melodymuse.music.score import TICKS_PER_QUARTER, Note, Score

_EIGHTH = TICKS_PER_QUARTER // 2
# A note is held over others when it outlasts the wait for the next one by this factor, and by at
# least an eighth.
_HELD_FACTOR = 2
_STEP = TICKS_PER_QUARTER // 4
# A line of held notes is worth a voice when together they outlast the others by so much.
_LEAST_OVERLAP = TICKS_PER_QUARTER


@dataclass(frozen=True, slots=True)
class HeldChord:
    """Notes held together: onset and written end in ticks of the score, MIDI pitches rising, and
    for how many ticks they sound against others of their hand."""

    onset: int
    end: int
    pitches: tuple[int, ...]
    overlap: int


class Held(NamedTuple):
    """Notes held above and below the moving voice; in no bar both."""

    above: list[HeldChord]
    below: list[HeldChord]


def held_notes(strikes: Sequence[Strike], score: Score) -> Held:
    """The notes to be written as a second voice.

    Args:
        strikes: of one hand, in rising order, on the grid.
        score: whose they are.
    """
    above = _worth_a_voice(_side(strikes, score, max, lambda mine, others: mine > max(others)))
    below = _worth_a_voice(_side(strikes, score, min, lambda mine, others: mine < min(others)))
    return _one_side_a_bar(above, below, score.time_signature.bar_ticks)


def _side(
    strikes: Sequence[Strike],
    score: Score,
    outermost: Callable[[Iterable[int]], int],
    outside: Callable[[int, list[int]], bool],
) -> list[HeldChord]:
    """The chords held on one side of all that the hand strikes meanwhile, without overlaps."""
    held: list[HeldChord] = []
    for place, strike in enumerate(strikes):
        if held and held[-1].end > strike.onset:
            continue
        later = strikes[place + 1 :]
        long = [note for note in strike.notes if _is_held(note, strike, later, outside)]
        short = [note.pitch for note in strike.notes if note not in long]
        # A chord that is held on both sides at once stays whole on the side of its outermost note.
        long = [note for note in long if not short or outside(note.pitch, short)]
        if not long or outermost(n.pitch for n in strike.notes) not in [n.pitch for n in long]:
            continue
        end = _held_until(long, later, score)
        if end > strike.following:
            pitches = tuple(sorted(note.pitch for note in long))
            held.append(HeldChord(strike.onset, end, pitches, end - strike.following))
    return held


def _is_held(
    note: Note,
    strike: Strike,
    later: Sequence[Strike],
    outside: Callable[[int, list[int]], bool],
) -> bool:
    """Whether a note sounds on, beyond all that its hand strikes meanwhile."""
    sounds_long = note.duration >= _HELD_FACTOR * strike.wait
    if not sounds_long or note.end - strike.following < _EIGHTH:
        return False
    meanwhile = takewhile(lambda other: other.onset < note.end, later)
    pitches = [n.pitch for other in meanwhile for n in other.notes]
    return bool(pitches) and outside(note.pitch, pitches)


def _held_until(notes: Sequence[Note], later: Sequence[Strike], score: Score) -> int:
    """Where held notes are written to end: near their end on an onset of the hand or an eighth,
    rather on a beat than off it, not within a triplet, and before a key of theirs is struck again.
    """
    sounding = max(note.end for note in notes)
    pitches = {note.pitch for note in notes}
    struck_again = (s.onset for s in later if pitches & {note.pitch for note in s.notes})
    limit = min(next(struck_again, score.end), score.end)
    eighth = sounding // _EIGHTH * _EIGHTH
    near = takewhile(lambda strike: strike.onset <= sounding + _EIGHTH, later)
    onsets = [s.onset for s in near if s.onset >= sounding - _EIGHTH and s.onset % _STEP == 0]
    ends = {tick for tick in (eighth, eighth + _EIGHTH, *onsets) if tick <= limit} | {limit}
    beat = score.time_signature.beat_ticks
    return min(sorted(ends), key=lambda tick: abs(tick - sounding) + _weakness(tick, beat))


def _weakness(tick: int, beat: int) -> int:
    """How far, in ticks, an end is drawn from a weak place to a strong one."""
    if tick % beat == 0:
        return 0
    return _EIGHTH // 4 if tick % _EIGHTH == 0 else _EIGHTH // 2


def _worth_a_voice(chords: Sequence[HeldChord]) -> list[HeldChord]:
    """The lines of held chords, each following the last without a gap, that are worth a voice."""
    lines: list[list[HeldChord]] = []
    for chord in chords:
        if lines and lines[-1][-1].end == chord.onset:
            lines[-1].append(chord)
        else:
            lines.append([chord])
    worthy = [line for line in lines if sum(chord.overlap for chord in line) >= _LEAST_OVERLAP]
    return [chord for line in worthy for chord in line]


def _one_side_a_bar(above: list[HeldChord], below: list[HeldChord], bar: int) -> Held:
    """Keep in each stretch of bars that ties hold together the side with more to say."""
    both = sorted([*above, *below], key=lambda chord: chord.onset)
    chosen: set[HeldChord] = set()
    stretch: list[HeldChord] = []
    for chord in both:
        if stretch and chord.onset // bar > max(c.end - 1 for c in stretch) // bar:
            chosen |= _weightier(stretch, above, below)
            stretch = []
        stretch.append(chord)
    if stretch:
        chosen |= _weightier(stretch, above, below)
    return Held([c for c in above if c in chosen], [c for c in below if c in chosen])


def _weightier(
    stretch: Sequence[HeldChord], above: Sequence[HeldChord], below: Sequence[HeldChord]
) -> set[HeldChord]:
    sides = [[chord for chord in stretch if chord in side] for side in (above, below)]
    return set(max(sides, key=lambda side: sum(chord.end - chord.onset for chord in side)))
