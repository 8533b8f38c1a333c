"""Trains a network on EmoSet: batches from files, early stopping, falling learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

from melodymuse.vision.features import thin
from melodymuse.vision.loading import load_image
from training.emoset.reading import EmoSet, Sample
from training.eye.network import N_EMOTIONS

Array = npt.NDArray[Any]
# Pictures from which the standardisation of our network's features is taken.
_TO_STANDARDISE = 512


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained; the defaults are those of the Melody Muse paper where it has any.

    Attributes:
        epochs: passes at most.
        batch: pictures a step.
        rate: Adam's learning rate at the beginning.
        patience: epochs without a better validation loss after which training stops; after half
            as many, the rate falls to a fifth.
    """

    epochs: int = 10
    batch: int = 64
    rate: float = 1e-3
    patience: int = 4


def square(path: Path, side: int) -> npt.NDArray[np.uint8]:
    """A picture squeezed to a square, uint8 (side, side, 3), RGB.

    Raises:
        ImageError: it cannot be read.
    """
    pixels = load_image(path)
    pixels = thin(pixels, side / min(pixels.shape[:2]))
    smaller = min(pixels.shape[:2]) > side
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=how), np.uint8)


class Batches(keras.utils.PyDataset):
    """Samples as batches of inputs and one-hot emotions, read from the files as they are needed.

    With a seed, each epoch has a new order and half of the pictures are mirrored; without one,
    they come as they are.
    """

    def __init__(
        self, samples: Sequence[Sample], side: int, batch: int, seed: int | None = None
    ) -> None:
        super().__init__()
        self.samples, self.side, self.batch, self.seed = samples, side, batch, seed
        self.epoch = 0
        self._deal()

    def __len__(self) -> int:
        return -(-len(self.samples) // self.batch)

    def __getitem__(self, index: int) -> tuple[dict[str, Array], Array]:
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        pixels = np.stack([square(self.samples[i].path, self.side) for i in chosen])
        mirror = self.mirror[chosen]
        pixels[mirror] = pixels[mirror, :, ::-1]
        colour = [(self.samples[i].brightness, self.samples[i].colorfulness) for i in chosen]
        emotions = [self.samples[i].emotion for i in chosen]
        inputs = {"pixels": pixels.astype(np.float32), "colour": np.array(colour, np.float32)}
        return inputs, np.eye(N_EMOTIONS, dtype=np.float32)[emotions]

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._deal()

    def _deal(self) -> None:
        count = len(self.samples)
        self.order, self.mirror = np.arange(count), np.zeros(count, bool)
        if self.seed is not None:
            rng = np.random.default_rng((self.seed, self.epoch))
            self.order, self.mirror = rng.permutation(count), rng.random(count) < 0.5


def fit(
    model: keras.Model, emoset: EmoSet, recipe: Recipe, seed: int, log: Path | None = None
) -> dict[str, list[float]]:
    """Trains a classifier in place, up to its best epoch; gives the losses by epoch."""
    side = model.input_shape[0][1]
    batches = Batches(emoset.train, side, recipe.batch, seed)
    standardise(model, batches)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.rate),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    callbacks: list[keras.callbacks.Callback] = [
        keras.callbacks.EarlyStopping(patience=recipe.patience, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(factor=0.2, patience=max(1, recipe.patience // 2)),
    ]
    if log is not None:
        callbacks.append(keras.callbacks.CSVLogger(str(log)))
    history = model.fit(
        batches,
        epochs=recipe.epochs,
        validation_data=Batches(emoset.val, side, recipe.batch),
        callbacks=callbacks,
        verbose=2 if log is not None else 0,
    )
    return {name: [float(v) for v in values] for name, values in history.history.items()}


def standardise(model: keras.Model, batches: Batches) -> None:
    """Our network standardises its features by what the first pictures show; others have no such
    layer and stay as they are."""
    names = [layer.name for layer in model.layers]
    if "head" not in names:
        return
    branch = model.get_layer("image_branch")
    joined = []
    for index in range(min(len(batches), -(-_TO_STANDARDISE // batches.batch))):
        inputs, _ = batches[index]
        image = np.asarray(branch.predict_on_batch(inputs["pixels"]))
        joined.append(np.concatenate([image, inputs["colour"]], axis=1).astype(np.float64))
    values = np.concatenate(joined)
    layer = model.get_layer("head").get_layer("standard")
    layer.set_weights([values.mean(axis=0), values.var(axis=0)])


def answers(model: keras.Model, samples: Sequence[Sample], batch: int) -> Array:
    """Probabilities (N, 8) for samples."""
    batches = Batches(samples, model.input_shape[0][1], batch)
    parts = [np.asarray(model.predict_on_batch(batches[i][0])) for i in range(len(batches))]
    return np.concatenate(parts)
