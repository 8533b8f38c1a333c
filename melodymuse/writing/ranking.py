"""Which of several takes to hear first: how good each is, and how unlike those before it.

How good a take is, the note network says, which learned from real music: how likely it finds the
bars under their plans.  What a teacher would strike out of them counts against it
(`writing.critique`).  Both are compared over the takes.  Then the order is that of maximal marginal
relevance (Carbonell and Goldstein 1998, SIGIR): the best first, and at each place the one that is
good and unlike what stands before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev

from melodymuse.music.grid import GridBar, GridNote
from melodymuse.music.melody import melody_of
from melodymuse.music.score import Hand, Score
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.critique import weigh_faults
from melodymuse.writing.fingerprints import fingerprints
from melodymuse.writing.likelihood import bar_likelihoods
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.vocabulary import encode_bar

# Notes of the figures by which melodies are compared.
_FIGURE = 4
# How many standard deviations of worth a copy of what stands before it loses.
_SAMENESS = 10.0


def order_of(takes: Sequence[tuple[Score, Sequence[BarPlan]]], network: NoteNetwork) -> list[int]:
    """The indices of takes, the one to hear first first; equals keep their order.

    Args:
        takes: scores with what their bars were to be.
        network: finds them likely or not.
    """
    bars = [grid_bars(score) for score, _ in takes]
    likely = [
        fmean(bar_likelihoods(network, plans, [encode_bar(*bar) for bar in found]))
        for (_, plans), found in zip(takes, bars, strict=True)
    ]
    faults = [_faults(plans, found) for (_, plans), found in zip(takes, bars, strict=True)]
    worth = [a - b for a, b in zip(_standard(likely), _standard(faults), strict=True)]
    figures = [_figures(score) for score, _ in takes]
    order: list[int] = []
    while len(order) < len(takes):
        rest = [index for index in range(len(takes)) if index not in order]
        order.append(
            max(
                rest,
                key=lambda index: (
                    worth[index]
                    - _SAMENESS
                    * max((_likeness(figures[index], figures[o]) for o in order), default=0.0)
                ),
            )
        )
    return order


def _faults(plans: Sequence[BarPlan], bars: Sequence[GridBar]) -> float:
    """The mean weight of what is wrong with a bar."""
    weights = []
    before: Sequence[GridNote] = ()
    chord = None
    for (notes, chords), asked in zip(bars, plans, strict=True):
        weights.append(weigh_faults((notes, chords), before, chord, asked.controls))
        before, chord = notes, chords[-1] if chords else chord
    return fmean(weights)


def _standard(values: Sequence[float]) -> list[float]:
    """Values as standard deviations from their mean."""
    spread = pstdev(values)
    return [(value - fmean(values)) / spread if spread else 0.0 for value in values]


def _figures(score: Score) -> frozenset[bytes]:
    melody = melody_of(note for note in score.notes if note.hand is Hand.RIGHT)
    return frozenset(fingerprints(melody, _FIGURE))


def _likeness(figures: frozenset[bytes], others: frozenset[bytes]) -> float:
    """The share 0..1 of two melodies' figures that both have (Jaccard)."""
    union = figures | others
    return len(figures & others) / len(union) if union else 1.0
