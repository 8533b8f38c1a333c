"""What may follow what: the masks that keep sampled music well formed and playable.

The network knows all this from its data, nearly always; the rules make "nearly" into "always".

- Within a bar events ascend by position and, at one position, by item.
- At an onset a hand strikes at most five notes within a tenth; the right hand stays above the left.
- A beat is divided by two (into sixteenths) or by three, never both: what is written can be read;
  in compound metres it is divided into its sixteenths only.
- A harmony that has lasted two bars moves on.
- Planned chord symbols come where they are planned, and no others in their bar; the left hand
  strikes their root or third with them, the root where a phrase begins or ends, has a chord tone
  lowest on every beat that it strikes, and the third that they do not have stays away.
- The final bar is the tonic chord, of which each hand can hold to the end all that it strikes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import (
    GRID_PER_QUARTER,
    HIGHEST_PITCH,
    KEYS_ON_PIANO,
    LOWEST_PITCH,
    GridChord,
    Metre,
)
from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.vocabulary import (
    BAR_POSITION,
    FIRST_CHORD,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
    POSITIONS,
    Event,
    chord_item,
    is_note,
    item_pitch,
)

Mask = NDArray[np.bool_]

SIXTEENTH, TRIPLET = GRID_PER_QUARTER // 4, GRID_PER_QUARTER // 3
MOST_EVENTS = 128
# In POP909 a harmony hardly ever stays longer.
LONGEST_HARMONY_BARS = 2

_PITCHES = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
_PITCH_CLASSES = _PITCHES % 12
_WITHIN_BEAT = np.arange(BAR_POSITION) % GRID_PER_QUARTER
_DUPLE, _TRIPLE = _WITHIN_BEAT % SIXTEENTH == 0, _WITHIN_BEAT % TRIPLET == 0
_EITHER = _DUPLE | _TRIPLE
# What a chord may stand on, in semitones above its root: on its fifth it would be a six-four chord,
# which wants to resolve (Piston 1941, "Harmony"), and on its seventh it would have to fall.
_BASSES = frozenset({0, 3, 4})
# What contradicts a chord's third, or what is suspended in its place (semitones above the root).
_FALSE_THIRDS = {2: (3, 4), 3: (4,), 4: (3,), 5: (3, 4)}


class BarRules:
    """The rules of one bar, under a plan.

    Args:
        plan: what the form asks for.
        metre: of the bar.
        lowest, highest: pitches as if the tonic were C that the piano still has in the real key.
        stale_chord: the item of a harmony that has lasted long enough: the bar begins with another
            one, unless its harmony is planned.
    """

    def __init__(
        self,
        plan: BarPlan,
        metre: Metre,
        lowest: int,
        highest: int,
        stale_chord: int | None = None,
    ) -> None:
        self._plan = plan
        self._bar_steps = metre.bar_steps
        self._beat_steps = metre.beat_steps
        self._range = (lowest <= _PITCHES) & (highest >= _PITCHES)
        controls = plan.controls
        self._firm = bool(controls.phrase_begins or controls.phrase_ends or plan.closes)
        self._planned = {chord.position: chord for chord in plan.harmony or ()}
        self._stale_chord = stale_chord if plan.harmony is None else None
        self._last_position = metre.half_steps if plan.closes else metre.bar_steps - 1

    def positions(self, written: Sequence[Event]) -> Mask:
        """Where the next event may stand, after the events written in this bar (BAR first)."""
        mask = np.zeros(POSITIONS, bool)
        current = written[-1].position if len(written) > 1 else -1
        due = self._next_planned_chord(current, written)
        has_notes = any(is_note(event.item) for event in written)
        if len(written) > MOST_EVENTS and has_notes:
            mask[BAR_POSITION] = True
            return mask
        last = min(self._last_position, due if due is not None else self._bar_steps)
        mask[current + 1 : last + 1] = True
        mask[:BAR_POSITION] &= self._subdivision(written)
        if due is not None:
            mask[due] = True
        if current >= 0 and self.items(current, written).any():
            mask[current] = True
        if current in self._planned and not self._has_left(current, written):
            mask[:] = False
            mask[current] = True
            return mask
        if self._stale_chord is not None and len(written) == 1:
            mask[1:] = False
            mask[0] = True
        elif due is None and has_notes:
            mask[BAR_POSITION] = True
        if not mask.any():
            mask[BAR_POSITION] = True
        return mask

    def items(self, position: int, written: Sequence[Event]) -> Mask:
        """What the next event may be at a position."""
        mask = np.zeros(ITEMS, bool)
        here = [event.item for event in written[1:] if event.position == position]
        planned = self._planned.get(position)
        if planned is not None and _item(planned) not in here:
            if not here:
                mask[_item(planned)] = True
            return mask
        if not here and self._plan.harmony is None:
            mask[FIRST_CHORD:FIRST_LEFT] = True
        if self._stale_chord is not None and len(written) == 1:
            mask[self._stale_chord] = False
            return mask
        left = [item for item in here if FIRST_LEFT <= item < FIRST_RIGHT]
        right = [item for item in here if item >= FIRST_RIGHT]
        mask[FIRST_LEFT:FIRST_RIGHT] = self._range & _reach(left, FIRST_LEFT)
        mask[FIRST_RIGHT:] = self._range & _reach(right, FIRST_RIGHT)
        if left:
            mask[FIRST_RIGHT : FIRST_RIGHT + left[-1] - FIRST_LEFT + 1] = False
        if here:
            mask[: here[-1] + 1] = False
        if self._planned:
            self._keep_planned_chord(mask, position, written)
        if self._plan.closes:
            self._keep_tonic_chord(mask, written)
        return mask

    def _has_left(self, position: int, written: Sequence[Event]) -> bool:
        return any(
            event.position == position and FIRST_LEFT <= event.item < FIRST_RIGHT
            for event in written[1:]
        )

    def _keep_planned_chord(self, mask: Mask, position: int, written: Sequence[Event]) -> None:
        """A chord tone first, in the left hand, where a planned chord comes and wherever the left
        hand strikes a beat; and no third that it does not have."""
        in_force = max((p for p in self._planned if p <= position), default=None)
        if in_force is None:
            return
        chord = self._planned[in_force]
        tones = QUALITIES[chord.quality]
        allowed = ~_keys_above(chord.root, _FALSE_THIRDS[tones[1]])
        mask[FIRST_LEFT:FIRST_RIGHT] &= allowed
        mask[FIRST_RIGHT:] &= allowed
        if self._has_left(position, written):
            return
        if position == in_force:
            bass = (0,) if self._firm else tuple(step for step in tones if step in _BASSES)
            mask[FIRST_LEFT:FIRST_RIGHT] &= _keys_above(chord.root, bass)
            mask[FIRST_RIGHT:] = False
        elif position % self._beat_steps == 0:
            mask[FIRST_LEFT:FIRST_RIGHT] &= _keys_above(chord.root, tones)

    def _next_planned_chord(self, current: int, written: Sequence[Event]) -> int | None:
        """The next position of the plan's harmony that has no chord symbol yet."""
        placed = {event[:2] for event in written}
        waiting = [p for p, chord in self._planned.items() if (p, _item(chord)) not in placed]
        return min((p for p in waiting if p >= max(current, 0)), default=None)

    def _subdivision(self, written: Sequence[Event]) -> Mask:
        """Sixteenths and triplets of every beat, less those that clash with what stands there; in
        the final bar beats alone."""
        if self._plan.closes:
            return np.asarray(np.arange(BAR_POSITION) % self._beat_steps == 0)
        mask: Mask = (_EITHER if self._beat_steps == GRID_PER_QUARTER else _DUPLE).copy()
        places = {event.position for event in written[1:]} | set(self._planned)
        for position in (place for place in places if place % GRID_PER_QUARTER):
            beat, within = divmod(position, GRID_PER_QUARTER)
            fits = _DUPLE if within % SIXTEENTH == 0 else _TRIPLE
            within_beat = slice(beat * GRID_PER_QUARTER, (beat + 1) * GRID_PER_QUARTER)
            mask[within_beat] &= fits[within_beat]
        return mask

    def _keep_tonic_chord(self, mask: Mask, written: Sequence[Event]) -> None:
        """Nothing but the tonic triad, nothing below its bass, and no key that a hand could only
        reach by letting go of what it has struck."""
        triad = QUALITIES["major" if self._plan.controls.mode == "major" else "minor"]
        allowed = _keys_above(0, triad)
        bass = [item_pitch(event.item)[0] for event in written if is_note(event.item)][:1]
        if bass:
            allowed = allowed & (bass[0] <= _PITCHES)
        for first, beyond in ((FIRST_LEFT, FIRST_RIGHT), (FIRST_RIGHT, ITEMS)):
            struck = {event.item for event in written if first <= event.item < beyond}
            mask[first:beyond] &= allowed & _within_grasp(struck, first)


@lru_cache(maxsize=512)
def _keys_above(root: int, steps: tuple[int, ...]) -> Mask:
    """Keys on the piano that stand so many semitones, or octaves more, above a root."""
    return np.isin((_PITCH_CLASSES - root) % 12, steps)


def _item(chord: GridChord) -> int:
    return chord_item(chord.root, chord.quality)


def _reach(struck: Sequence[int], first: int) -> Mask:
    """Keys that a hand can still strike, of the keys on the piano, above those it strikes."""
    if not struck:
        return np.ones(KEYS_ON_PIANO, bool)
    if len(struck) >= FINGERS:
        return np.zeros(KEYS_ON_PIANO, bool)
    keys = np.arange(KEYS_ON_PIANO) + first
    return np.asarray((keys > struck[-1]) & (keys <= struck[0] + WIDEST_SPAN))


def _within_grasp(held: Collection[int], first: int) -> Mask:
    """Keys that a hand can strike while it holds others, of the keys on the piano."""
    keys = np.arange(KEYS_ON_PIANO) + first
    if not held:
        return np.ones(KEYS_ON_PIANO, bool)
    near = (keys >= max(held) - WIDEST_SPAN) & (keys <= min(held) + WIDEST_SPAN)
    return near if len(held) < FINGERS else near & np.isin(keys, list(held))
