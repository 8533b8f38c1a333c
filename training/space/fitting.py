"""Teaching the towers: first the LSTM to tell places, then both towers by a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.space.losses import LOSSES, Batch
from training.space.towers import EMBEDDING, Shape, tower

Array = NDArray[Any]
ROWS_A_BATCH = 64
# A picture's partner is the nearest in valence and arousal of so many pieces.
_OFFERED = 16
_RATE = 3e-3


@dataclass(frozen=True, slots=True)
class Side:
    """One modality as a tower reads it: features (N, F) and labels (N, 2), 0..1."""

    features: Array
    labels: Array


@dataclass(frozen=True, slots=True)
class Joined:
    """Two towers, and the loss of every epoch."""

    picture: keras.Model
    music: keras.Model
    curve: tuple[float, ...]


def teach_encoder(
    make: Callable[[Shape], keras.Model],
    music: Array,
    labels: Array,
    shape: Shape,
    epochs: int,
    seed: int,
) -> keras.Model:
    """An encoder that has learned to tell labels (N, 2), 0..1, of events or of sound."""
    keras.utils.set_random_seed(seed)
    reads = make(shape)
    told = keras.layers.Dense(2, activation="sigmoid")(reads.output)
    whole = keras.Model(reads.input, told)
    whole.compile(optimizer=keras.optimizers.Adam(3e-3, clipnorm=1.0), loss="mse")
    whole.fit(music, labels, batch_size=ROWS_A_BATCH, epochs=epochs, verbose=0)
    return reads


def join(loss: str, pictures: Side, pieces: Side, shape: Shape, epochs: int, seed: int) -> Joined:
    """Towers that a loss of `LOSSES` has drawn together.

    Args:
        loss: its name.
        pictures, pieces: what they learn from.
        shape: sizes.
        epochs: how often each picture is seen, each time with another partner.
        seed: of weights, partners and dropout.
    """
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    towers = [
        tower(name, side.features.shape[1], shape)
        for name, side in (("picture", pictures), ("music", pieces))
    ]
    (seen, seen_guess), (heard, heard_guess) = (model.output for model in towers)
    both = keras.Model(
        [model.input for model in towers],
        keras.ops.concatenate([seen, heard, seen_guess, heard_guess], axis=-1),
    )
    draws = random.integers(len(pieces.labels), size=(len(pictures.labels), 4))
    apart = pictures.labels[:, None] - pieces.labels[draws]
    sigma = float(np.linalg.norm(apart, axis=-1).mean())
    both.compile(
        optimizer=keras.optimizers.AdamW(_RATE, weight_decay=1e-3, clipnorm=1.0),
        loss=_packed(loss, sigma),
        # Compiling takes longer than these small towers do.
        jit_compile=keras.backend.backend() == "jax",
    )
    curve = []
    whole = len(pictures.labels) // ROWS_A_BATCH * ROWS_A_BATCH or len(pictures.labels)
    for _ in range(epochs):
        rows = random.permutation(len(pictures.labels))[:whole]
        offered = random.integers(len(pieces.labels), size=(whole, _OFFERED))
        gaps = np.linalg.norm(pictures.labels[rows][:, None] - pieces.labels[offered], axis=-1)
        partners = offered[np.arange(whole), gaps.argmin(axis=1)]
        told = both.fit(
            [pictures.features[rows], pieces.features[partners]],
            np.concatenate([pictures.labels[rows], pieces.labels[partners]], axis=1),
            batch_size=ROWS_A_BATCH,
            shuffle=False,
            verbose=0,
        )
        curve.append(float(told.history["loss"][0]))
    return Joined(towers[0], towers[1], tuple(curve))


def _packed(name: str, sigma: float) -> Any:
    """A loss of `LOSSES` over what the joined model gives, as Keras calls it."""
    measure = LOSSES[name]

    def loss(labels: Any, answers: Any) -> Any:
        ends = (0, EMBEDDING, 2 * EMBEDDING, 2 * EMBEDDING + 2, 2 * EMBEDDING + 4)
        seen, heard, seen_guess, heard_guess = (
            answers[:, begin:end] for begin, end in pairwise(ends)
        )
        return measure(
            Batch(seen, heard, labels[:, :2], labels[:, 2:], seen_guess, heard_guess, sigma)
        )

    return loss
