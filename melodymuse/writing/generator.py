"""The note generator: drafts become bars, several at once in lockstep, event by event.

Each draft is a row of its own: the network, the rules and the sampler treat rows apart, and a row
draws from its own random streams, one for each bar, take and candidate.  So a piece is the same to
the last byte alone and among many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import GridChord, GridNote
from melodymuse.planning.bar_controls import VECTOR_SIZE, as_vector
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import FREE, NEAR, OTHER, SHAPE
from melodymuse.streams import stream
from melodymuse.writing.critique import weigh_bar
from melodymuse.writing.draft import Draft
from melodymuse.writing.hints import (
    FIGURE_HINTS,
    START,
    TUNE_HINTS,
    Guides,
    figure_guide,
    recall_guide,
    strikes_after,
    tune_guide,
    with_role,
)
from melodymuse.writing.keeping import Kept
from melodymuse.writing.network import Floats, Indices, NoteNetwork
from melodymuse.writing.recall import similarity, tune_of
from melodymuse.writing.rule_tables import Mask
from melodymuse.writing.rules import MOST_EVENTS, BarRules
from melodymuse.writing.sampler import choose
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
    Event,
    decode_bar,
    encode_bar,
    is_chord,
    item_chord,
)

Bar = tuple[Event, ...]

# How many drafts are written side by side.
MOST_ROWS = 64
# In POP909 a harmony hardly ever stays longer.
LONGEST_HARMONY_BARS = 2
# Strikes of the left hand that make a figure.
_LEAST_FIGURE = 2
_PARTS = 4
# More events than a bar has: a few that are due may follow the last free one.
_ROOM = 2 * MOST_EVENTS


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to choose from what the network offers.

    Attributes:
        sober: share of the temperature at which it is chosen what is struck; when, how long and how
            loud is chosen at all of it.
        least: choices less likely than this share of the likeliest one are left out.
        candidates: how many a bar may have until the faults of one weigh little; else the best one
            stands.
        closing_candidates: the same for the final bar, which is short and stays in the ear.
        tolerance: how much they may weigh (`critique`); real bars weigh 0.4 in the mean.
    """

    sober: float = 0.8
    least: float = 0.01
    candidates: int = 3
    closing_candidates: int = 8
    tolerance: float = 0.9


DEFAULT_SAMPLING = Sampling()


def write_drafts(
    network: NoteNetwork,
    drafts: Sequence[Draft],
    sampling: Sampling = DEFAULT_SAMPLING,
    rows: int = MOST_ROWS,
) -> tuple[tuple[Bar, ...], ...]:
    """Write what is free in each draft.

    Args:
        network: the trained network.
        drafts: what is to be written.
        sampling: how to choose.
        rows: how many are written side by side, which changes nothing but the speed.

    Returns:
        Each draft's bars as events, BAR first; those that are given as the network reads them.
    """
    return _Lockstep(network, drafts, sampling, rows).run()


class _Lane:
    """One draft on its way: what stands so far, and the candidates for the bar at hand."""

    def __init__(self, index: int, draft: Draft) -> None:
        self.index, self.draft = index, draft
        self.bars: list[Bar] = []
        self._harmony: int | None = None
        self._lasted = 0
        self._candidates: list[tuple[float, Bar, Floats]] = []
        self.given: Bar | None = None
        self.written: list[Event] = []
        self.reading: Iterator[Event] = iter(())
        self.random = Random(0)

    @property
    def plan(self) -> BarPlan:
        """Of the bar at hand."""
        return self.draft.plans[len(self.bars)]

    @property
    def recalled(self) -> Bar | None:
        """What the bar at hand recalls."""
        bar = self.plan.recall.bar
        return None if bar is None else self.bars[bar]

    @property
    def tune(self) -> Sequence[GridNote]:
        """What is given of the bar at hand's tune, or comes again from the bar that it recalls."""
        recalled = self.recalled if self.plan.sings_again else None
        return self.draft.tune.get(len(self.bars), tune_of(recalled or ()))

    @property
    def figure(self) -> tuple[int, ...]:
        """Where the left hand strikes below a tune: as in the bar whose figure the bar at hand
        keeps, or in the next of those that keep it too, if it has none in both its halves; empty
        where it is free."""
        first = self.plan.figure
        if first is None or not self.tune:
            return ()
        return next(filter(None, map(self._figure_of, self._keeping(first))), ())

    @property
    def model(self) -> tuple[int, int]:
        """The bar whose left-hand figure is told of, and how closely the bar at hand keeps it: the
        one that it keeps; of a bar that keeps none the one before, varied where a phrase ends and
        left where a theme begins."""
        before, plan = len(self.bars) - 1, self.plan
        if before < 0 or not self.tune or plan.closes or plan.accompaniment:
            return before, FREE
        if self.figure and plan.figure is not None:
            return next(bar for bar in self._keeping(plan.figure) if self._figure_of(bar)), SHAPE
        return before, NEAR if plan.controls.phrase_ends else OTHER

    def _keeping(self, first: int) -> Iterator[int]:
        """The bars so far that have the figure of one of them."""
        plans = self.draft.plans
        return (bar for bar in range(first, len(self.bars)) if first in (bar, plans[bar].figure))

    def _figure_of(self, bar: int) -> tuple[int, ...]:
        """Where a bar's left hand strikes, if it does in both halves; else empty."""
        struck = {e.position for e in self.bars[bar] if FIRST_LEFT <= e.item < FIRST_RIGHT}
        whole = len(struck) >= _LEAST_FIGURE and max(struck) >= self.draft.metre.half_steps
        return tuple(sorted(struck)) if whole else ()

    @property
    def kept(self) -> Kept | None:
        """What stays of the notes that the bar at hand had."""
        return self.draft.kept.get(len(self.bars))

    @property
    def stale_chord(self) -> int | None:
        """The harmony that has lasted long enough."""
        return self._harmony if self._lasted >= LONGEST_HARMONY_BARS else None

    def begin_bar(self) -> None:
        """Take the next bar in hand."""
        bar = self.draft.given.get(len(self.bars))
        self.given = None if bar is None else encode_bar(*bar)
        self.reading = iter((*(self.given or ())[1:], BAR_EVENT))
        self._candidates = []
        self.draw()

    def draw(self) -> None:
        """Begin the next candidate, with random numbers of its own."""
        self.written = []
        place = (len(self.bars), self.plan.take, len(self._candidates))
        self.random = stream(self.draft.seed, "bar", *place)

    def offer(self, state: Floats, sampling: Sampling) -> tuple[Bar, Floats] | None:
        """Weigh what is written: the candidate that stands, and the network's state after it; None
        where one more is begun."""
        written = (BAR_EVENT, *self.written)
        before = decode_bar(self.bars[-1])[0] if self.bars else ()
        chord = None if self._harmony is None else GridChord(0, *item_chord(self._harmony))
        likeness = similarity(written, self.recalled or ())
        faults = weigh_bar(decode_bar(written), before, chord, self.plan, likeness)
        self._candidates.append((faults, written, state))
        most = sampling.closing_candidates if self.plan.closes else sampling.candidates
        if faults > sampling.tolerance and len(self._candidates) < most:
            self.draw()
            return None
        return min(self._candidates, key=lambda candidate: candidate[0])[1:]

    def accept(self, bar: Bar) -> bool:
        """Let a bar stand; whether it was the last one."""
        named = [event.item for event in bar if is_chord(event.item)]
        if not named or set(named) == {self._harmony}:
            self._lasted += 1
        else:
            starts_bar = bar[1].item == named[0] and len(set(named)) == 1
            self._harmony, self._lasted = named[-1], int(starts_bar)
        self.bars.append(bar)
        return len(self.bars) == len(self.draft.plans)


class _Lockstep:
    """The lanes as rows of arrays: what the network is told in each of them."""

    def __init__(
        self, network: NoteNetwork, drafts: Sequence[Draft], sampling: Sampling, rows: int
    ) -> None:
        rows = min(rows, len(drafts))
        self._network, self._sampling = network, sampling
        self._finished: list[tuple[Bar, ...]] = [()] * len(drafts)
        self._waiting = iter(enumerate(drafts))
        self._rules = BarRules(rows)
        self._here = np.arange(rows)
        self._likeness: Indices = np.zeros(rows, np.int64)
        self._controls: Floats = np.zeros((rows, VECTOR_SIZE), np.float32)
        self._temperature = np.ones((rows, 1))
        self._state, self._before = network.initial_state(rows), network.initial_state(rows)
        # The event before, its place in the bar, how far the left hand has come, and what is told.
        self._last: Indices = np.tile(np.array(BAR_EVENT), (rows, 1))
        self._place: Indices = np.full((rows, 1), START)
        self._strike: Indices = np.full(rows, START)
        self._recalled = Guides(rows, _PARTS, _ROOM)
        self._tune = Guides(rows, TUNE_HINTS, MOST_EVENTS)
        self._figure = Guides(rows, FIGURE_HINTS, MOST_EVENTS)
        self._reading: set[int] = set()
        self._lanes = [_Lane(*next(self._waiting)) for _ in range(rows)]
        for row in range(rows):
            self._begin_piece(row)

    def run(self) -> tuple[tuple[Bar, ...], ...]:
        """Write all of them."""
        while self._lanes:
            self._step()
        return tuple(self._finished)

    def _step(self) -> None:
        """One event in each row."""
        tune = with_role(self._tune.at(self._place), self._tune.marks(self._place))
        figure = self._figure.at(self._strike[:, np.newaxis])
        features, self._state = self._network.step(
            self._last,
            self._recalled.at(self._place),
            self._likeness,
            self._controls,
            np.concatenate([tune, figure], axis=1),
            self._state,
        )
        before = self._last[:, 0].copy()
        if len(self._reading) < len(self._lanes):
            self._last = self._choose(features)
        for row in self._reading:
            self._last[row] = next(self._lanes[row].reading)
        self._place = self._last[:, :1] * ITEMS + self._last[:, 1:2]
        self._strike = strikes_after(self._strike, before, self._last)
        through = []
        for row, event in enumerate(self._last.tolist()):
            written = self._lanes[row].written
            if event[0] == BAR_POSITION:
                if self._end_bar(row):
                    through.append(row)
                continue
            written.append(Event(*event))
            if len(written) > MOST_EVENTS:
                self._rules.fill(row)
        if through:
            self._drop(np.setdiff1d(self._here, through))

    def _choose(self, features: Floats) -> Indices:
        """The next events; those of rows that are reading mean nothing."""
        draws = [lane.random.random for lane in self._lanes]
        drawn = np.array([[[draw()] for draw in draws] for _ in range(_PARTS)])
        temperature, least, rules = self._temperature, self._sampling.least, self._rules
        events = np.zeros((len(draws), _PARTS), np.int64)

        def pick(part: int, allowed: Mask | None, share: float = 1.0) -> NDArray[np.intp]:
            logits = self._network.logits(part, features, events[:, :part])
            if allowed is None:  # class 0 is for what has none
                return 1 + choose(logits[:, 1:], None, drawn[part], temperature, least)
            return choose(logits, allowed, drawn[part], share * temperature, least)

        events[:, 0] = position = pick(0, rules.positions())
        events[:, 1] = item = pick(1, rules.items(position), self._sampling.sober)
        notes = item >= FIRST_LEFT
        if notes.any():
            told = rules.told(position, item)
            for part in (2, 3):
                events[:, part] = pick(part, None) * notes
                if told is not None:
                    known = told[:, part - 2] > 0
                    events[known, part] = told[known, part - 2]
        rules.place(position, item)
        return events

    def _end_bar(self, row: int) -> bool:
        """See what comes after a bar's last event; whether the row has nothing more to do."""
        lane, bar = self._lanes[row], self._lanes[row].given
        if bar is None:
            found = lane.offer(self._state[row].copy(), self._sampling)
            if found is None:
                self._rules.again(row)
                self._start(row, self._before[row])
                return False
            bar, self._state[row] = found
        if not lane.accept(bar):
            self._begin_bar(row)
            return False
        self._finished[lane.index] = tuple(lane.bars)
        following = next(self._waiting, None)
        if following is None:
            return True
        self._lanes[row] = _Lane(*following)
        self._begin_piece(row)
        return False

    def _begin_piece(self, row: int) -> None:
        self._state[row] = 0
        self._temperature[row] = self._lanes[row].draft.temperature
        self._begin_bar(row)

    def _begin_bar(self, row: int) -> None:
        lane = self._lanes[row]
        plan, recalled = lane.plan, lane.recalled
        lane.begin_bar()
        (self._reading.discard if lane.given is None else self._reading.add)(row)
        self._rules.begin(
            row, plan, lane.draft.metre, lane.stale_chord, lane.tune, lane.figure, lane.kept
        )
        self._controls[row] = as_vector(plan.controls)
        self._likeness[row] = plan.recall.likeness
        self._recalled.lay(row, None if recalled is None else recall_guide(recalled))
        self._tune.lay(row, tune_guide(encode_bar(lane.tune, ())[1:]) if lane.draft.tune else None)
        model, likeness = lane.model
        self._figure.lay(row, figure_guide(lane.bars[model], likeness) if likeness else None)
        self._before[row] = self._state[row]
        self._start(row, self._before[row])

    def _start(self, row: int, state: Floats) -> None:
        """Before the first event of a bar."""
        self._state[row], self._last[row] = state, BAR_EVENT
        self._place[row] = self._strike[row] = START

    def _drop(self, kept: NDArray[np.intp]) -> None:
        """Go on with some rows only."""
        for name in ("likeness", "controls", "temperature", "state", "before", "last", "place",
                     "strike"):  # fmt: skip
            setattr(self, f"_{name}", getattr(self, f"_{name}")[kept])
        for part in (self._recalled, self._tune, self._figure, self._rules):
            part.keep(kept)
        self._here = np.arange(len(kept))
        self._lanes = [self._lanes[row] for row in kept]
        self._reading = {new for new, old in enumerate(kept) if old in self._reading}
