"""What stays of a bar whose notes are written anew: where each hand strikes, or the bass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import HIGHEST_PITCH, LOWEST_PITCH, TICKS_PER_GRID, GridNote, Metre
from melodymuse.music.score import Hand, Note
from melodymuse.writing.vocabulary import (
    BAR_POSITION,
    FIRST_CHORD,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
)

_PITCHES = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
_LEFT, _RIGHT = slice(FIRST_LEFT, FIRST_RIGHT), slice(FIRST_RIGHT, ITEMS)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a bar.

    Attributes:
        right, left: grid steps at which the hand strikes, there and nowhere else; None where it is
            free.
        bass: (grid step, pitch) of the left hand's notes that stay, below which it has no other.
    """

    right: frozenset[int] | None = None
    left: frozenset[int] | None = None
    bass: tuple[tuple[int, int], ...] = ()

    @property
    def places(self) -> frozenset[int]:
        """Where something must be struck."""
        bass = (position for position, _ in self.bass)
        return frozenset(self.right or ()) | frozenset(self.left or ()) | frozenset(bass)


def rhythm_of(notes: Iterable[GridNote], *, melody: bool) -> Kept:
    """The rhythm of a bar, hand by hand; the right hand's is left out where its melody stays."""
    places: dict[Hand, set[int]] = {hand: set() for hand in Hand}
    for note in notes:
        places[note.hand].add(note.position)
    return Kept(None if melody else frozenset(places[Hand.RIGHT]), frozenset(places[Hand.LEFT]))


def bass_of(notes: Iterable[GridNote], metre: Metre) -> tuple[GridNote, ...]:
    """The bass of a bar: in each of its halves the left hand's lowest note, each time it comes."""
    halves: dict[bool, list[GridNote]] = defaultdict(list)
    for note in notes:
        if note.hand is Hand.LEFT:
            halves[note.position >= metre.half_steps].append(note)
    return tuple(
        note
        for half in halves.values()
        for note in half
        if note.pitch == min(other.pitch for other in half)
    )


def keep(
    allowed: NDArray[np.bool_],
    until: NDArray[np.intp],
    least: NDArray[np.intp],
    kept: Kept,
    stages: tuple[int, int, int],
) -> None:
    """Let a bar's table allow nothing that disturbs what stays.

    Args:
        allowed, until, least: of `rule_tables.RuleTable`, changed in place.
        kept: what stays.
        stages: what stands at a position: nothing, something that is no note of the left hand, one
            note of the left hand.
    """
    nothing, some, begun = stages
    for hand, items, places in ((0, _LEFT, kept.left), (1, _RIGHT, kept.right)):
        if places is None:
            continue
        for position in range(BAR_POSITION):
            if position not in places:
                allowed[:, position, items] = False
                if not hand and until[position] == FIRST_LEFT:
                    # A planned chord comes here without a bass of its own.
                    until[position] = FIRST_CHORD
                    allowed[some, position, _RIGHT] = allowed[begun, position, _RIGHT]
            elif not allowed[:, position, items].any():
                continue
            elif hand:
                until[position] = max(until[position], FIRST_RIGHT)
            else:
                least[position] = max(least[position], begun)
                allowed[:begun, position, _RIGHT] = False
    for position, pitch in kept.bass:
        own, above = pitch == _PITCHES, pitch < _PITCHES
        if allowed[nothing, position, _LEFT].any() or not _has_chord(allowed, nothing, position):
            allowed[nothing, position, _LEFT] = own
        allowed[some, position, _LEFT] = own
        allowed[begun:, position, _LEFT] &= above
        allowed[:begun, position, _RIGHT] = False
        least[position] = max(least[position], begun)
    for (begin, pitch), (end, _) in pairwise([*sorted(kept.bass), (BAR_POSITION, 0)]):
        between = [p for p in range(begin + 1, end) if p not in dict(kept.bass)]
        allowed[:, between, _LEFT] &= pitch < _PITCHES


def _has_chord(allowed: NDArray[np.bool_], nothing: int, position: int) -> bool:
    return bool(allowed[nothing, position, :FIRST_LEFT].any())


def in_rhythm(new: Sequence[Note], old: Sequence[Note]) -> tuple[Note, ...]:
    """Notes exactly when and as long as those that they replace: hand by hand and onset by onset,
    from the bottom up; what has none to replace is left out.

    Args:
        new: on the grid.
        old: as they were played.
    """
    were: defaultdict[tuple[Hand, int], list[Note]] = defaultdict(list)
    for note in sorted(old, key=lambda n: n.pitch):
        were[note.hand, round(note.onset / TICKS_PER_GRID)].append(note)
    came: defaultdict[tuple[Hand, int], list[Note]] = defaultdict(list)
    for note in sorted(new, key=lambda n: n.pitch):
        came[note.hand, note.onset // TICKS_PER_GRID].append(note)
    placed = [
        replace(note, onset=before.onset, duration=before.duration)
        for place, notes in came.items()
        for note, before in zip(notes, _spread(were[place], len(notes)), strict=False)
    ]
    return tuple(sorted(_let_go(placed)))


def _spread(notes: Sequence[Note], count: int) -> list[Note]:
    return [notes[min(index, len(notes) - 1)] for index in range(count)] if notes else []


def _let_go(notes: Sequence[Note]) -> list[Note]:
    """No key struck while it is held by the same hand."""
    ordered = sorted(notes, key=lambda n: (n.hand, n.pitch, n.onset))
    found = []
    for note, after in zip(ordered, [*ordered[1:], None], strict=True):
        same = after is not None and (after.hand, after.pitch) == (note.hand, note.pitch)
        until = after.onset if after is not None and same else note.end
        if until > note.onset:
            found.append(replace(note, duration=min(note.duration, until - note.onset)))
    return found
