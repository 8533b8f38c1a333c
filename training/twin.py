"""A note network's twin in PyTorch, for processors with products of bfloat16 and for GPUs.

On processors with units for bfloat16 (AMX) an update is four times as quick as in float32 on JAX,
which has no such products; on a GPU both LSTMs run in cuDNN.  Weights come from the Keras network
and go back to it: that is what is exported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.layers import Weights

# The hidden and cell state of each LSTM.
State = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a network is made: names of its layers, as Keras has them.

    Attributes:
        tables: what a step looks up and adds.
        told: the dense layer whose output is added to it.
        layers: how many LSTMs, `lstm_0` and so on, read that.
        heads: for each head what it looks up.
        dense: the dense layer that a head adds to that, by the head's name.
        dropout: after each LSTM.
    """

    tables: tuple[str, ...]
    told: str
    layers: int
    heads: Mapping[str, tuple[str, ...]]
    dense: Mapping[str, str]
    dropout: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What a network reads and should answer, (lanes, steps, ...) each.

    Attributes:
        classes: a class of each of the plan's tables.
        told: the numbers that are told.
        given: by head, classes of what it looks up; of the first nothing.
        dense: by head, the numbers that its dense layer reads.
        targets: of each head.
        weights: how much each head's answer counts.
    """

    classes: Tensor
    told: Tensor
    given: Mapping[str, Tensor]
    dense: Mapping[str, Tensor]
    targets: Mapping[str, Tensor]
    weights: Mapping[str, Tensor]


class Twin(nn.Module):
    """The same layers with the same weights.

    Args:
        weights: of the network.
        plan: how it is made.
    """

    def __init__(self, weights: Weights, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self._tables = _Tables([weights[name][0] for name in plan.tables])
        self._told = _linear(*weights[plan.told])
        self._layers = nn.ModuleList(
            _lstm(*weights[f"lstm_{layer}"]) for layer in range(plan.layers)
        )
        self._features = _linear(*weights["features"])
        self._given = nn.ModuleDict(
            {
                name: _Tables([weights[table][0] for table in tables])
                for name, tables in plan.heads.items()
                if tables
            }
        )
        self._dense = nn.ModuleDict(
            {name: _linear(*weights[layer]) for name, layer in plan.dense.items()}
        )
        self._heads = nn.ModuleDict({name: _linear(*weights[name]) for name in plan.heads})

    def forward(self, batch: Batch, state: State | None) -> tuple[dict[str, Tensor], State]:
        """Logits of each head, and the state after the last step.

        Args:
            batch: what is read.
            state: what this method gave for the steps before; None for none.
        """
        read = self._tables(batch.classes) + self._told(batch.told)
        flow, after = read, []
        for index, layer in enumerate(self._layers):
            flow, new = layer(flow, state[index] if state else None)
            after.append((new[0].detach(), new[1].detach()))
            flow = functional.dropout(flow, self.plan.dropout, self.training)
        features = self._features(torch.cat([flow.to(read.dtype), read], -1))
        logits = {}
        for part, (name, head) in zip(
            features.chunk(len(self._heads), -1), self._heads.items(), strict=True
        ):
            if name in self._given:
                part = part + self._given[name](batch.given[name])
            if name in self._dense:
                part = part + self._dense[name](batch.dense[name])
            logits[name] = head(functional.relu(part))
        return logits, after

    def weights(self) -> dict[str, list[NDArray[np.float32]]]:
        """What each layer has learned, in Keras' order, by the layer's name."""
        found = {
            name: [table]
            for name, table in zip(self.plan.tables, self._tables.apart(), strict=True)
        }
        found[self.plan.told] = _kernel(self._told)
        found["features"] = _kernel(self._features)
        for index, layer in enumerate(self._layers):
            kernels = [_array(layer.weight_ih_l0).T, _array(layer.weight_hh_l0).T]
            found[f"lstm_{index}"] = [*kernels, _array(layer.bias_ih_l0)]
        for name, head in self._heads.items():
            found[name] = _kernel(head)
            tables = self._given[name].apart() if name in self._given else []
            found |= {
                table: [rows] for table, rows in zip(self.plan.heads[name], tables, strict=True)
            }
        for name, layer in self.plan.dense.items():
            found[layer] = _kernel(self._dense[name])
        return found


def losses(twin: Twin, batch: Batch, state: State | None) -> tuple[dict[str, Tensor], State]:
    """Weighted nats (lanes * steps,) of each head, and the state after them.

    Args:
        twin: the network.
        batch: what it reads and should answer, on its device.
        state: that of the batch before, None at the beginning.
    """
    # Some processors have no LSTM of bfloat16: float32 there.  On a GPU products are of TF32.
    half = not batch.told.is_cuda and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    with torch.autocast("cpu", torch.bfloat16, half):
        logits, after = twin(batch, state)
    return {
        name: functional.cross_entropy(
            part.float().flatten(0, 1), batch.targets[name].flatten().long(), reduction="none"
        )
        * batch.weights[name].flatten()
        for name, part in logits.items()
    }, after


def clip(learned: Sequence[nn.Parameter], largest: float) -> None:
    """Shorten each of the slopes that is longer than this."""
    slopes = [weights.grad for weights in learned if weights.grad is not None]
    sizes: Any = torch._foreach_norm(slopes)
    torch._foreach_div_(slopes, [(size / largest).clamp(min=1.0) for size in sizes])


class _Tables(nn.Module):
    """Embeddings that are looked up together and summed."""

    def __init__(self, tables: Sequence[NDArray[np.float32]]) -> None:
        super().__init__()
        self._sizes = [len(table) for table in tables]
        self._table = nn.Parameter(torch.from_numpy(np.concatenate(tables)))
        first = torch.from_numpy(np.cumsum([0, *self._sizes[:-1]]))
        self.register_buffer("_first", first, persistent=False)

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
    found: NDArray[np.float32] = values.detach().float().cpu().numpy()
    return found
