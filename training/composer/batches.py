"""Batches for a network that carries its state: every lane plays song after song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError
from melodymuse.planning.bar_controls import COLUMNS, STEERED, STYLES
from melodymuse.planning.recall import UNKNOWN
from melodymuse.writing.hints import TUNE_HINTS
from melodymuse.writing.vocabulary import BAR_POSITION, FIRST_LEFT
from training.composer.corpus import EncodedSong
from training.composer.network import PART_NAMES

Arrays = dict[str, NDArray[Any]]

# How often the network must do without what it is told, so that it can.
FORGET_SONG = 0.15
FORGET_BAR = 0.15
IGNORE_ALL = 0.07
IGNORE_EACH = (0.0, 0.1, 0.4)
FORGET_STYLE = 0.25
# The same of the tune in a song, of the figure in a song and in a bar; how often a bar is told of
# the figure just before it in place of the one that it keeps most closely.
FORGET_TUNE, FORGET_FIGURES, FORGET_FIGURE = 0.15, 0.1, 0.15
BAR_BEFORE = 0.35
SEGMENT_BARS = 8
# How often a segment's bars are told what they are on average, as when composing, instead of one by
# one; what is said about harmony, tempo and phrases stays as it is.
AVERAGE = 0.4
NOT_AVERAGED = ("mode", "tempo", "contour", "phrase_begins", "phrase_ends", "melodic")


@dataclass(frozen=True, slots=True)
class Steps:
    """What the network reads and should answer, step by step (first axis: steps)."""

    events: NDArray[np.int32]
    recalled: NDArray[np.int32]
    likeness: NDArray[np.int32]
    controls: NDArray[np.float32]
    hints: NDArray[np.int32]
    target: NDArray[np.int32]
    weights: NDArray[np.float32]


def song_steps(song: EncodedSong) -> Steps:
    """A whole song, told everything; one step fewer than it has events."""
    target = song.events[1:].astype(np.int32)
    note = is_note_array(target)
    weights = np.stack(
        [
            np.ones(len(target)),
            target[:, 0] != BAR_POSITION,
            note,
            # A note of unknown loudness has nothing to teach about it.
            note & (target[:, 3] > 0),
        ],
        axis=-1,
    ).astype(np.float32)
    return Steps(
        events=song.events[:-1].astype(np.int32),
        recalled=song.recalled[:-1].astype(np.int32),
        likeness=song.likeness[:-1].astype(np.int32),
        controls=song.controls[song.bar[:-1]],
        hints=_hints(song, np.ones(len(song.controls), np.intp)),
        target=target,
        weights=weights,
    )


def _hints(song: EncodedSong, way: NDArray[np.intp]) -> NDArray[np.int32]:
    """What is told of tune and figure, the figure in one of two ways (bars,)."""
    steps = np.arange(len(song.events) - 1)
    figure = song.figure[steps, way[song.bar[:-1]]]
    return np.concatenate([song.tune[:-1], figure], axis=1).astype(np.int32)


def is_note_array(events: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of (..., 4) events are notes."""
    return np.asarray(events[..., 1] >= FIRST_LEFT)


def without_recall(steps: Steps) -> Steps:
    """The same steps with nothing said about earlier bars."""
    return replace(
        steps,
        recalled=np.zeros_like(steps.recalled),
        likeness=np.full_like(steps.likeness, UNKNOWN),
    )


def without_hints(steps: Steps) -> Steps:
    """The same steps with nothing said about tune and figure."""
    return replace(steps, hints=np.zeros_like(steps.hints))


def without_tune(steps: Steps) -> Steps:
    """The same steps with nothing said about the tune."""
    hints = steps.hints.copy()
    hints[..., :TUNE_HINTS] = 0
    return replace(steps, hints=hints)


def forget_some(song: EncodedSong, random: np.random.Generator) -> Steps:
    """A song in which some bars are told no recall and some segments no controls."""
    steps = song_steps(song)
    bar = song.bar[:-1]
    bars = len(song.controls)
    forgotten = random.random(bars) < (1.0 if random.random() < FORGET_SONG else FORGET_BAR)
    recalled, likeness = steps.recalled.copy(), steps.likeness.copy()
    recalled[forgotten[bar]] = 0
    likeness[forgotten[bar]] = UNKNOWN
    controls = forget_controls(song.controls, random)[bar]
    hints = _hints(song, (random.random(bars) >= BAR_BEFORE).astype(np.intp))
    if random.random() < FORGET_TUNE:
        hints[:, :TUNE_HINTS] = 0
    free = random.random(bars) < (1.0 if random.random() < FORGET_FIGURES else FORGET_FIGURE)
    hints[free[bar], TUNE_HINTS:] = 0
    return Steps(steps.events, recalled, likeness, controls, hints, steps.target, steps.weights)


def forget_controls(
    controls: NDArray[np.float32], random: np.random.Generator
) -> NDArray[np.float32]:
    """Controls (bars, VECTOR_SIZE) of which segments are averaged, or left out in part or whole."""
    bars, steered = len(controls), len(STEERED)
    segments = (np.arange(bars) + random.integers(SEGMENT_BARS)) // SEGMENT_BARS
    count = segments[-1] + 1
    told = controls.copy()
    averaged = np.array([name not in NOT_AVERAGED for name in STEERED])
    for segment in np.flatnonzero(random.random(count) < AVERAGE):
        rows = np.flatnonzero(segments == segment)
        values, known = told[rows, :steered], told[rows, steered : 2 * steered]
        means = values.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        told[np.ix_(rows, np.flatnonzero(averaged))] = (means * known)[:, averaged]
    ignored = random.random((count, steered)) < random.choice(IGNORE_EACH, (count, 1))
    ignored |= random.random((count, 1)) < IGNORE_ALL
    told[:, : 2 * steered] *= np.tile(~ignored[segments], 2)
    if random.random() < FORGET_STYLE:
        told[:, len(COLUMNS) - len(STYLES) :] = 0
    return told


def as_batch(steps: Steps) -> tuple[Arrays, Arrays, Arrays]:
    """Inputs, targets and weights by name, as Keras wants them."""
    inputs: Arrays = {
        "events": steps.events,
        "recalled": steps.recalled,
        "likeness": steps.likeness,
        "controls": steps.controls,
        "hints": steps.hints,
        "chosen": steps.target[..., :3],
    }
    targets: Arrays = {name: steps.target[..., i] for i, name in enumerate(PART_NAMES)}
    weights: Arrays = {name: steps.weights[..., i] for i, name in enumerate(PART_NAMES)}
    return inputs, targets, weights


class Lanes(keras.utils.PyDataset):
    """One epoch: all songs in a new order, cut into equal lanes, window after window.

    Args:
        songs: the training songs.
        lanes: how many play at once (the batch size).
        window: steps a batch.
        seed: of the order and of what is forgotten; give each epoch its own.
        share: of the songs that are played.
    """

    def __init__(
        self,
        songs: Sequence[EncodedSong],
        lanes: int,
        window: int,
        seed: int,
        share: float = 1.0,
    ) -> None:
        super().__init__()
        random = np.random.default_rng(seed)
        order = random.permutation(len(songs))[: max(1, round(share * len(songs)))]
        played = [forget_some(songs[i], random) for i in order]
        stream = [
            np.concatenate([getattr(steps, name) for steps in played])
            for name in Steps.__dataclass_fields__
        ]
        self._windows = len(stream[0]) // (lanes * window)
        if not self._windows:
            raise MelodyMuseError(
                f"{len(stream[0])} steps do not fill one batch of {lanes}x{window}: "
                "give more songs, or a smaller --lanes or --window"
            )
        used = self._windows * window
        self._lanes = [a[: lanes * used].reshape(lanes, used, *a.shape[1:]) for a in stream]
        self._window = window

    def __len__(self) -> int:
        return self._windows

    def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
        window = slice(index * self._window, (index + 1) * self._window)
        return as_batch(Steps(*(lane[:, window] for lane in self._lanes)))
