"""Validation: nats an event and a part on whole held-out songs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.composer.batches import Steps, as_batch, song_steps
from training.composer.corpus import EncodedSong
from training.composer.network import PART_NAMES
from training.loop import Nats

SONGS_AT_ONCE = 10

# What is done to the steps first, for example `without_recall`.
Change = Callable[[Steps], Steps]


def measure(
    nats: Nats, songs: Sequence[EncodedSong], change: Change = lambda s: s
) -> dict[str, float]:
    """Cross-entropy in nats.

    Args:
        nats: what a batch that begins anew costs, for example `keras_nats` of a network.
        songs: held-out songs, each read from its first event to its last.
        change: what to do to the steps first, for example `without_recall`.

    Returns:
        "event": the sum over all parts per event; then per part: "position" per event, "item" per
        item (all but BAR), "duration" and "velocity" per note.
    """
    total, counts = np.zeros(len(PART_NAMES)), np.zeros(len(PART_NAMES))
    longest = max(len(song.events) for song in songs) - 1
    for first in range(0, len(songs), SONGS_AT_ONCE):
        steps = [change(song_steps(song)) for song in songs[first : first + SONGS_AT_ONCE]]
        # Batches are alike in size: what is added counts nothing.
        nothing = replace(steps[-1], weights=np.zeros_like(steps[-1].weights))
        steps += [nothing] * (min(SONGS_AT_ONCE, len(songs)) - len(steps))
        found, counted = nats(as_batch(side_by_side(steps, longest)))
        total += found
        counts += counted
    return nats_by_part(total, counts)


def nats_by_part(
    nats: NDArray[np.floating[Any]], counts: NDArray[np.floating[Any]]
) -> dict[str, float]:
    """Sums of nats over the four parts, and how often each counts, as what `measure` returns."""
    parts = dict(zip(PART_NAMES, (nats / np.maximum(counts, 1)).tolist(), strict=True))
    return {"event": float(nats.sum() / counts[0]), **parts}


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
