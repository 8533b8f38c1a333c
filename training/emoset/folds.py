"""Answers out of fold on OASIS and their figures, as `training.emoset.oasis` gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from training.eye import measures
from training.eye.oasis import NO_EMOTION, Photo, emotions, places

Array = npt.NDArray[Any]
AXES = ("valence", "arousal")


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of valence and arousal in a training set, each (2,)."""

    mean: Array
    deviation: Array

    @classmethod
    def of(cls, place: Array) -> Scale:
        """The scale of ratings (N, 2)."""
        return cls(place.mean(axis=0), place.std(axis=0) + 1e-6)


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """One seed's answers, each from a network that saw no photo of that theme."""

    place: Array
    probabilities: Array
    fold: Array
    histories: list[dict[str, list[float]]]


def emotion_weights(labels: Array, balance: float) -> Array:
    """Weight of each photo in the emotions' loss: (mean / count)^balance, 0 without a label."""
    counts = np.bincount(labels[labels != NO_EMOTION], minlength=len(EMOTIONS))
    if not counts.any():
        return np.zeros(len(labels), np.float32)
    by_emotion = (counts[counts > 0].mean() / np.maximum(counts, 1)) ** balance
    return np.where(labels == NO_EMOTION, 0, by_emotion[labels]).astype(np.float32)


def figures(result: OutOfFold, photos: Sequence[Photo]) -> dict[str, float]:
    """The figures of one seed, by name."""
    rated, labels = places(photos), emotions(photos)
    found: dict[str, float] = {}
    for axis, name in enumerate(AXES):
        said = result.place[:, axis]
        found[f"{name}_r"] = measures.pearson(said, rated[:, axis])
        by_fold = [
            measures.pearson(said[result.fold == k], rated[result.fold == k, axis])
            for k in np.unique(result.fold)
        ]
        found[f"{name}_r_mean_of_folds"] = float(np.nanmean(by_fold))
        found[f"{name}_mean_error"] = float(np.mean(np.abs(said - rated[:, axis])))
    found["macro_f1"] = measures.macro_f1(result.probabilities, labels)
    found["accuracy"] = measures.accuracy(result.probabilities, labels)
    found["log_loss"] = measures.log_loss(result.probabilities, labels)
    found["calibration_error"] = measures.calibration_error(result.probabilities, labels)
    found["best_temperature"] = measures.best_temperature(result.probabilities, labels)
    warmed = _tempered_by_others(result, labels)
    found["log_loss_tempered"] = measures.log_loss(warmed, labels)
    found["calibration_error_tempered"] = measures.calibration_error(warmed, labels)
    found["contradiction"] = measures.contradiction(result.place, result.probabilities)
    for emotion, score in measures.f1_by_emotion(result.probabilities, labels).items():
        found[f"f1_{emotion}"] = score
    return found


def _tempered_by_others(result: OutOfFold, labels: Array) -> Array:
    """Each fold's probabilities at the temperature that suits the other folds best."""
    warmed = result.probabilities.copy()
    for k in np.unique(result.fold):
        here = result.fold == k
        temperature = measures.best_temperature(result.probabilities[~here], labels[~here])
        warmed[here] = measures.tempered(result.probabilities[here], temperature)
    return warmed


def summary(by_seed: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Figure -> its mean and standard deviation over the seeds."""
    return {
        name: {
            "mean": float(np.mean([found[name] for found in by_seed])),
            "sd": float(np.std([found[name] for found in by_seed])),
        }
        for name in by_seed[0]
    }
