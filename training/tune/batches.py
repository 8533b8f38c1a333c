"""Batches: all tunes in a row, cut into windows, told less than everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError
from melodymuse.planning.tune_plan import UNKNOWN
from melodymuse.writing.tune.notes import (
    NEXT_BAR,
    NO_RECALL,
    chord_features,
)
from melodymuse.writing.tune.told import TOLD
from training.tune.corpus import EncodedTune
from training.tune.network import HEADS

Arrays = dict[str, NDArray[Any]]

# How often a song, and a bar, is told nothing of what it recalls; how often it is told what the
# bars just before it have in common with it, where it resembles an earlier one more.
FORGET_SONG, FORGET_BAR, NEAR = 0.1, 0.15, 0.3
# How often four bars are not told one of these.
FORGET = {
    "style": 0.3,
    "since": 0.15,
    "to_end": 0.15,
    "notes": 0.35,
    "register": 0.45,
    "motion": 0.6,
    "off_beat": 0.6,
    "upbeat": 0.4,
}
SEGMENT_BARS = 4
_COLUMNS = list(TOLD)


def steps_of(song: EncodedTune, random: np.random.Generator | None) -> Arrays:
    """A song's inputs step by step; told everything it resembles most where `random` is None."""
    told = song.told.astype(np.int32)
    bars = len(told)
    way = np.zeros(bars, np.int64)
    forgotten = np.zeros(bars, bool)
    if random is not None:
        way = (random.random(bars) < NEAR).astype(np.int64)
        forgotten = random.random(bars) < (1.0 if random.random() < FORGET_SONG else FORGET_BAR)
        segments = (np.arange(bars) + random.integers(SEGMENT_BARS)) // SEGMENT_BARS
        for name, share in FORGET.items():
            told[(random.random(segments[-1] + 1) < share)[segments], _COLUMNS.index(name)] = 0
    likeness = song.likeness[way, np.arange(bars)].astype(np.int32)
    likeness[forgotten] = UNKNOWN
    told[:, -2:] = likeness
    steps = np.arange(len(song.events))
    recalled = song.recalled[way[song.bar], steps].astype(np.int32)
    aligned = song.aligned[way[song.bar], steps].astype(np.int32)
    recalled[forgotten[song.bar]] = (NO_RECALL, 0, 0)
    aligned[forgotten[song.bar]] = 0
    return {
        "event": song.events.astype(np.int32),
        "recalled": recalled,
        "told": told[song.bar],
        "beats": song.beats[song.bar].astype(np.int32),
        "target": song.target.astype(np.int32),
        "aligned": aligned,
        "chords": song.chords.astype(np.int32),
    }


def as_batch(steps: Arrays) -> tuple[Arrays, Arrays, Arrays]:
    """Inputs, targets and weights by name, as Keras wants them; chords become numbers here."""
    table = chord_features()
    inputs = dict(steps)
    for name in ("beats", "chords"):
        features = table[steps[name]]
        inputs[name] = features.reshape(*features.shape[:-2], -1)
    note = (steps["target"][..., 0] != NEXT_BAR).astype(np.float32)
    weights = {"position": np.ones_like(note), "duration": note, "pitch": note}
    targets = {name: steps["target"][..., index] for index, name in enumerate(HEADS)}
    return inputs, targets, weights


class Windows(keras.utils.PyDataset):
    """One epoch: all tunes in a new order, cut into windows in a new order.

    Args:
        songs: the training tunes.
        rows: windows a batch.
        window: steps of a window.
        seed: of the order and of what is not told; give each epoch its own.

    Raises:
        MelodyMuseError: the tunes do not fill one batch.
    """

    def __init__(self, songs: Sequence[EncodedTune], rows: int, window: int, seed: int) -> None:
        super().__init__()
        random = np.random.default_rng(seed)
        played = [steps_of(songs[i], random) for i in random.permutation(len(songs))]
        stream = {name: np.concatenate([p[name] for p in played]) for name in played[0]}
        length = len(stream["event"])
        phase = int(random.integers(window)) if length > (rows + 1) * window else 0
        count = (length - phase) // window
        if count < rows:
            raise MelodyMuseError(
                f"{length} steps do not fill one batch of {rows}x{window}: give more tunes, or a "
                "smaller --rows or --window"
            )
        order = random.permutation(count)
        used = slice(phase, phase + count * window)
        self._windows = {
            name: a[used].reshape(count, window, *a.shape[1:])[order] for name, a in stream.items()
        }
        self._rows = rows
        self._batches = count // rows

    def __len__(self) -> int:
        return self._batches

    def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
        rows = slice(index * self._rows, (index + 1) * self._rows)
        return as_batch({name: a[rows] for name, a in self._windows.items()})
