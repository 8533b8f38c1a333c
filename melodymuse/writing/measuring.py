"""Reading the bar controls off a bar of music."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import fmean, pstdev

from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridNote, Metre
from melodymuse.music.score import Hand
from melodymuse.music.theory import SCALE_STEPS
from melodymuse.planning.bar_controls import BarControls

HARSH_INTERVALS = frozenset({1, 2, 6, 10, 11})
# What is a quantity of the music, rather than its mode, its tempo, its kind or its place.
QUANTITIES = (
    "density",
    "polyphony",
    "loudness",
    "register",
    "articulation",
    "dissonance",
    "chromaticism",
    "spread",
    "dynamics",
    "balance",
    "off_beat",
    "triplets",
    "blocks",
    "octaves",
    "leaps",
    "contour",
)
ARTICULATION_BOUNDS = (0.125, 8.0)
_TRIPLET = GRID_PER_QUARTER // 3


@dataclass(frozen=True, slots=True)
class BarPlace:
    """What the notes of a bar do not tell: where it stands, and what is known of its piece.

    Attributes:
        metre: one of `METRES`.
        mode: "major" or "minor".
        tempo: quarter notes a minute, None if not known.
        style: one of `STYLES`, None if none.
        phrase_begins, phrase_ends, melodic: see `BarControls`; None where nobody has marked them.
        bar, bars: index of the bar, length of the piece.
    """

    metre: str
    mode: str
    tempo: float | None
    style: str | None
    bar: int
    bars: int
    phrase_begins: bool | None = None
    phrase_ends: bool | None = None
    melodic: bool | None = None


def measure_bar(notes: Sequence[GridNote], place: BarPlace) -> BarControls:
    """Read the controls off a bar of music; those that the bar lacks (an empty one nearly all, one
    of unknown velocities its loudness) are None."""
    metre = METRES[place.metre]
    onsets: dict[int, list[int]] = defaultdict(list)
    for note in notes:
        onsets[note.position].append(note.pitch)
    velocities = [note.velocity for note in notes if note.velocity]
    pitches = [note.pitch for note in notes]
    strikes = _strikes(notes)
    left = [chord for (hand, _), chord in strikes.items() if hand is Hand.LEFT]
    top = [max(chord) for (hand, _), chord in sorted(strikes.items()) if hand is Hand.RIGHT]
    return BarControls(
        density=len(notes) / (metre.bar_steps / GRID_PER_QUARTER),
        polyphony=len(notes) / len(onsets) if notes else None,
        loudness=fmean(velocities) if velocities else None,
        register=fmean(pitches) if notes else None,
        articulation=_articulation(notes, metre.bar_steps),
        dissonance=_share_of_pairs(onsets.values()),
        chromaticism=_share(n.pitch % 12 not in SCALE_STEPS[place.mode] for n in notes),
        mode=place.mode,
        tempo=place.tempo,
        spread=pstdev(pitches) if notes else None,
        dynamics=pstdev(velocities) if velocities else None,
        balance=_share(note.hand is Hand.RIGHT for note in notes),
        off_beat=_share(position % metre.beat_steps != 0 for position in onsets),
        triplets=_triplets(onsets, metre),
        blocks=_share(len(chord) > 1 for chord in left),
        octaves=_share(_has_octave(chord) for chord in strikes.values()),
        leaps=fmean(abs(b - a) for a, b in pairwise(top)) if len(top) > 1 else None,
        contour=float(top[-1] - top[0]) if len(top) > 1 else None,
        phrase_begins=place.phrase_begins,
        phrase_ends=place.phrase_ends,
        melodic=place.melodic,
        metre=place.metre,
        style=place.style,
        bar=place.bar,
        bars=place.bars,
    )


def average(measured: Sequence[BarControls]) -> dict[str, float | None]:
    """Name -> mean over the bars that have it, of each of `QUANTITIES`; None where none has it."""
    return {
        name: _mean([value for value in (getattr(m, name) for m in measured) if value is not None])
        for name in QUANTITIES
    }


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _strikes(notes: Sequence[GridNote]) -> dict[tuple[Hand, int], list[int]]:
    """What each hand strikes at each of its onsets."""
    strikes: dict[tuple[Hand, int], list[int]] = defaultdict(list)
    for note in notes:
        strikes[note.hand, note.position].append(note.pitch)
    return strikes


def _share(hits: Iterable[bool]) -> float | None:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else None


def _triplets(positions: Iterable[int], metre: Metre) -> float | None:
    if metre.beat_steps != GRID_PER_QUARTER:
        return None
    return _share(p % GRID_PER_QUARTER in (_TRIPLET, 2 * _TRIPLET) for p in positions)


def _has_octave(chord: Sequence[int]) -> bool:
    return any(high - low == 12 for low, high in combinations(sorted(chord), 2))


def _articulation(notes: Sequence[GridNote], bar_steps: int) -> float | None:
    ratios = []
    for hand in Hand:
        played = [note for note in notes if note.hand is hand]
        places = sorted({note.position for note in played})
        gap_after = {here: there - here for here, there in pairwise([*places, bar_steps])}
        ratios += [note.duration / gap_after[note.position] for note in played]
    if not ratios:
        return None
    low, high = ARTICULATION_BOUNDS
    return math.exp(fmean(math.log(min(max(ratio, low), high)) for ratio in ratios))


def _share_of_pairs(onsets: Iterable[Sequence[int]]) -> float | None:
    return _share(
        (high - low) % 12 in HARSH_INTERVALS
        for pitches in onsets
        for low, high in combinations(sorted(pitches), 2)
    )
