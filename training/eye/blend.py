"""The whole eye: trained heads and the kernel machine, averaged and calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from training.eye.fit import Array, Recipe, Scale, answers, fit
from training.eye.frozen import Seen
from training.eye.kernel import KernelMachine, KernelRecipe, fit_kernel
from training.eye.network import N_EMOTIONS, EyeConfig
from training.eye.oasis import Photo
from training.eye.words import Words


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is made of the averaged probabilities; the leading emotion stays.

    Attributes:
        power: over 1 sharpens, under 1 softens; the sum becomes 1 again.
        floor: this share is then spread over all emotions alike, since some pictures are felt
            otherwise than anything in them tells.
    """

    power: float = 2.0
    floor: float = 0.35

    def __call__(self, probabilities: Array) -> Array:
        """Probabilities (N, 8), calibrated."""
        powered = np.power(np.maximum(probabilities, 1e-12), self.power)
        sharp = powered / powered.sum(axis=1, keepdims=True)
        return np.asarray((1 - self.floor) * sharp + self.floor / N_EMOTIONS)


@dataclass(frozen=True, slots=True)
class Eye:
    """Everything that was learned: heads, the scale of their answers, and the kernel machine."""

    heads: keras.Model
    scale: Scale
    kernel: KernelMachine
    calibration: Calibration

    def answers(self, image: Array, colour: Array) -> tuple[Array, Array]:
        """Valence and arousal -1..1 (N, 2) and probabilities (N, 8) for features (N, F), (N, 2)."""
        return blended(
            answers(self.heads, self.scale, image, colour),
            self.kernel.answers(image, colour),
            self.calibration,
        )


def blended(
    heads: tuple[Array, Array], kernel: tuple[Array, Array], calibration: Calibration
) -> tuple[Array, Array]:
    """The mean of two answers, each (N, 2) and (N, 8), calibrated."""
    place = (heads[0] + kernel[0]) / 2
    return place, calibration((heads[1] + kernel[1]) / 2)


def fit_eye(
    config: EyeConfig,
    recipe: Recipe,
    seen: Seen,
    photos: Sequence[Photo],
    rows: Array,
    seed: int,
    folder: Path | None = None,
    held_out: Array | None = None,
    kernel: KernelRecipe | None = None,
    calibration: Calibration | None = None,
    words: Words | None = None,
) -> tuple[Eye, dict[str, list[float]]]:
    """Trains the heads (see `fit`), fits the kernel machine, and gives the eye and the losses."""
    heads, scale, history = fit(config, recipe, seen, photos, rows, seed, folder, held_out)
    machine = fit_kernel(kernel or KernelRecipe(), seen, photos, rows, words)
    return Eye(heads, scale, machine, calibration or Calibration()), history
