"""The note network's twin in PyTorch, whose products can be of bfloat16.

On processors with units for bfloat16 (AMX) an update is four times as quick as in float32 on JAX,
which has no such products.  Weights come from the Keras network and go back to it: that is what is
measured and exported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.composer.batches import Arrays
from training.composer.export import TABLES, weights_by_layer
from training.composer.network import PART_NAMES, Shape

# The hidden and cell state of each LSTM.
State = list[tuple[Tensor, Tensor]]


class Twin(nn.Module):
    """The same layers with the same weights.

    Args:
        network: `training_network` of these sizes.
        shape: the sizes.
    """

    def __init__(self, network: keras.Model, shape: Shape) -> None:
        super().__init__()
        weights = weights_by_layer(network)
        self._shape = shape
        self._tables = _Tables([weights[name][0] for name in TABLES])
        self._controls = _linear(*weights["bar_controls"])
        self._layers = nn.ModuleList(
            _lstm(*weights[f"lstm_{layer}"]) for layer in range(shape.layers)
        )
        self._features = _linear(*weights["features"])
        self._given = nn.ModuleList(
            _Tables([weights[f"{name}_given_{earlier}"][0] for earlier in PART_NAMES[:index]])
            for index, name in enumerate(PART_NAMES)
            if index
        )
        self._heads = nn.ModuleList(_linear(*weights[name]) for name in PART_NAMES)

    def forward(self, inputs: dict[str, Tensor], state: State | None) -> tuple[Any, State]:
        """Logits of the four parts, and the state after the last step.

        Args:
            inputs: as `as_batch` gives them.
            state: what this method gave for the steps before; None for none.
        """
        likeness = inputs["likeness"].unsqueeze(-1)
        classes = [inputs["events"], inputs["recalled"], likeness, inputs["hints"]]
        read = self._tables(torch.cat(classes, -1)) + self._controls(inputs["controls"])
        flow, after = read, []
        for index, layer in enumerate(self._layers):
            flow, new = layer(flow, state[index] if state else None)
            after.append((new[0].detach(), new[1].detach()))
            flow = functional.dropout(flow, self._shape.dropout, self.training)
        features = self._features(torch.cat([flow.to(read.dtype), read], -1))
        logits = []
        for index, part in enumerate(features.split(self._shape.head, -1)):
            if index:
                part = part + self._given[index - 1](inputs["chosen"][..., :index])
            logits.append(self._heads[index](functional.relu(part)))
        return logits, after

    def give(self, network: keras.Model) -> None:
        """Give the Keras network the weights as they are now."""
        found = dict(zip(TABLES, self._tables.apart(), strict=True))
        by_layer: dict[str, list[NDArray[Any]]] = {name: [table] for name, table in found.items()}
        by_layer["bar_controls"] = _kernel(self._controls)
        by_layer["features"] = _kernel(self._features)
        for index, layer in enumerate(self._layers):
            kernels = [_array(layer.weight_ih_l0).T, _array(layer.weight_hh_l0).T]
            by_layer[f"lstm_{index}"] = [*kernels, _array(layer.bias_ih_l0)]
        for index, name in enumerate(PART_NAMES):
            by_layer[name] = _kernel(self._heads[index])
            given = self._given[index - 1].apart() if index else []
            for earlier, table in zip(PART_NAMES, given, strict=False):
                by_layer[f"{name}_given_{earlier}"] = [table]
        for layer in network._flatten_layers(include_self=False):
            if layer.name in by_layer and layer.trainable_variables:
                for ours, value in zip(
                    layer.trainable_variables, by_layer[layer.name], strict=True
                ):
                    ours.assign(np.ascontiguousarray(value))


def losses(twin: Twin, batch: tuple[Arrays, Arrays, Arrays], state: State | None) -> Any:
    """Weighted nats (steps of all lanes,) of each part, and the state after them.

    Args:
        twin: the network.
        batch: inputs, targets and weights as `as_batch` gives them.
        state: that of the batch before, None at the beginning.
    """
    inputs, targets, weights = batch
    # Some processors have no LSTM of bfloat16: float32 there.
    with torch.autocast("cpu", torch.bfloat16, torch.ops.mkldnn._is_mkldnn_bf16_supported()):
        told = {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in inputs.items()}
        logits, after = twin(told, state)
    found = []
    for name, part in zip(PART_NAMES, logits, strict=True):
        wanted = torch.from_numpy(targets[name].astype(np.int64)).flatten()
        nats = functional.cross_entropy(part.float().flatten(0, 1), wanted, reduction="none")
        found.append(nats * torch.from_numpy(np.ascontiguousarray(weights[name])).flatten())
    return found, after


class _Tables(nn.Module):
    """Embeddings that are looked up together and summed."""

    def __init__(self, tables: Sequence[NDArray[np.float32]]) -> None:
        super().__init__()
        self._sizes = [len(table) for table in tables]
        self._table = nn.Parameter(torch.from_numpy(np.concatenate(tables)))
        self._first = torch.from_numpy(np.cumsum([0, *self._sizes[:-1]]))

    def forward(self, classes: Tensor) -> Tensor:
        rows = (classes.long() + self._first).flatten(0, -2)
        found = functional.embedding_bag(rows, self._table, mode="sum")
        return found.unflatten(0, classes.shape[:-1])

    def apart(self) -> list[NDArray[np.float32]]:
        """The tables as they are now."""
        return np.split(_array(self._table), np.cumsum(self._sizes)[:-1])


def _linear(kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> nn.Linear:
    layer = nn.Linear(*kernel.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(kernel.T.copy()))
        layer.bias.copy_(torch.from_numpy(bias.copy()))
    return layer


def _lstm(
    kernel: NDArray[np.float32], recurrent: NDArray[np.float32], bias: NDArray[np.float32]
) -> nn.LSTM:
    """Gates stand in the same order; Keras has one bias where PyTorch has two."""
    layer = nn.LSTM(len(kernel), len(recurrent), batch_first=True)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.from_numpy(kernel.T.copy()))
        layer.weight_hh_l0.copy_(torch.from_numpy(recurrent.T.copy()))
        layer.bias_ih_l0.copy_(torch.from_numpy(bias.copy()))
        layer.bias_hh_l0.zero_()
    layer.bias_hh_l0.requires_grad_(False)
    return layer


def _kernel(layer: nn.Linear) -> list[NDArray[np.float32]]:
    return [_array(layer.weight).T, _array(layer.bias)]


def _array(values: Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = values.detach().float().numpy()
    return found
