"""How likely bars are to the note network, as they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from melodymuse.planning.bar_controls import as_vector
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.hints import HINTS
from melodymuse.writing.network import Floats, NoteNetwork
from melodymuse.writing.recall import NO_EVENT, next_recalled
from melodymuse.writing.vocabulary import BAR_EVENT, BAR_POSITION, Event


def bar_likelihoods(
    network: NoteNetwork, plans: Sequence[BarPlan], bars: Sequence[Sequence[Event]]
) -> list[float]:
    """The mean natural logarithm of the probability of an event, its place and what it is, in each
    of the bars of a piece read in order; a bar's end is one of its events.

    Args:
        network: reads and answers.
        plans: of the bars.
        bars: as events, BAR first.
    """
    return read_bars(network, plans, bars, range(len(bars)), network.initial_state(1))[0]


def read_bars(
    network: NoteNetwork,
    plans: Sequence[BarPlan],
    bars: Sequence[Sequence[Event]],
    some: range,
    state: Floats,
) -> tuple[list[float], Floats]:
    """`bar_likelihoods` of some of the bars alone, read with what the network remembers of those
    before them, and what it remembers then."""
    likelihoods = []
    for index in some:
        plan, bar = plans[index], bars[index]
        recalled = None if plan.recall.bar is None else bars[plan.recall.bar]
        controls = as_vector(plan.controls)[np.newaxis].astype(np.float32)
        likeness = np.array([plan.recall.likeness], np.int64)
        current, total = BAR_EVENT, 0.0
        events = [*bar[1:], BAR_EVENT]
        for event in events:
            hint = NO_EVENT if recalled is None else next_recalled(recalled, current, BAR_EVENT)
            features, state = network.step(
                np.array([current], np.int64),
                np.array([hint], np.int64),
                likeness,
                controls,
                np.zeros((1, len(HINTS)), np.int64),
                state,
            )
            for part in range(1 if event[0] == BAR_POSITION else 2):
                chosen = np.array([event[:part]], np.int64)
                total += _log_probability(network.logits(part, features, chosen)[0], event[part])
            current = event
        likelihoods.append(total / len(events))
    return likelihoods, state


def _log_probability(logits: Floats, choice: int) -> float:
    shifted = logits.astype(np.float64) - logits.max()
    return float(shifted[choice] - np.log(np.exp(shifted).sum()))
