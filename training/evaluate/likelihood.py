"""Validation of the exported network: nats an event and a part on held-out songs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from melodymuse.writing.network import NoteNetwork
from training.composer.batches import Steps, song_steps
from training.composer.corpus import EncodedSong
from training.composer.measure import nats_by_part, side_by_side
from training.composer.network import PART_NAMES
from training.updates import cross_entropy


def measure_exported(
    network: NoteNetwork,
    songs: Sequence[EncodedSong],
    change: Callable[[Steps], Steps] = lambda steps: steps,
) -> dict[str, float]:
    """As `training.composer.measure.measure`, but of what ships: step by step in onnxruntime."""
    longest = max(len(song.events) for song in songs) - 1
    steps = side_by_side([change(song_steps(song)) for song in songs], longest)
    state = network.initial_state(len(songs))
    losses = np.zeros((*steps.target.shape[:2], len(PART_NAMES)), np.float32)
    for index in range(longest):
        features, state = network.step(
            steps.events[:, index].astype(np.int64),
            steps.recalled[:, index].astype(np.int64),
            steps.likeness[:, index].astype(np.int64),
            steps.controls[:, index],
            steps.hints[:, index].astype(np.int64),
            state,
        )
        target = steps.target[:, index].astype(np.int64)
        for part in range(len(PART_NAMES)):
            logits = network.logits(part, features, target[:, :part])
            losses[:, index, part] = cross_entropy(logits, target[:, part])
    weighted = (losses * steps.weights).sum(axis=(0, 1))
    return nats_by_part(weighted, steps.weights.sum(axis=(0, 1)))
