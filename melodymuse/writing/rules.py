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
- The notes of a given tune come where they stand, on top of the right hand, which has nothing else
  but what is below the tune's note that sounds; the left hand stays below them.
- A left hand that keeps a figure strikes where that strikes, and with planned chords; one that has
  a planned pattern strikes that, as many keys as it says and which.
- The final bar is the tonic chord, of which each hand can hold to the end all that it strikes.

What a bar's plan allows is tabled once (`melodymuse.writing.rule_tables`); here stands what the
events written so far leave of it, for many bars side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import KEYS_ON_PIANO, GridNote, Metre
from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.keeping import Kept
from melodymuse.writing.rule_tables import (
    ALLOWED,
    FITS,
    HANDS,
    LEFT_FULL_HERE,
    NO_DUE,
    NOTHING_HERE,
    SOME_HERE,
    Mask,
    RuleTable,
    tabled,
)
from melodymuse.writing.vocabulary import (
    BAR_POSITION,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
    POSITIONS,
)

MOST_EVENTS = 128

_POSITIONS, _ITEMS = np.arange(POSITIONS), np.arange(ITEMS)
# By the position before (from -1 on) and the next one that is due: what lies between.  The bar may
# end where nothing is due.
_BETWEEN = (
    (np.arange(POSITIONS + 1)[:, None, None] <= _POSITIONS)
    & (np.arange(NO_DUE + 1)[:, None] >= _POSITIONS)
    & (_POSITIONS < BAR_POSITION)
)
_BETWEEN[:, NO_DUE, BAR_POSITION] = True
_AT: Mask = np.eye(NO_DUE + 1, POSITIONS, dtype=bool)
_SIDE = np.where(_ITEMS < FIRST_RIGHT, 0, 1)
_IS_LEFT: Mask = (_ITEMS >= FIRST_LEFT) & (_ITEMS < FIRST_RIGHT)
_IS_NOTE: Mask = _ITEMS >= FIRST_LEFT


def _after_items() -> Mask:
    """(ITEMS, ITEMS): what one event leaves open to the next ones at its position."""
    after = _ITEMS[:, None] < _ITEMS
    after[:FIRST_LEFT, :FIRST_LEFT] = False
    for first, keys in zip((FIRST_LEFT, FIRST_RIGHT), HANDS, strict=True):
        struck = _ITEMS[keys][:, None]
        after[first : first + KEYS_ON_PIANO, keys] &= struck + WIDEST_SPAN >= _ITEMS[keys]
    lower = np.arange(KEYS_ON_PIANO)
    after[FIRST_LEFT:FIRST_RIGHT, FIRST_RIGHT:] = lower > lower[:, None]
    return after


_AFTER = _after_items()


class BarRules:
    """The rules of several bars side by side, each under its own plan.

    A bar begins with `begin`; then, for each of its events, `positions` tells where it may stand,
    `items` what it may be there, and `place` writes it.

    Args:
        rows: how many bars.
    """

    def __init__(self, rows: int) -> None:
        self._tables: list[RuleTable | None] = [None] * rows
        self._here = np.arange(rows)
        self._allowed = np.zeros((rows, *ALLOWED), bool)
        self._open = np.zeros((rows, POSITIONS), bool)
        self._due = np.zeros((rows, POSITIONS + 1), np.intp)
        self._until = np.zeros((rows, POSITIONS), np.intp)
        self._least = np.zeros((rows, POSITIONS), np.intp)
        self._span = np.full(rows, WIDEST_SPAN)
        self._most = np.full((rows, 2), FINGERS)
        self._tune = np.zeros((rows, POSITIONS, 3), np.intp)
        self._left = np.zeros((rows, ITEMS), bool)
        self._staying = np.zeros((rows, ITEMS), bool)
        self._fingers = np.zeros((rows, 2), np.intp)
        self._stage = np.zeros(rows, np.intp)
        self._current = np.full(rows, -1)
        self._last = np.zeros(rows, np.intp)
        self._struck: list[set[int]] = [set() for _ in range(rows)]
        # Rows of a kind: those that close their piece, that have a tune, that have enough events,
        # that are for small hands.
        self._closing: set[int] = set()
        self._tuned: set[int] = set()
        self._full: set[int] = set()
        self._small: set[int] = set()

    def begin(
        self,
        row: int,
        plan: BarPlan,
        metre: Metre,
        stale_chord: int | None = None,
        tune: Sequence[GridNote] = (),
        figure: Sequence[int] = (),
        kept: Kept | None = None,
    ) -> None:
        """Begin a bar.

        Args:
            row: which of them.
            plan: what the form asks for.
            metre: of the bar.
            stale_chord: the item of a harmony that has lasted long enough: the bar begins with
                another one, unless its harmony is planned.
            tune: notes that are given, one at a time; of an unknown velocity where it is 0.
            figure: positions at which alone, but for planned chords, the left hand strikes; empty
                where it is free.
            kept: what stays of the notes that the bar had.
        """
        self._tables[row] = table = tabled(
            plan, metre, stale_chord, tuple(tune), tuple(figure), kept
        )
        self._due[row], self._until[row], self._tune[row] = table.due, table.until, table.tune
        self._least[row] = table.least
        self._span[row] = plan.bounds.span
        self._most[row] = plan.bounds.left, plan.bounds.right
        kinds = (
            (self._closing, table.closes),
            (self._tuned, bool(tune)),
            (self._small, plan.bounds.span < WIDEST_SPAN),
        )
        for rows, holds in kinds:
            (rows.add if holds else rows.discard)(row)
        self.again(row)

    def again(self, row: int) -> None:
        """Begin the same bar once more."""
        table = self._tables[row]
        assert table is not None
        self._allowed[row], self._open[row] = table.allowed, table.open
        self._current[row], self._last[row], self._stage[row] = -1, 0, NOTHING_HERE
        self._left[row] = True
        self._struck[row] = set()
        self._full.discard(row)

    def fill(self, row: int) -> None:
        """Let the bar have nothing more than what is due."""
        self._full.add(row)

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Go on with some of the bars only."""
        self._here = np.arange(len(rows))
        for name in ("allowed", "open", "due", "until", "least", "span", "most", "tune", "left",
                     "fingers", "stage", "current", "last"):  # fmt: skip
            setattr(self, f"_{name}", getattr(self, f"_{name}")[rows])
        self._tables = [self._tables[row] for row in rows]
        self._struck = [self._struck[row] for row in rows]
        for name in ("closing", "tuned", "full", "small"):
            old = getattr(self, f"_{name}")
            setattr(self, f"_{name}", {new for new, row in enumerate(rows) if row in old})

    def positions(self) -> Mask:
        """Where the next event of each bar may stand, (rows, POSITIONS)."""
        here, current = self._here, self._current
        due = self._due[here, current + 1]
        mask: Mask = _BETWEEN[current + 1, due]
        mask &= self._open
        mask |= _AT[due]
        self._staying = self._allowed[here, self._stage, current]
        self._staying &= self._left
        mask[here, current] = np.logical_or.reduce(self._staying, axis=1)
        for row in self._full:
            mask[row] = _AT[min(due[row], BAR_POSITION)]
        stays = self._last < self._until[here, current]
        stays |= self._stage < self._least[here, current]
        if stays.any():
            mask[stays] = _AT[current[stays]]
        free = np.logical_or.reduce(mask, axis=1)
        if not free.all():
            mask[~free, BAR_POSITION] = True
        return mask

    def items(self, position: NDArray[np.intp]) -> Mask:
        """What the next event of each bar may be at a position that `positions` has just allowed,
        (rows, ITEMS); `NO_ITEM` where a bar ends."""
        mask: Mask = self._allowed[self._here, NOTHING_HERE, position]
        stays = position == self._current
        if stays.any():
            mask[stays] = self._staying[stays]
        return mask

    def told(self, position: NDArray[np.intp], item: NDArray[np.intp]) -> NDArray[np.intp] | None:
        """The duration and velocity classes (rows, 2) of what are notes of a given tune, 0 where
        they are free; None where no bar has a tune."""
        if not self._tuned:
            return None
        given = self._tune[self._here, position]
        return np.asarray(given[:, 1:] * (given[:, :1] == item[:, None]))

    def place(self, position: NDArray[np.intp], item: NDArray[np.intp]) -> None:
        """Write an event in each bar; those that end with it are begun anew before the next."""
        moved = position != self._current
        if moved.any():
            self._left[moved] = True
            self._stage[moved] = NOTHING_HERE
            self._fingers[moved] = 0
            if self._tuned:
                self._fingers[moved, 1] = self._tune[self._here, position, 0][moved] > 0
        self._left &= _AFTER[item]
        if self._small:
            reached = (item + self._span)[:, None] >= _ITEMS
            self._left &= reached | (_SIDE[item, None] != _SIDE) | ~_IS_NOTE[item, None]
        self._stage = np.maximum(self._stage, SOME_HERE) + _IS_LEFT[item]
        np.minimum(self._stage, LEFT_FULL_HERE, out=self._stage)
        note = _IS_NOTE[item]
        self._fingers[self._here, _SIDE[item]] += note
        self._open &= FITS[position]
        self._open[:, BAR_POSITION] |= note
        self._current, self._last = position, item
        no_finger = self._fingers >= self._most
        if no_finger.any():
            for row, side in np.argwhere(no_finger).tolist():
                self._spare(row, side)
        for row in self._closing:
            self._hold(row, int(item[row]))

    def _spare(self, row: int, side: int) -> None:
        """A hand with no finger left strikes nothing more here, but the tune's note."""
        self._left[row, HANDS[side]] = False
        given = self._tune[row, self._current[row], 0] if self._tuned else 0
        if side and given:
            self._left[row, given] = given > self._last[row]

    def _hold(self, row: int, item: int) -> None:
        """In the final bar nothing comes below the bass, and no key that a hand could only reach
        by letting go of what it has struck."""
        if item < FIRST_LEFT:
            return
        struck = self._struck[row]
        first = not struck
        struck.add(item)
        for side, keys in enumerate(HANDS):
            held = {key for key in struck if _SIDE[key] == side}
            reach = _within_grasp(held, _ITEMS[keys])
            if first:
                reach = reach & (np.arange(KEYS_ON_PIANO) >= (item - FIRST_LEFT) % KEYS_ON_PIANO)
            self._allowed[row][:, :, keys] &= reach
        for position, given in enumerate(self._tune[row, :, 0]):
            if given:
                self._allowed[row, :, position, given] = True


def _within_grasp(held: Collection[int], keys: NDArray[Any]) -> Mask:
    """Keys that a hand can strike while it holds others."""
    if not held:
        return np.ones(len(keys), bool)
    near = (keys >= max(held) - WIDEST_SPAN) & (keys <= min(held) + WIDEST_SPAN)
    return near if len(held) < FINGERS else near & np.isin(keys, list(held))
