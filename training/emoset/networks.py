"""The networks that can be trained on EmoSet, by name.

All take `pixels` (N, S, S, 3), RGB 0..255, and `colour` (N, 2), brightness and colourfulness, and
give probabilities over `EMOTIONS` (N, 8).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import keras

from melodymuse.errors import ModelError
from training.eye.network import (
    COLOUR_FEATURES,
    N_EMOTIONS,
    EyeConfig,
    head,
    image_branch,
    imagenet_branch,
)

# The mean of ImageNet in blue, green, red, which ResNet50's weights expect to be taken away.
_RESNET_MEAN = (103.939, 116.779, 123.68)
_GRU_UNITS, _HEADS, _KEY = 256, 8, 64


class Weights(enum.Enum):
    """What the image branch starts from."""

    IMAGENET = "imagenet"
    RANDOM = "random"


Trunk = Callable[[keras.KerasTensor, keras.KerasTensor, Weights], keras.KerasTensor]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network before its answer.

    Attributes:
        trunk: (pixels, colour, weights) -> what is known of the picture (N, F).
        side: width and height of its pictures, if nothing else is asked for.
    """

    trunk: Trunk
    side: int


def melody_muse(
    pixels: keras.KerasTensor, colour: keras.KerasTensor, weights: Weights
) -> keras.KerasTensor:
    """Two convolutions with pooling, flattened, colour beside them, dropout, batch norm.

    As in the Melody Muse paper (Bath, Kumar, Dayal), which gives no widths: 32 and 64 are ours.
    It always starts from random weights.
    """
    x = keras.layers.Rescaling(1 / 255, name="scale")(pixels)
    for index, width in enumerate((32, 64), start=1):
        x = keras.layers.Conv2D(width, 3, activation="relu", name=f"convolution{index}")(x)
        x = keras.layers.MaxPooling2D(name=f"pool{index}")(x)
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Concatenate(name="joined")([x, colour])
    x = keras.layers.Dropout(0.5, name="drop")(x)
    # Keras' momentum of 0.99 needs some 500 steps before its averages are those of the data.
    return keras.layers.BatchNormalization(momentum=0.9, name="norm")(x)


def bigru_attention(
    pixels: keras.KerasTensor, colour: keras.KerasTensor, weights: Weights
) -> keras.KerasTensor:
    """ResNet50, its map read as a sequence by two bidirectional GRUs and multi-head attention.

    After "Bridging Paintings and Music" (Hisariya, Zhang, Liang), which gives no widths: 256 units
    and 8 heads are ours, and so is that colour stands beside the picture's features.  ResNet50 is
    frozen when it starts from ImageNet.

    Raises:
        ModelError: the ImageNet weights cannot be downloaded.
    """
    x = keras.layers.Rescaling(1.0, tuple(-mean for mean in _RESNET_MEAN), name="centre")(
        pixels[..., ::-1]
    )
    shape = (*pixels.shape[1:3], 3)
    imagenet = weights is Weights.IMAGENET
    try:
        resnet = keras.applications.ResNet50(
            include_top=False, weights="imagenet" if imagenet else None, input_shape=shape
        )
    # Keras wraps whatever went wrong on the network into a bare Exception.
    except Exception as error:
        raise ModelError(
            f"ResNet50's ImageNet weights cannot be had: {error}; download them on a machine with "
            "network access (Keras keeps them in ~/.keras/models), or say --weights random"
        ) from None
    resnet.trainable = not imagenet
    # A frozen branch stays in inference mode: its batch norms know ImageNet.
    x = resnet(x, training=False) if imagenet else resnet(x)
    x = keras.layers.Reshape((-1, x.shape[-1]), name="sequence")(x)
    for index in (1, 2):
        gru = keras.layers.GRU(_GRU_UNITS, return_sequences=True)
        x = keras.layers.Bidirectional(gru, name=f"bigru{index}")(x)
    attended = keras.layers.MultiHeadAttention(_HEADS, _KEY, dropout=0.1, name="attention")(x, x)
    x = keras.layers.LayerNormalization(name="attended")(keras.layers.Add()([x, attended]))
    x = keras.layers.GlobalAveragePooling1D(name="mean")(x)
    x = keras.layers.Concatenate(name="joined")([x, colour])
    return keras.layers.Dropout(0.3, name="drop")(x)


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "melody-muse": Architecture(melody_muse, 128),
        "bigru-attention": Architecture(bigru_attention, 224),
    }
)
OURS = "ours"
OUR_SIDE = 224
NETWORKS = (*ARCHITECTURES, OURS)


def side_of(name: str) -> int:
    """Width and height of the pictures that a network is meant for."""
    return OUR_SIDE if name == OURS else ARCHITECTURES[name].side


def inputs(side: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The two inputs of every network."""
    pixels = keras.Input((side, side, 3), name="pixels")
    return pixels, keras.Input((len(COLOUR_FEATURES),), name="colour")


def classifier(
    name: str, side: int, weights: Weights, config: EyeConfig | None = None
) -> keras.Model:
    """A network of `NETWORKS` that tells the emotion of a picture.

    Args:
        name: which.
        side: width and height of its pictures; a multiple of 32 for all but "melody-muse".
        weights: what its image branch starts from.
        config: the shape of "ours".

    Raises:
        ModelError: unknown name, impossible side, or weights that cannot be had.
    """
    if name not in NETWORKS:
        raise ModelError(f"unknown network '{name}': use one of {', '.join(NETWORKS)}")
    if side < 32 or (name != "melody-muse" and side % 32):
        raise ModelError(f"{name} takes no pictures of side {side}: use a multiple of 32")
    pixels, colour = inputs(side)
    if name == OURS:
        probabilities = _ours(pixels, colour, weights, config or EyeConfig())
    else:
        known = ARCHITECTURES[name].trunk(pixels, colour, weights)
        probabilities = keras.layers.Dense(N_EMOTIONS, "softmax", name="probabilities")(known)
    return keras.Model([pixels, colour], probabilities, name=name.replace("-", "_"))


def _ours(
    pixels: keras.KerasTensor, colour: keras.KerasTensor, weights: Weights, config: EyeConfig
) -> keras.KerasTensor:
    """The eye's own two parts; what it calls valence is learned from the emotions' sign."""
    branch = imagenet_branch(config) if weights is Weights.IMAGENET else image_branch(config)
    branch.trainable = False
    fused = head(config, branch.output_shape[-1])
    return fused([branch(pixels, training=False), colour])["probabilities"]
