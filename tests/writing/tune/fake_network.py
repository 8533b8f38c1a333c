"""A tune network whose answers are known, and pieces for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from melodymuse.music.grid import METRES, GridChord
from melodymuse.planning.tune_plan import TunePlan
from melodymuse.streams import stream
from melodymuse.writing.tune.network import Floats, Indices
from melodymuse.writing.tune.notes import PITCHES, POSITIONS
from melodymuse.writing.tune.script import TunePiece
from melodymuse.writing.vocabulary import DURATIONS

C, F, G = (GridChord(0, root, "major") for root in (0, 5, 7))


class FakeNetwork:
    """The same logits at every step: the next eighth likelier than later ones, every length and
    pitch alike; its memory sums what it has read."""

    def __init__(self) -> None:
        self.read: list[Indices] = []

    def initial_state(self, rows: int) -> Floats:
        return np.zeros((2, rows, 1), np.float32)

    def read_bar(self, told: Indices, beats: Floats) -> Floats:
        return told.astype(np.float32)

    def step(
        self, event: Indices, recalled: Indices, bar: Floats, state: Floats
    ) -> tuple[Floats, Floats]:
        self.read.append(event)
        new = state + event.sum(axis=1).astype(np.float32)[None, :, None]
        return np.zeros((len(event), 3), np.float32), new

    def positions(self, features: Floats) -> Floats:
        return np.tile(-0.1 * np.arange(POSITIONS, dtype=np.float32), (len(features), 1))

    def durations(self, features: Floats, given: Indices) -> Floats:
        return np.zeros((len(features), DURATIONS), np.float32)

    def pitches(self, features: Floats, given: Indices, chords: Floats) -> Floats:
        return np.zeros((len(features), PITCHES), np.float32)


def phrase(bars: int, **last: object) -> list[TunePlan]:
    """Plans of a phrase; what is named is the last bar's."""
    plans = [TunePlan(since=bar, to_end=bars - 1 - bar) for bar in range(bars)]
    return [*plans[:-1], replace(plans[-1], **last)]  # type: ignore[arg-type]


def piece(
    plans: Sequence[TunePlan],
    chords: Sequence[Sequence[GridChord]] = (),
    *,
    seed: int = 0,
    metre: str = "4/4",
    mode: str = "major",
    given: dict[int, object] | None = None,
) -> TunePiece:
    """A piece over I V I V ..., or over these chords."""
    return TunePiece(
        plans,
        chords or [(C, G)[bar % 2 : bar % 2 + 1] for bar in range(len(plans))],
        METRES[metre],
        mode,
        partial(stream, seed, "tune"),
        given or {},  # type: ignore[arg-type]
    )
