"""All figures of tunes by name, of ours and of real sets, with intervals; and whether trees can
tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.evaluate.discriminator import tell_apart
from training.evaluate.tune import harmony, line, motifs, returns, whole
from training.evaluate.tune.piece import TunePiece

Figure = Callable[[TunePiece], float | None]

ROUNDS = 1000
# How many other pieces of its kind a piece is looked up in.
OTHERS = 3

# How the line runs, by itself: what trees are told.
LINE: Mapping[str, Figure] = MappingProxyType(
    {
        "repeats": line.repeats,
        "steps": line.steps,
        "leaps": line.leaps,
        "leaps_answered": line.answered,
        "recurring_figures": motifs.recurring,
        "recurring_within_8_bars": motifs.recurring_soon,
        "sequences": motifs.sequences,
        "bar_rhythm_entropy": line.rhythm_entropy,
        "phrase_range": line.phrase_range,
        "breath": line.breath,
    }
)
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        **LINE,
        "returning_tune": returns.returning_tune,
        "identical_bars": returns.identical_bars,
        "same_chords_in_bars_1_2": returns.same_chords_first,
        "same_chords_in_bars_3_4": returns.same_chords_then,
        "stray_notes": harmony.stray,
        "outside_on_beats": harmony.outside_on_beats,
        "resolved": harmony.resolved,
        "time_inside_chord": harmony.time_inside,
        "spread": whole.spread,
        "left_patterns": whole.left_patterns,
        "left_again": whole.left_again,
        "section_contrast": whole.section_contrast,
        "chord_changes": harmony.chord_changes,
    }
)


def measure(
    pieces: Sequence[TunePiece], kinds: Sequence[str], seed: int = 0
) -> dict[str, dict[str, Any]]:
    """The mean of each figure over the pieces that have it.

    Args:
        pieces: at least one.
        kinds: what each piece is one of, for example its emotion; figures are shared within.
        seed: of the bootstrap and of the other pieces.

    Returns:
        Name -> "mean" (None where no piece has the figure), its 95 % bootstrap "interval" over
        pieces, and "pieces", how many have it; "shared_figures" beside `FIGURES`.
    """
    values: dict[str, list[float | None]] = {
        name: [figure(piece) for piece in pieces] for name, figure in FIGURES.items()
    }
    values["shared_figures"] = _shared(pieces, kinds, np.random.default_rng(seed))
    random = np.random.default_rng(seed)
    return {
        name: _mean(np.array([v for v in found if v is not None], float), random)
        for name, found in values.items()
    }


def tell_tunes_apart(
    real: Sequence[TunePiece], ours: Sequence[TunePiece], seed: int = 0
) -> dict[str, Any]:
    """Whether trees know ours by its line (`LINE`); as `discriminator.tell_apart` says it."""
    rows = _line_table([*real, *ours])
    return tell_apart(
        tuple(LINE),
        rows[: len(real)],
        rows[len(real) :],
        [piece.name for piece in real],
        [piece.name for piece in ours],
        seed=seed,
    )


def _line_table(pieces: Sequence[TunePiece]) -> NDArray[np.float64]:
    """(pieces, figures), what a piece has not as the mean of the others."""
    rows = np.array([[figure(piece) for figure in LINE.values()] for piece in pieces], float)
    known = ~np.isnan(rows)
    means = np.where(known, rows, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, rows, means)


def _mean(values: NDArray[np.float64], random: np.random.Generator) -> dict[str, Any]:
    if not len(values):
        return {"mean": None, "interval": None, "pieces": 0}
    means = random.choice(values, (ROUNDS, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return {
        "mean": float(values.mean()),
        "interval": [float(low), float(high)],
        "pieces": len(values),
    }


def _shared(
    pieces: Sequence[TunePiece], kinds: Sequence[str], random: np.random.Generator
) -> list[float | None]:
    found: list[float | None] = []
    for index, piece in enumerate(pieces):
        others = [i for i, kind in enumerate(kinds) if kind == kinds[index] and i != index]
        chosen = [pieces[others[i]] for i in random.permutation(len(others))[:OTHERS]]
        found.append(motifs.shared(piece, chosen) if len(chosen) == OTHERS else None)
    return found
