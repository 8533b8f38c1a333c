"""What the note network is told, at every step, of the tune that it serves and of the figure that
its left hand keeps.

Of the tune: its next note, the last one that began, its lowest one in the bar, and whether what was
just written is a note of it.  Of the figure: the next stroke of the left hand in the bar whose
figure is kept, how far that lies above the bass there, and how closely the figure is kept.  In
training both are read off the music, in composing the tune is given and the plan names the bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import KEYS_ON_PIANO
from melodymuse.planning.recall import FIGURES, NEAR, OTHER, SHAPE, STROKES
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    DURATIONS,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
    POSITIONS,
    Event,
)

_KEYS = 1 + KEYS_ON_PIANO
# How far a stroke lies above the bar's bass: none, then 0 and more, the last for all that is wider.
_RISES = 1 + 37
# Whether the event just written is of the tune: nobody knows, no, yes.
_UNTOLD, _BESIDE, _OF_THE_TUNE = range(3)

# The classes that a step is told, by name, and how many there are.
HINTS: Mapping[str, int] = MappingProxyType(
    {
        "tune_position": POSITIONS,
        "tune_key": _KEYS,
        "tune_duration": DURATIONS,
        "tune_before": _KEYS,
        "tune_lowest": _KEYS,
        "tune_role": _OF_THE_TUNE + 1,
        "figure_position": POSITIONS,
        "figure_key": _KEYS,
        "figure_duration": DURATIONS,
        "figure_rise": _RISES,
        "figure_likeness": FIGURES,
    }
)
TUNE_HINTS = sum(name.startswith("tune") for name in HINTS)
FIGURE_HINTS = len(HINTS) - TUNE_HINTS
_ROLE = TUNE_HINTS - 1

# A figure is sought so many bars back; of two that are as close that of a whole period earlier.
FURTHEST_BACK, _PERIOD = 16, 4

# The place before everything in a bar, one behind all items of a position, and one behind the bar.
START = -1
_BEHIND = ITEMS - 1
_BEYOND = BAR_POSITION * ITEMS

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """What is told in one bar, by how much of it has passed.

    Attributes:
        places: int64 (n,), ascending: where each note that is told of stands.
        rows: int64 (n + 1, classes): what is told once so many of them have passed.
    """

    places: Places
    rows: Places

    def at(self, current: Places) -> Places:
        """What is told (steps, classes) at places (steps,)."""
        return np.asarray(self.rows[np.searchsorted(self.places, current, side="right")])


class Guides:
    """Guides of several bars side by side.

    Args:
        rows: how many bars.
        classes: how many are told at a step.
        room: how many notes one may tell of; what is beyond is not told.
    """

    def __init__(self, rows: int, classes: int, room: int) -> None:
        self._here = np.arange(rows)
        self._places: Places = np.full((rows, room), _BEYOND, np.int64)
        self._told: Places = np.zeros((rows, room + 1, classes), np.int64)

    def lay(self, row: int, guide: Guide | None) -> None:
        """Begin a bar; None tells nothing."""
        self._places[row], self._told[row] = _BEYOND, 0
        if guide is not None:
            room = self._places.shape[1]
            places, rows = guide.places[:room], guide.rows[: room + 1]
            self._places[row, : len(places)] = places
            self._told[row, : len(rows)] = rows

    def at(self, current: Places) -> Places:
        """What is told (rows, classes) at places (rows, 1)."""
        passed = np.add.reduce(self._places <= current, axis=1)
        return np.asarray(self._told[self._here, passed])

    def marks(self, current: Places) -> NDArray[np.bool_]:
        """(rows,): whether one of the notes that are told of stands at places (rows, 1)."""
        return np.asarray(np.logical_or.reduce(self._places == current, axis=1))

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Go on with some of the bars only."""
        self._here = np.arange(len(rows))
        self._places, self._told = self._places[rows], self._told[rows]


def recall_guide(bar: Sequence[Event]) -> Guide:
    """The events of a recalled bar, BAR first, by the place of the event just written; BAR where
    none is left."""
    events = bar[1:]
    places = np.array([place_of(event) for event in events], np.int64)
    return Guide(places, np.array([*events, BAR_EVENT], np.int64))


def tune_guide(tune: Sequence[Event]) -> Guide:
    """What is told of a bar's tune, by the place of the event just written (`place_of`)."""
    keys = [event.item - FIRST_RIGHT + 1 for event in tune]
    lowest = min(keys, default=0)
    rows = [
        (event.position, key, event.duration, before, lowest, _BESIDE)
        for event, key, before in zip(tune, keys, [0, *keys], strict=False)
    ]
    rows.append((BAR_POSITION, 0, 0, keys[-1] if keys else 0, lowest, _BESIDE))
    return Guide(np.array([place_of(e) for e in tune], np.int64), np.array(rows, np.int64))


def with_role(told: Places, marked: NDArray[np.bool_]) -> Places:
    """What is told of the tune (steps, `TUNE_HINTS`), also where what was just written is one of
    its notes: where it is marked (steps,)."""
    told[marked, _ROLE] = _OF_THE_TUNE
    return told


def figure_guide(bar: Sequence[Event], likeness: int) -> Guide:
    """What is told of the figure of an earlier bar, by the strike just written (`strikes_of`)."""
    strokes = [event for event in bar if FIRST_LEFT <= event.item < FIRST_RIGHT]
    bass = min((event.item for event in strokes), default=0)
    rows = [
        (
            event.position,
            event.item - FIRST_LEFT + 1,
            event.duration,
            1 + min(event.item - bass, _RISES - 2),
            likeness,
        )
        for event in strokes
    ]
    rows.append((BAR_POSITION, 0, 0, 0, likeness))
    return Guide(strikes_of(strokes), np.array(rows, np.int64))


def place_of(event: Event) -> int:
    """An event's place in its bar as a number that ascends with it; `START` for a BAR event."""
    return START if event.position == BAR_POSITION else event.position * ITEMS + event.item


def strikes_of(bar: Sequence[Event]) -> Places:
    """For each event of a bar how far the left hand has come with it: the place and how many keys
    it has struck there, since a figure's keys change with the chord."""
    found: list[int] = []
    strike, before = START, -1
    for event in bar:
        strike = _next_strike(strike, before, event)
        before = event.position
        found.append(strike)
    return np.array(found, np.int64)


def strikes_after(strikes: Places, before: Places, events: Places) -> Places:
    """`strikes_of` the next events of several bars: (rows,), after strikes (rows,) and the
    positions (rows,) of the events before them, for events (rows, 4) of which none is BAR."""
    first, item = events[:, 0] * ITEMS, events[:, 1]
    again = (before == events[:, 0]) & (strikes >= first)
    left = np.where(again, strikes + 1, first)
    return np.where(
        item < FIRST_LEFT, first - 1, np.where(item < FIRST_RIGHT, left, first + _BEHIND)
    )


def _next_strike(strike: int, before: int, event: Event) -> int:
    if event.position == BAR_POSITION:
        return START
    first = event.position * ITEMS
    if event.item < FIRST_LEFT:
        return first - 1
    if event.item >= FIRST_RIGHT:
        return first + _BEHIND
    return strike + 1 if before == event.position and strike >= first else first


def figure_likeness(bar: Sequence[Event], other: Sequence[Event]) -> int:
    """How closely a bar keeps the left hand's figure of another: one of the classes of figures in
    `melodymuse.planning.recall`."""
    ours, theirs = _strokes(bar), _strokes(other)
    if not ours or not theirs:
        return OTHER
    if ours.keys() != theirs.keys():
        shared = len(ours.keys() & theirs.keys())
        return NEAR if 2 * shared >= len(ours.keys() | theirs.keys()) else OTHER
    return SHAPE if _shape(ours) == _shape(theirs) else STROKES


def read_figures(bars: Sequence[Sequence[Event]]) -> tuple[int | None, ...]:
    """For each bar of a piece the earlier one whose left-hand figure it keeps most closely; None
    where it keeps none."""
    found: list[int | None] = []
    for index, bar in enumerate(bars):
        best, best_bar = (OTHER, False), None
        for earlier in range(index - 1, max(-1, index - 1 - FURTHEST_BACK), -1):
            closeness = (figure_likeness(bar, bars[earlier]), (index - earlier) % _PERIOD == 0)
            if closeness[0] > OTHER and closeness > best:
                best, best_bar = closeness, earlier
        found.append(best_bar)
    return tuple(found)


def _strokes(bar: Sequence[Event]) -> dict[int, list[int]]:
    strokes: dict[int, list[int]] = {}
    for event in bar:
        if FIRST_LEFT <= event.item < FIRST_RIGHT:
            strokes.setdefault(event.position, []).append(event.item)
    return strokes


def _shape(strokes: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """How many keys each stroke strikes, and whether it lies below (-1) or above the one before."""
    lowest = [min(keys) for keys in strokes.values()]
    moves = [0, *((after > before) - (after < before) for before, after in pairwise(lowest))]
    return [(len(keys), move) for keys, move in zip(strokes.values(), moves, strict=True)]
