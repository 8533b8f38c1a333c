"""The two towers: what an eye sees, and what happens in music, to 128 numbers of length 1.

The music tower reads events (`training.space.events`) through an LSTM, or sound
(`training.space.sounds`) through convolutions in time; either first learns to tell valence and
arousal alone and then stays as it is: what the losses shape are the layers above it and the picture
tower, so that many losses are compared at the price of one.  Both towers end
alike, and guess valence and arousal from the embedding by three dense layers with batch norm, as
CDCML does.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from training.space.events import ROWS, WIDTH
from training.space.sounds import BANDS, FRAMES

EMBEDDING = 128


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the towers."""

    components: int = 128
    lstm: int = 64
    hidden: int = 128
    dropout: float = 0.3


@dataclass(frozen=True, slots=True)
class Projection:
    """What features are projected on before a tower: (x - mean) @ matrix, of variance 1 each."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]

    @classmethod
    def of(cls, features: NDArray[np.float32], components: int) -> Projection:
        """The principal components of standardised features (N, F); fewer where N is less."""
        mean, spread = features.mean(0), features.std(0) + 1e-2
        _, sizes, axes = np.linalg.svd((features - mean) / spread, full_matrices=False)
        count = min(components, len(features) - 1)
        scale = sizes[:count] / np.sqrt(len(features)) + 1e-6
        matrix = (axes[:count] / scale[:, None]).T / spread[:, None]
        return cls(mean.astype(np.float32), matrix.astype(np.float32))

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, F) -> (N, components)."""
        return np.asarray((features - self.mean) @ self.matrix, np.float32)


def mel_encoder(shape: Shape) -> keras.Model:
    """Sound (B, FRAMES, BANDS) -> the mean over time of what three convolutions hear (B, lstm)."""
    mel = keras.Input((FRAMES, BANDS), name="mel")
    x = mel
    for _ in range(3):
        x = layers.Conv1D(shape.lstm, 5, strides=2, padding="same", activation="relu")(x)
    return keras.Model(mel, layers.GlobalAveragePooling1D()(x))


def encoder(shape: Shape) -> keras.Model:
    """Events (B, ROWS, WIDTH), the last column 1 where there is one -> the LSTM's mean state over
    them (B, lstm)."""
    events = keras.Input((ROWS, WIDTH), name="events")
    there = events[..., -1:]
    flow = layers.LSTM(shape.lstm, return_sequences=True, name="lstm")(events)
    # What is read after the last event counts for nothing.
    total = keras.ops.sum(flow * there, axis=1)
    return keras.Model(events, total / keras.ops.maximum(keras.ops.sum(there, axis=1), 1.0))


def tower(name: str, width: int, shape: Shape) -> keras.Model:
    """(B, width), of variance about 1 -> embedding (B, EMBEDDING) of length 1, and guess (B, 2)."""
    inputs = keras.Input((width,), name=f"{name}_features")
    x = layers.Dropout(shape.dropout)(inputs)
    x = layers.Dense(shape.hidden, activation="relu", name=f"{name}_hidden")(x)
    x = layers.Dense(EMBEDDING, name=f"{name}_embedding")(layers.Dropout(shape.dropout)(x))
    embedding = layers.UnitNormalization(name=f"{name}_unit")(x)
    x = embedding
    for index, wide in enumerate((64, 32)):
        x = layers.Dense(wide, use_bias=False, name=f"{name}_guess_{index}")(x)
        x = layers.Activation("relu")(layers.BatchNormalization(name=f"{name}_norm_{index}")(x))
    guess = layers.Dense(2, activation="sigmoid", name=f"{name}_guess")(x)
    return keras.Model(inputs, [embedding, guess], name=name)
