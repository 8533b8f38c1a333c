"""A cadence that rhymes: it comes to rest where the bar does whose rhythm it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from melodymuse.music.grid import Metre
from melodymuse.planning.tune_plan import CLOSE, FINAL, FULL, RHYTHM, TunePlan
from melodymuse.writing.tune.notes import Bar

# The last eighth of a bar's first part, in which a phrase may come to rest, beyond its middle.
_LATEST = 6


def rhyming(plan: TunePlan, model: Bar, chords: Sequence[int], metre: Metre) -> TunePlan:
    """The plan of a cadence, its last note where its model waits longest: not before the last chord
    of its own bar, nor where it would close off the strong beats, nor late in the bar.

    Args:
        plan: of the cadence; any other one stays.
        model: the bar that it recalls.
        chords: the chord class at each grid step of its own bar.
        metre: of the piece.
    """
    if plan.device != RHYTHM or plan.rhythm < CLOSE or plan.cadence in ("", FINAL):
        return plan
    steps = metre.bar_steps
    earliest = max((i for i in range(1, steps) if chords[i] != chords[i - 1]), default=0)
    latest = min(steps // 2 + _LATEST, steps - plan.upbeat - metre.beat_steps)
    onsets = [note.position for note in model]
    waits = [
        (after - at, at)
        for at, after in pairwise([*onsets, steps])
        if earliest <= at <= latest and not (plan.cadence == FULL and at % metre.half_steps)
    ]
    return replace(plan, cadence_at=max(waits)[1]) if waits else plan
