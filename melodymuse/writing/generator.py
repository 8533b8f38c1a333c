"""The note generator: sampling from the trained network, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from melodymuse.music.grid import GridChord, Metre
from melodymuse.planning.bar_controls import as_vector
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.critique import weigh_bar
from melodymuse.writing.network import Floats, NoteNetwork
from melodymuse.writing.recall import NO_EVENT, next_recalled, similarity
from melodymuse.writing.rules import LONGEST_HARMONY_BARS, BarRules, Mask
from melodymuse.writing.vocabulary import (
    BAR_EVENT,
    BAR_POSITION,
    DURATIONS,
    VELOCITIES,
    Event,
    decode_bar,
    is_chord,
    is_note,
    item_chord,
)

# Logits are rounded to this fraction before sampling, so that the last bits, in which processors
# differ, hardly ever change a choice.
_LOGIT_GRAIN = 64.0


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to choose from what the network offers.

    Attributes:
        temperature: 1 as learned; lower is safer, higher is wilder.
        least: choices less likely than this share of the likeliest one are left out (min-p,
            Nguyen et al. 2024), which cuts slips but keeps rare rhythms.
        attempts: how often a bar is tried until its faults weigh little; then the best one stands.
        closing_attempts: the same for the final bar, which is short and stays in the ear.
        tolerance: how much they may weigh (`critique`); real bars weigh 0.4 in the mean.
    """

    temperature: float = 1.0
    least: float = 0.01
    attempts: int = 3
    closing_attempts: int = 8
    tolerance: float = 0.9


def write_bars(
    network: NoteNetwork,
    plans: Sequence[BarPlan],
    *,
    metre: Metre,
    pitch_range: tuple[int, int],
    sampling: Sampling,
    random: Random,
    opening: Sequence[Sequence[Event]] = (),
) -> Iterator[tuple[Event, ...]]:
    """Write a piece bar by bar.

    Args:
        network: the trained network.
        plans: one for each bar.
        metre: of all bars.
        pitch_range: lowest and highest pitch (as if the tonic were C) that may be written.
        sampling: how to choose.
        random: the source of all randomness.
        opening: bars that are written already, each BAR first: the network reads them, as the first
            of the planned bars, and goes on from there.

    Yields:
        Each bar's events, BAR first; those of the opening as they are.
    """
    state = network.initial_state(1)
    bars: list[tuple[Event, ...]] = []
    chord: int | None = None
    lasted = 0
    for plan in plans:
        recalled = bars[plan.recall.bar] if plan.recall.bar is not None else None
        reader = _BarReader(network, plan, recalled)
        if len(bars) < len(opening):
            written, state = reader.read(opening[len(bars)], state)
        else:
            stale = chord if lasted >= LONGEST_HARMONY_BARS else None
            rules = BarRules(plan, metre, *pitch_range, stale_chord=stale)
            before = decode_bar(bars[-1])[0] if bars else ()
            harmony = GridChord(0, *item_chord(chord)) if chord is not None else None
            tries: list[tuple[float, tuple[Event, ...], Floats]] = []
            for _ in range(sampling.closing_attempts if plan.closes else sampling.attempts):
                tried, after = reader.write(state, rules, sampling, random)
                likeness = similarity(tried, recalled or ())
                faults = weigh_bar(decode_bar(tried), before, harmony, plan, likeness)
                tries.append((faults, tried, after))
                if faults <= sampling.tolerance:
                    break
            _, written, state = min(tries, key=lambda found: found[0])
        bars.append(written)
        chord, lasted = _harmony_after(written, chord, lasted)
        yield written


class _BarReader:
    """The network reading or writing one bar under its plan.

    Args:
        network: the trained network.
        plan: of the bar.
        recalled: the events of the bar that it recalls, if any.
    """

    def __init__(
        self, network: NoteNetwork, plan: BarPlan, recalled: Sequence[Event] | None
    ) -> None:
        self._network = network
        self._recalled = recalled
        self._controls = as_vector(plan.controls)[None]
        self._likeness = np.array([plan.recall.likeness], np.int64)

    def read(self, bar: Sequence[Event], state: Floats) -> tuple[tuple[Event, ...], Floats]:
        """Read a bar that is there; the bar, and the state after it."""
        for event in bar:
            _, state = self._step(event, state)
        return tuple(bar), state

    def write(
        self, state: Floats, rules: BarRules, sampling: Sampling, random: Random
    ) -> tuple[tuple[Event, ...], Floats]:
        """Write a bar; its events, BAR first, and the state after it."""
        written = [BAR_EVENT]
        while True:
            features, state = self._step(written[-1], state)
            event = _choose_event(self._network, features, rules, written, sampling, random)
            if event == BAR_EVENT:
                return tuple(written), state
            written.append(event)

    def _step(self, last: Event, state: Floats) -> tuple[Floats, Floats]:
        recalled = NO_EVENT
        if self._recalled is not None:
            recalled = next_recalled(self._recalled, last, BAR_EVENT)
        return self._network.step(
            np.array([last], np.int64),
            np.array([recalled], np.int64),
            self._likeness,
            self._controls,
            state,
        )


def _harmony_after(
    written: Sequence[Event], chord: int | None, lasted: int
) -> tuple[int | None, int]:
    """The chord that sounds at the end of a bar, and for how many bars nothing else has."""
    named = [event.item for event in written if is_chord(event.item)]
    if not named or set(named) == {chord}:
        return chord, lasted + 1
    starts_bar = written[1].item == named[0] and len(set(named)) == 1
    return named[-1], int(starts_bar)


_ANY_DURATION = np.arange(DURATIONS) > 0
_ANY_VELOCITY = np.arange(VELOCITIES) > 0


def _choose_event(
    network: NoteNetwork,
    features: Floats,
    rules: BarRules,
    written: Sequence[Event],
    sampling: Sampling,
    random: Random,
) -> Event:
    def logits(part: int, *chosen: int) -> Floats:
        rows = network.logits(part, features, np.array([chosen], np.int64))
        return np.asarray(rows[0])

    position = _choose(logits(0), rules.positions(written), sampling, random)
    if position == BAR_POSITION:
        return BAR_EVENT
    item = _choose(logits(1, position), rules.items(position, written), sampling, random)
    if not is_note(item):
        return Event(position, item, 0, 0)
    duration = _choose(logits(2, position, item), _ANY_DURATION, sampling, random)
    velocity = _choose(logits(3, position, item, duration), _ANY_VELOCITY, sampling, random)
    return Event(position, item, duration, velocity)


def _choose(logits: Floats, allowed: Mask, sampling: Sampling, random: Random) -> int:
    """Draw one of the allowed choices."""
    choices = np.flatnonzero(allowed)
    if len(choices) == 1:
        return int(choices[0])
    offered = np.round(logits[choices].astype(np.float64) * _LOGIT_GRAIN) / _LOGIT_GRAIN
    weights = np.exp((offered - offered.max()) / sampling.temperature)
    weights[weights < sampling.least] = 0
    sums = np.cumsum(weights)
    drawn = np.searchsorted(sums, random.random() * sums[-1], side="right")
    return int(choices[min(drawn, len(choices) - 1)])
