"""Dropout, three LSTM layers, five dense layers, softmax over four emotions.

The paper gives no widths and does not say what the LSTM runs over: a clip has but one mean for
each of 13 coefficients.  Both readings are here: over the coefficients, as 13 steps of one number,
or over the clip, one step of 13 numbers, where the LSTM has nothing to remember.
"""

from __future__ import annotations

import keras
import numpy as np

from training.melody_muse.reading import COEFFICIENTS, WORDS, Array, Clips

STEPS = {"coefficients": (COEFFICIENTS, 1), "clip": (1, COEFFICIENTS)}
_LSTM, _DENSE = (64, 64, 32), (64, 32, 32, 16)
BATCH, EPOCHS, TESTED = 32, 75, 0.2


def network(over: str) -> keras.Model:
    """The untrained network: standardised means (N, 13) to probabilities (N, 4).

    Args:
        over: one of `STEPS`.
    """
    means = keras.Input((COEFFICIENTS,), name="mfcc")
    x = keras.layers.Reshape(STEPS[over])(means)
    x = keras.layers.Dropout(0.2)(x)
    for index, width in enumerate(_LSTM):
        x = keras.layers.LSTM(width, return_sequences=index + 1 < len(_LSTM))(x)
    for width in _DENSE:
        x = keras.layers.Dense(width, activation="relu")(x)
    return keras.Model(means, keras.layers.Dense(len(WORDS), activation="softmax")(x))


def split(clips: Clips, seed: int) -> tuple[Array, Array]:
    """Indices to learn from and to be judged by, 80 and 20 % of each emotion."""
    from sklearn.model_selection import train_test_split

    rows = np.arange(len(clips.labels))
    learned, tested = train_test_split(
        rows, test_size=TESTED, stratify=clips.labels, random_state=seed
    )
    return learned, tested


def scale(clips: Clips, learned: Array) -> tuple[Array, Array]:
    """Mean and deviation of each coefficient over the clips learned from."""
    known = clips.mfcc[learned]
    return known.mean(axis=0), known.std(axis=0) + 1e-9


def trained(clips: Clips, over: str, seed: int, epochs: int = EPOCHS) -> keras.Model:
    """The network of one split, trained as in the paper: batches of 32, 75 epochs, Adam."""
    keras.utils.set_random_seed(seed)
    learned, _ = split(clips, seed)
    mean, deviation = scale(clips, learned)
    model = network(over)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    model.fit(
        (clips.mfcc[learned] - mean) / deviation,
        clips.labels[learned],
        batch_size=BATCH,
        epochs=epochs,
        verbose=0,
    )
    return model
