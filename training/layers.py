"""What the layers of a Keras network have learned, by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import MelodyMuseError

# What each layer has learned, in Keras' order, by the layer's name.
Weights = Mapping[str, Sequence[NDArray[np.float32]]]


def weights_by_layer(network: keras.Model) -> dict[str, list[NDArray[np.float32]]]:
    """What each layer has learned."""
    # Copies: on JAX the arrays of a step are given away to it.
    return {
        layer.name: [np.array(keras.ops.convert_to_numpy(v.value)) for v in found]
        for layer, found in _layers(network)
    }


def assign_by_layer(network: keras.Model, weights: Weights) -> None:
    """Give a network's layers weights; those that are not named keep theirs.

    Raises:
        MelodyMuseError: the weights are of another network.
    """
    for layer, variables in _layers(network):
        values = weights.get(layer.name, ())
        if values and [v.shape for v in values] != [tuple(v.shape) for v in variables]:
            raise MelodyMuseError(f"what is given to {layer.name} is of a network of other sizes")
        for variable, value in zip(variables, values, strict=bool(values)):
            variable.assign(np.ascontiguousarray(value))


def _layers(network: keras.Model) -> list[tuple[keras.layers.Layer, list[Any]]]:
    return [
        (layer, layer.trainable_variables)
        for layer in network._flatten_layers(include_self=False)
        # What a model or an LSTM's cell has is its layers', or the LSTM's, too.
        if layer.trainable_variables and not isinstance(layer, (keras.Model, keras.layers.LSTMCell))
    ]
