"""Where the bar line falls in a score whose first bar may be an upbeat."""

from __future__ import annotations

from collections.abc import Sequence

from melodymuse.music.grid import GRID_PER_QUARTER, Metre
from training.composer.chord_reading import path_score

_EIGHTH = GRID_PER_QUARTER // 2
# A shifted bar line must explain the music this much better than the printed beginning.
_CLEARLY = 1.05


def find_downbeat(notes: Sequence[tuple[int, int, int]], metre: Metre) -> int | None:
    """The grid step within a bar's length at which bars begin, or None where it is not clear.

    Two witnesses must agree: downbeats gather long notes and low ones (after Temperley & Sleator
    1999, Computer Music Journal 23:10-27), and harmony changes at bar lines.

    Args:
        notes: (onset, duration, pitch) in grid steps from the beginning of the score.
        metre: how long a bar is.
    """
    weights = _weights(notes, metre)
    heavy = _clear_best(weights)
    beats = [phase for phase in weights if phase % metre.beat_steps == heavy % metre.beat_steps]
    bars = max(onset for onset, _, _ in notes) // metre.bar_steps + 2
    # Moving the music later by the rest of the bar puts the candidate on a bar line.
    by_harmony = {
        phase: path_score(
            [(o + (-phase) % metre.bar_steps, d, p) for o, d, p in notes], metre, bars
        )
        for phase in beats
    }
    return heavy if max(by_harmony, key=lambda phase: by_harmony[phase]) == heavy else None


def _weights(notes: Sequence[tuple[int, int, int]], metre: Metre) -> dict[int, float]:
    """Each onset weighs its length, up to a bar, and double where it is a bass note."""
    lowest: dict[int, int] = {}
    for onset, _, pitch in notes:
        lowest[onset] = min(pitch, lowest.get(onset, 127))
    median = sorted(lowest.values())[len(lowest) // 2]
    weights = {phase: 0.0 for phase in range(0, metre.bar_steps, _EIGHTH)}
    for onset, duration, pitch in notes:
        phase = onset % metre.bar_steps
        if phase in weights:
            bass = pitch == lowest[onset] and pitch < median
            weights[phase] += min(duration, metre.bar_steps) * (2 if bass else 1)
    return weights


def _clear_best(weights: dict[int, float]) -> int:
    best = max(weights, key=lambda phase: (weights[phase], -phase))
    return best if weights[best] > _CLEARLY * weights[0] else 0
