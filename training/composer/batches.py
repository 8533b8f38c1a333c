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
from training.in_a_row import forgotten, owners, segments

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

    events: NDArray[np.integer[Any]]
    recalled: NDArray[np.integer[Any]]
    likeness: NDArray[np.integer[Any]]
    controls: NDArray[np.float32]
    hints: NDArray[np.integer[Any]]
    target: NDArray[np.integer[Any]]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Played:
    """Songs in a row, each one step shorter than it has events.

    Attributes:
        steps: what is read and answered; in place of controls the step's bar, (steps,).
        controls: of each bar, (bars, VECTOR_SIZE).
    """

    steps: Steps
    controls: NDArray[np.float32]

    def at(self, rows: Any) -> Steps:
        """Some of the steps, with their bars' controls."""
        steps = Steps(*(getattr(self.steps, name)[rows] for name in Steps.__dataclass_fields__))
        return replace(steps, controls=self.controls[steps.controls])


def song_steps(song: EncodedSong) -> Steps:
    """A whole song, told everything; one step fewer than it has events."""
    return played([song], None).at(slice(None))


def played(songs: Sequence[EncodedSong], random: np.random.Generator | None) -> Played:
    """Songs in a row.

    Args:
        songs: in their order.
        random: draws which bars are told no recall, no tune and no figure, which segments no
            controls; None where all is told.
    """
    owner = owners([len(song.controls) for song in songs])
    before = np.flatnonzero(np.diff(owner, prepend=-1))
    bar = np.concatenate(
        [song.bar[:-1] + np.int32(b) for song, b in zip(songs, before, strict=True)]
    )
    recalled, likeness, tune, figure = (
        np.concatenate([getattr(song, name)[:-1] for song in songs])
        for name in ("recalled", "likeness", "tune", "figure")
    )
    controls = np.concatenate([song.controls for song in songs])
    if random is None:
        figure = figure[:, 1]
    else:
        silent = forgotten(owner, FORGET_SONG, FORGET_BAR, random)[bar]
        recalled[silent] = 0
        likeness[silent] = UNKNOWN
        controls = forget_controls(controls, owner, random)
        way = (random.random(len(owner)) >= BAR_BEFORE).astype(np.intp)
        figure = figure[np.arange(len(bar)), way[bar]]
        tune[forgotten(owner, FORGET_TUNE, 0, random)[bar]] = 0
        figure[forgotten(owner, FORGET_FIGURES, FORGET_FIGURE, random)[bar]] = 0
    target = np.concatenate([song.events[1:] for song in songs])
    steps = Steps(
        events=np.concatenate([song.events[:-1] for song in songs]),
        recalled=recalled,
        likeness=likeness,
        controls=bar,
        hints=np.concatenate([tune, figure], axis=1),
        target=target,
        weights=_weights(target),
    )
    return Played(steps, controls)


def _weights(target: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    note = is_note_array(target)
    counts = [
        np.ones(len(target)),
        target[:, 0] != BAR_POSITION,
        note,
        # A note of unknown loudness has nothing to teach about it.
        note & (target[:, 3] > 0),
    ]
    return np.stack(counts, axis=-1).astype(np.float32)


def is_note_array(events: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
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


def forget_controls(
    controls: NDArray[np.float32], owner: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.float32]:
    """Controls (bars, VECTOR_SIZE) of which segments are averaged, or left out in part or whole.

    Args:
        controls: of songs in a row.
        owner: for each bar its song.
        random: draws what is left out.
    """
    steered, told = len(STEERED), controls.copy()
    segment = segments(owner, SEGMENT_BARS, random)
    firsts = np.flatnonzero(np.diff(segment, prepend=-1))
    values, known = controls[:, :steered], controls[:, steered : 2 * steered]
    means = np.add.reduceat(values, firsts) / np.maximum(np.add.reduceat(known, firsts), 1)
    averaged = (random.random((len(firsts), 1)) < AVERAGE)[segment]
    averaged = averaged & np.array([name not in NOT_AVERAGED for name in STEERED])
    told[:, :steered] = np.where(averaged, means[segment] * known, values)
    ignored = random.random((len(firsts), steered)) < random.choice(IGNORE_EACH, (len(firsts), 1))
    ignored |= random.random((len(firsts), 1)) < IGNORE_ALL
    told[:, : 2 * steered] *= np.tile(~ignored[segment], 2)
    unstyled = random.random(owner[-1] + 1) < FORGET_STYLE
    told[:, len(COLUMNS) - len(STYLES) :] *= ~unstyled[owner, None]
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
        self._played = played([songs[i] for i in order], random)
        steps = len(self._played.steps.events)
        self._windows = steps // (lanes * window)
        if not self._windows:
            raise MelodyMuseError(
                f"{steps} steps do not fill one batch of {lanes}x{window}: "
                "give more songs, or a smaller --lanes or --window"
            )
        # Where each lane begins, and the steps of a window.
        self._rows = np.arange(lanes)[:, None] * self._windows * window + np.arange(window)
        self._window = window

    def __len__(self) -> int:
        return self._windows

    def __getitem__(self, index: int) -> tuple[Arrays, Arrays, Arrays]:
        return as_batch(self._played.at(self._rows + index * self._window))
