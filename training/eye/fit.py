"""Trains the fusing part on what the frozen image branch has seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from training.eye.frozen import Seen
from training.eye.network import EyeConfig, head
from training.eye.oasis import NO_EMOTION, Photo, emotions, places

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the fusing part is trained.

    Attributes:
        epochs: passes over the photos, one random view of each a pass.
        batch: photos a step.
        rate: peak learning rate; it warms up over a tenth of the steps and decays as a cosine.
        decay: weight decay of AdamW.
        emotion_weight: weight of the emotions' loss beside that of valence and arousal.
        balance: 0 counts every photo alike, 1 every emotion alike.
        views: how many views of each photo there are to draw from.
    """

    epochs: int = 30
    batch: int = 64
    rate: float = 1.5e-3
    decay: float = 1e-2
    emotion_weight: float = 0.6
    balance: float = 0.7
    views: int = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of valence and arousal in a training set, each (2,)."""

    mean: Array
    deviation: Array

    @classmethod
    def of(cls, place: Array) -> Scale:
        """The scale of ratings (N, 2)."""
        return cls(place.mean(axis=0), place.std(axis=0) + 1e-6)


class _Views(keras.utils.PyDataset):
    """Batches in a new order every epoch, each photo in a view drawn anew."""

    def __init__(
        self, seen: Seen, rows: Array, targets: dict[str, Array], weights: dict[str, Array],
        batch: int, seed: int,
    ) -> None:  # fmt: skip
        super().__init__()
        self.seen, self.rows, self.targets, self.weights = seen, rows, targets, weights
        self.batch, self.seed, self.epoch = min(batch, len(rows)), seed, 0
        self._deal()

    def __len__(self) -> int:
        return len(self.rows) // self.batch

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        views, rows = self.view[chosen], self.rows[chosen]
        inputs = {
            "features": self.seen.image[views, rows].astype(np.float32),
            "colour": self.seen.colour[views, rows],
        }
        targets = {name: values[chosen] for name, values in self.targets.items()}
        weights = {name: values[chosen] for name, values in self.weights.items()}
        return inputs, targets, weights

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._deal()

    def _deal(self) -> None:
        rng = np.random.default_rng((self.seed, self.epoch))
        self.order = rng.permutation(len(self.rows))
        self.view = rng.integers(len(self.seen.image), size=len(self.rows))


class _Resume(keras.callbacks.Callback):
    """Brings the dealing of views to the epoch that training resumes at."""

    def __init__(self, views: _Views) -> None:
        super().__init__()
        self.views = views

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.views.epoch != epoch:
            self.views.epoch = epoch
            self.views._deal()


def emotion_weights(labels: Array, balance: float) -> Array:
    """Weight of each photo in the emotions' loss: (mean / count)^balance, 0 without a label."""
    counts = np.bincount(labels[labels != NO_EMOTION], minlength=len(EMOTIONS))
    if not counts.any():
        return np.zeros(len(labels), np.float32)
    by_emotion = (counts[counts > 0].mean() / np.maximum(counts, 1)) ** balance
    return np.where(labels == NO_EMOTION, 0, by_emotion[labels]).astype(np.float32)


def fit(
    config: EyeConfig,
    recipe: Recipe,
    seen: Seen,
    photos: Sequence[Photo],
    rows: Array,
    seed: int,
    folder: Path | None = None,
    held_out: Array | None = None,
) -> tuple[keras.Model, Scale, dict[str, list[float]]]:
    """One training run of the fusing part.

    Args:
        config, recipe: the network's shape and how it is trained.
        seen: what the image branch saw in `photos`.
        rows: indices of the photos to learn from.
        seed: decides weights, order, views and dropout.
        folder: where to keep checkpoints; a run that was stopped there goes on.
        held_out: indices of photos whose loss is watched.

    Returns:
        The trained head, the scale of its `place`, and the losses by epoch.
    """
    keras.utils.set_random_seed(seed)
    place, labels = places(photos), emotions(photos)
    scale = Scale.of(place[rows])
    model = head(config, seen.image.shape[-1])
    model.get_layer("standard").set_weights(_standard(seen, rows))

    def targets(chosen: Array) -> dict[str, Array]:
        standard = (place[chosen] - scale.mean) / scale.deviation
        return {"place": standard, "probabilities": np.maximum(labels[chosen], 0)}

    def weights(chosen: Array, balance: float) -> dict[str, Array]:
        return {
            "place": np.ones(len(chosen), np.float32),
            "probabilities": emotion_weights(labels[chosen], balance),
        }

    batches = _Views(
        seen, rows, targets(rows), weights(rows, recipe.balance), recipe.batch, seed
    )  # fmt: skip
    _compile(model, recipe, recipe.epochs * len(batches))
    callbacks: list[keras.callbacks.Callback] = [_Resume(batches)]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        checkpoint = folder / "checkpoint"
        # Keras clears the checkpoint at the end; what is left there is from a run that was stopped.
        goes_on = checkpoint.is_dir() and any(checkpoint.iterdir())
        callbacks.append(keras.callbacks.BackupAndRestore(str(checkpoint)))
        callbacks.append(keras.callbacks.CSVLogger(str(folder / "losses.csv"), append=goes_on))
    watched = None
    if held_out is not None:
        inputs = {"features": seen.image[0, held_out], "colour": seen.colour[0, held_out]}
        watched = (inputs, targets(held_out), weights(held_out, 0.0))
    history = model.fit(
        batches, epochs=recipe.epochs, validation_data=watched, callbacks=callbacks, verbose=0
    )
    return model, scale, history.history


def answers(model: keras.Model, scale: Scale, image: Array, colour: Array) -> tuple[Array, Array]:
    """Valence and arousal -1..1 (N, 2) and probabilities (N, 8) for seen photos (N, F), (N, 2)."""
    said = model.predict_on_batch({"features": np.asarray(image, np.float32), "colour": colour})
    place = np.asarray(said["place"]) * scale.deviation + scale.mean
    return np.clip(place, -1, 1), np.asarray(said["probabilities"])


def _standard(seen: Seen, rows: Array) -> list[Array]:
    joined = np.concatenate([seen.image[0, rows], seen.colour[0, rows]], axis=1).astype(np.float64)
    return [joined.mean(axis=0), joined.var(axis=0)]


def _compile(model: keras.Model, recipe: Recipe, steps: int) -> None:
    warm = max(1, steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 25, max(1, steps - warm), warmup_target=recipe.rate, warmup_steps=warm
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=recipe.decay),
        loss={
            "place": keras.losses.MeanSquaredError(),
            "probabilities": keras.losses.SparseCategoricalCrossentropy(),
        },
        loss_weights={"place": 1.0, "probabilities": recipe.emotion_weight},
    )


def save(folder: Path, config: EyeConfig, recipe: Recipe, scale: Scale, model: keras.Model) -> None:
    """Weights of the head and everything needed to build it again, into `folder`."""
    from dataclasses import asdict

    folder.mkdir(parents=True, exist_ok=True)
    model.save_weights(folder / "head.weights.h5")
    facts = {
        "config": asdict(config),
        "recipe": asdict(recipe),
        "n_features": model.input_shape[0][-1],
        "mean": scale.mean.tolist(),
        "deviation": scale.deviation.tolist(),
    }
    (folder / "eye.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
