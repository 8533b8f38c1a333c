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
from training.in_a_row import forgotten, owners, segments
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
# What of songs is joined, and along which axis.
_JOINED = {
    "told": 0,
    "likeness": 1,
    "beats": 0,
    "recalled": 1,
    "aligned": 1,
    "events": 0,
    "target": 0,
    "chords": 0,
}
_COLUMNS = list(TOLD)


def steps_of(songs: Sequence[EncodedTune], random: np.random.Generator | None) -> Arrays:
    """Inputs step by step of songs in a row; told everything, and what is resembled most, where
    `random` is None."""
    owner = owners([len(song.told) for song in songs])
    before = np.flatnonzero(np.diff(owner, prepend=-1))
    bar = np.concatenate([song.bar + np.int32(b) for song, b in zip(songs, before, strict=True)])
    told, likeness, beats, recalled, aligned, event, target, chords = (
        np.concatenate([getattr(song, name) for song in songs], axis=axis)
        for name, axis in _JOINED.items()
    )
    way = np.zeros(len(owner), np.intp)
    silent = np.zeros(len(owner), bool)
    if random is not None:
        way = (random.random(len(owner)) < NEAR).astype(np.intp)
        silent = forgotten(owner, FORGET_SONG, FORGET_BAR, random)
        segment = segments(owner, SEGMENT_BARS, random)
        for name, share in FORGET.items():
            told[(random.random(segment[-1] + 1) < share)[segment], _COLUMNS.index(name)] = 0
    told[:, -2:] = likeness[way, np.arange(len(owner))]
    told[silent, -2:] = UNKNOWN
    steps = np.arange(len(bar))
    recalled, aligned = recalled[way[bar], steps], aligned[way[bar], steps]
    recalled[silent[bar]] = (NO_RECALL, 0, 0)
    aligned[silent[bar]] = 0
    return {
        "event": event,
        "recalled": recalled,
        "told": told[bar],
        "beats": beats[bar],
        "target": target,
        "aligned": aligned,
        "chords": chords,
    }


def without_recall(steps: Arrays) -> Arrays:
    """The same steps with nothing said about earlier bars."""
    told = steps["told"].copy()
    told[:, -2:] = UNKNOWN
    recalled = np.full_like(steps["recalled"], 0)
    recalled[:, 0] = NO_RECALL
    return {**steps, "told": told, "recalled": recalled, "aligned": recalled[:, 1:]}


def in_windows(steps: Arrays, window: int) -> Arrays:
    """Steps cut into windows (count, window, ...), what is left over left out."""
    count = max(len(steps["event"]) // window, 1)
    return {name: a[: count * window].reshape(count, -1, *a.shape[1:]) for name, a in steps.items()}


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
        stream = steps_of([songs[i] for i in random.permutation(len(songs))], random)
        length = len(stream["event"])
        phase = int(random.integers(window)) if length > (rows + 1) * window else 0
        count = (length - phase) // window
        if count < rows:
            raise MelodyMuseError(
                f"{length} steps do not fill one batch of {rows}x{window}: give more tunes, or a "
                "smaller --rows or --window"
            )
        order = random.permutation(count)
        windows = in_windows({name: a[phase:] for name, a in stream.items()}, window)
        self._windows = {name: a[order] for name, a in windows.items()}
        self._rows = rows
        self._batches = count // rows

    def __len__(self) -> int:
        return self._batches

    def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
        rows = slice(index * self._rows, (index + 1) * self._rows)
        return as_batch({name: a[rows] for name, a in self._windows.items()})
