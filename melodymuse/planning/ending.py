"""How a piece ends: on its tonic, and slower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from melodymuse.music.grid import TICKS_PER_GRID, Metre
from melodymuse.music.score import TempoMark
from melodymuse.planning.harmony import cadence, tonic
from melodymuse.planning.plan import BarPlan
from melodymuse.streams import stream

SLOWING_BARS = 2
# Final ritards follow a square root in score time, as bodies do that come to rest at constant
# braking (Friberg & Sundberg 1999, JASA 105:1469-1484, with q = 2).


def close_plans(
    plans: Sequence[BarPlan], mode: str, metre: Metre, seed: int
) -> tuple[BarPlan, ...]:
    """The same plans, the last bar closing on the tonic, a cadence before it where none is
    planned."""
    closed = list(plans)
    if len(closed) > 2 and closed[-2].harmony is None:
        closed[-2] = replace(closed[-2], harmony=cadence(mode, metre, stream(seed, "close")))
    closed[-1] = replace(closed[-1], harmony=(tonic(mode),), closes=True)
    return tuple(closed)


def slow_down(tempo: float, ritardando: float, bars: int, metre: Metre) -> tuple[TempoMark, ...]:
    """The tempo map of a piece whose last two bars, beat by beat, lose a share of the tempo.

    Args:
        tempo: quarter notes a minute.
        ritardando: share 0..1 that is lost by the last bar line.
        bars: length of the piece; pieces of fewer than four keep their tempo.
        metre: of the piece.
    """
    marks = [TempoMark(0, tempo)]
    if ritardando <= 0 or bars < 2 * SLOWING_BARS:
        return tuple(marks)
    begin = (bars - SLOWING_BARS) * metre.bar_steps
    length = SLOWING_BARS * metre.bar_steps
    final = 1 - ritardando
    for step in range(0, length, metre.beat_steps):
        # The last bar is one long chord: it is held in the final tempo.
        place = min((step + metre.beat_steps) / metre.bar_steps, 1.0)
        share = (1 + (final**2 - 1) * place) ** 0.5
        bpm = round(tempo * share, 2)
        if bpm != marks[-1].bpm:
            marks.append(TempoMark((begin + step) * TICKS_PER_GRID, bpm))
    return tuple(marks)
