"""Validation: nats an event and a part on whole held-out songs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.composer.batches import Steps, as_batch, song_steps
from training.composer.corpus import EncodedSong
from training.composer.network import PART_NAMES

SONGS_AT_ONCE = 10

# What is done to the steps first, for example `without_recall`.
Change = Callable[[Steps], Steps]


def measure(
    network: keras.Model,
    songs: Sequence[EncodedSong],
    change: Change = lambda s: s,
) -> dict[str, float]:
    """Cross-entropy in nats.

    Args:
        network: `training_network` without state between batches.
        songs: held-out songs, each read from its first event to its last.
        change: what to do to the steps first, for example `without_recall`.

    Returns:
        "event": the sum over all parts per event; then per part: "position" per event, "item" per
        item (all but BAR), "duration" and "velocity" per note.
    """
    nats, counts = np.zeros(4), np.zeros(4)
    longest = max(len(song.events) for song in songs) - 1
    for first in range(0, len(songs), SONGS_AT_ONCE):
        steps = [change(song_steps(song)) for song in songs[first : first + SONGS_AT_ONCE]]
        steps += [steps[-1]] * (min(SONGS_AT_ONCE, len(songs)) - len(steps))
        fresh = min(SONGS_AT_ONCE, len(songs) - first)
        inputs, targets, weights = as_batch(side_by_side(steps, longest))
        logits = network.predict_on_batch(inputs)
        for index, name in enumerate(PART_NAMES):
            loss = cross_entropy(logits[name][:fresh], targets[name][:fresh])
            nats[index] += (loss * weights[name][:fresh]).sum()
            counts[index] += weights[name][:fresh].sum()
    return nats_by_part(nats, counts)


def nats_by_part(
    nats: NDArray[np.floating[Any]], counts: NDArray[np.floating[Any]]
) -> dict[str, float]:
    """Sums of nats over the four parts, and how often each counts, as what `measure` returns."""
    parts = dict(zip(PART_NAMES, (nats / np.maximum(counts, 1)).tolist(), strict=True))
    return {"event": float(nats.sum() / counts[0]), **parts}


def cross_entropy(
    logits: NDArray[np.float32], targets: NDArray[np.integer[Any]]
) -> NDArray[np.float32]:
    """Nats (...) of targets (...) under logits (..., choices)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(shifted, targets[..., None], axis=-1)[..., 0]
    return np.asarray(np.log(np.exp(shifted).sum(axis=-1)) - chosen)


def side_by_side(steps: Sequence[Steps], length: int) -> Steps:
    """Songs side by side; what is added weighs nothing."""
    return Steps(
        *(
            np.stack(
                [
                    np.pad(a, [(0, length - len(a))] + [(0, 0)] * (a.ndim - 1))
                    for a in (getattr(song, name) for song in steps)
                ]
            )
            for name in Steps.__dataclass_fields__
        )
    )
