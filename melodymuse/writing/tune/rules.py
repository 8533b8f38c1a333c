"""What may follow in a tune: masks over the network's positions, durations and pitches.

Chord tones stand on the strong beats and wherever a note is long; what lies outside the chord comes
by step, off the strong beats, and goes by step.  Phrases end where, and on what, their cadence
asks.  A rule that leaves nothing gives way to the next weaker one.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import Metre
from melodymuse.planning.tune_plan import FINAL, FULL, HALF, NO_CADENCE, OPEN, TunePlan
from melodymuse.writing.tune.chord_scales import Allowed, as_mask, colours_of, scale_of, sung_of
from melodymuse.writing.tune.notes import (
    LOWEST_TUNE,
    NEXT_BAR,
    PITCHES,
    POSITIONS,
)
from melodymuse.writing.vocabulary import DURATION_STEPS

# What a phrase may end on, in the key, first choice and second; reached by step, the first of all.
_CLOSING = {
    FINAL: (frozenset((0,)), frozenset((0, 3, 4))),
    FULL: (frozenset((0, 3, 4)), frozenset((0, 3, 4, 7))),
    HALF: (frozenset((2, 7, 11)), frozenset((2, 7, 11, 5))),
    OPEN: (frozenset((2, 7, 11)),),
}
_HOME = frozenset((0,))
_LONG, _HELD = 18, 12
# The widest step into a phrase's last note; into the piece's, which is a tonic if one is so near.
_CLOSING_STEP, _FINAL_STEP = 5, 7
_SHORTEST_CLOSE = 12
_TRIPLET = 4
_GRID = np.arange(POSITIONS)
_STEPS = np.asarray((0, *DURATION_STEPS))


@lru_cache(maxsize=64)
def grid_of(metre: Metre, finest: int) -> Allowed:
    """Positions of a metre on its eighths, sixteenths or triplets, and the next bar line."""
    on_grid = (_GRID % finest == 0) & (metre.bar_steps > _GRID)
    if finest == _TRIPLET:
        on_grid |= (_GRID % 6 == 0) & (metre.bar_steps > _GRID)
    on_grid[NEXT_BAR] = True
    on_grid.setflags(write=False)
    return np.asarray(on_grid)


def may_begin(plan: TunePlan, metre: Metre, position: int, until: int) -> Allowed:
    """Where the next note of a bar may begin, or the next bar.

    Args:
        plan: of the bar.
        metre: of the bar.
        position: the last note's, -1 for none.
        until: grid step until which the last note sounds.
    """
    allowed = grid_of(metre, plan.finest) & ((until <= _GRID) & (position < _GRID))
    allowed[NEXT_BAR] = True
    if plan.finest == _TRIPLET and position >= 0 and position % metre.beat_steps:
        # One subdivision a beat.
        beat = position - position % metre.beat_steps
        rest = slice(position + 1, beat + metre.beat_steps)
        same = 4 if position % 6 else 6
        allowed[rest] &= (_GRID[rest] - beat) % same == 0
    if plan.silence is not None:
        allowed[plan.silence[0] : plan.silence[1]] = False
    begins = position < 0 and plan.cadence_at is None and not plan.onsets
    if (plan.since == 0 or plan.drives) and begins:
        # A phrase begins in its first bar, not with a mere upbeat to the second; what drives has no
        # bar that begins late.
        allowed[metre.beat_steps + 1 :] = False
    if plan.cadence_at is not None:
        if position < plan.cadence_at:
            # The last note of the phrase must come.
            allowed[plan.cadence_at + 1 :] = False
            allowed[NEXT_BAR] = until > plan.cadence_at
        else:
            first = metre.bar_steps - plan.upbeat
            allowed[: first if plan.upbeat else metre.bar_steps] = False
            if plan.upbeat and position < first:
                allowed[:] = first == _GRID
    if plan.onsets:
        due = next((at for at in plan.onsets if allowed[at]), NEXT_BAR)
        allowed[:] = due == _GRID
    if not allowed.any():
        allowed[NEXT_BAR] = True
    return allowed


def may_last(plan: TunePlan, metre: Metre, position: int, room: int) -> Allowed:
    """How long a note may last.

    Args:
        plan: of the bar.
        metre: of the bar.
        position: where it begins.
        room: grid steps until it must have ended.
    """
    finest = _TRIPLET if position % 12 in (4, 8) else min(plan.finest, 6)
    fine = (_STEPS % finest == 0) | (_STEPS % 3 == 0 if finest <= 3 else _STEPS % 6 == 0)
    if plan.finest == _TRIPLET and position % 12 == 0:
        fine |= _STEPS == _TRIPLET
    if plan.cadence_at is not None and position < plan.cadence_at:
        room = min(room, plan.cadence_at - position)
    allowed = fine & (_STEPS > 0) & (room >= _STEPS)
    if plan.silence is not None and position < plan.silence[0]:
        allowed &= position + _STEPS <= plan.silence[0]
    if plan.onsets:
        # Most of the time until the next note.
        sung = allowed & (min(room, metre.bar_steps - position) * 2 <= _STEPS * 3)
        allowed = sung if sung.any() else allowed
    if position == plan.cadence_at:
        end = metre.bar_steps - plan.upbeat - position
        close = allowed & (_STEPS >= _SHORTEST_CLOSE) & (end >= _STEPS)
        allowed = close if close.any() else allowed
        if plan.cadence == FINAL:
            longest = allowed & (metre.bar_steps // 2 <= _STEPS)
            allowed = longest if longest.any() else allowed
    if not allowed.any():
        allowed = (_STEPS > 0) & (room >= _STEPS)
    if not allowed.any():
        allowed[1] = True
    return np.asarray(allowed)


class PitchRules:
    """What pitches may stand in a bar.

    Args:
        plan: of the bar.
        metre: of the bar.
        mode: "major" or "minor".
    """

    def __init__(self, plan: TunePlan, metre: Metre, mode: str) -> None:
        self._plan = plan
        self._metre = metre
        self._mode = mode
        self._strong = _strong_places(metre)

    def may_sound(
        self, position: int, duration: int, begins: int, ends: int, last: int, loose: bool
    ) -> Allowed:
        """Pitch classes that may sound.

        Args:
            position: where the note begins.
            duration: grid steps that it lasts.
            begins, ends: chord classes where it begins and ends.
            last: the pitch before, 0 for none.
            loose: whether that one rubs against its chord and still has to go by step.
        """
        plan = self._plan
        inside = as_mask(sung_of(begins, self._mode), plan.lowest, plan.highest)
        scale = as_mask(scale_of(begins, self._mode), plan.lowest, plan.highest)
        colour = as_mask(colours_of(begins, self._mode), plan.lowest, plan.highest)
        if not begins:
            inside = scale
        wishes = []
        if position == plan.cadence_at and plan.cadence != NO_CADENCE:
            wishes += self._closing(inside, scale, last)
        if duration >= _LONG or self._is_thrown(position, duration):
            free = inside
        elif position in self._strong and not plan.sighs:
            free = inside | (colour & near(last, 2)) if last else inside
        elif position % self._metre.beat_steps == 0:
            free = inside | (scale & near(last, 2) & ~at(last)) if last else inside
        else:
            free = inside | (scale & near(last, 2)) if last else inside
        if ends != begins and duration >= _LONG and ends:
            held = as_mask(sung_of(ends, self._mode), plan.lowest, plan.highest)
            free = free & held if (free & held).any() else free
        if last:
            reach = free & near(last, plan.widest)
            if loose:
                wishes += [reach & near(last, 2) & ~at(last), scale & near(last, 2) & ~at(last)]
            wishes.append(reach)
        wishes += [free, scale, inside]
        for allowed in wishes:
            if allowed.any():
                return allowed
        return as_mask(frozenset(range(12)), LOWEST_TUNE, LOWEST_TUNE + PITCHES)

    def _is_thrown(self, position: int, duration: int) -> bool:
        """Whether a note is an accent of a theme that drives: thrown off the beat, and held."""
        return self._plan.drives and duration >= _HELD and position % self._metre.beat_steps > 0

    def _closing(self, inside: Allowed, scale: Allowed, last: int) -> list[Allowed]:
        plan = self._plan
        wishes = []
        if last:
            home = [_HOME] if plan.cadence in (FULL, FINAL) else []
            for pitch_classes in (*home, *_CLOSING.get(plan.cadence, ())[:1]):
                wanted = as_mask(pitch_classes, plan.lowest - 3, plan.highest)
                wishes.append(wanted & inside & near(last, 2) & ~at(last))
                if plan.drives and pitch_classes is _HOME:
                    wishes.append(wanted & inside & near(last, _CLOSING_STEP))
        for step in (_FINAL_STEP if plan.cadence == FINAL else _CLOSING_STEP, 12):
            for pitch_classes in _CLOSING.get(plan.cadence, ()):
                wanted = as_mask(pitch_classes, plan.lowest - 3, plan.highest)
                if plan.cadence not in (HALF, OPEN):
                    wanted = wanted & scale if (wanted & scale).any() else wanted
                fitting = wanted & inside
                if plan.cadence in (HALF, OPEN) and last:
                    # A question is not asked by striking one note twice.
                    wishes.append(fitting & near(last, step) & ~at(last))
                for allowed in (fitting, wanted) if plan.cadence == FINAL else (fitting,):
                    wishes.append(allowed & near(last, step) if last else allowed)
            wishes.append(inside & near(last, step) if last else inside)
        return wishes


@lru_cache(maxsize=8)
def _strong_places(metre: Metre) -> frozenset[int]:
    """Where only chord tones stand: the bar line, and the middle of a bar that has one."""
    return frozenset((0,) if metre.name in ("3/4", "2/4") else (0, metre.half_steps))


@lru_cache(maxsize=1024)
def near(pitch: int, semitones: int) -> Allowed:
    """Pitch classes within so many semitones of a pitch; all of them where there is none."""
    if not pitch:
        return np.ones(PITCHES, bool)
    found: NDArray[np.bool_] = np.abs(np.arange(PITCHES) - 1 + LOWEST_TUNE - pitch) <= semitones
    found.setflags(write=False)
    return found


@lru_cache(maxsize=128)
def at(pitch: int) -> Allowed:
    """The class of a pitch alone."""
    return near(pitch, 0)
