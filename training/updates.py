"""How a note network learns from batches: by Keras, on any of its backends, or by PyTorch.

Both kinds are of Adam with a warm-up and a cosine, each of the weights clipped by itself, and their
weights can fade.  What is measured and kept is a Keras network without state between batches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from training.layers import assign_by_layer, weights_by_layer

Arrays = dict[str, NDArray[Any]]
# Inputs, targets and weights by name.
KerasBatch = tuple[Arrays, Arrays, Arrays]
# Sums of nats, and how much counts, of each part of a batch.
Sums = tuple[NDArray[np.float64], NDArray[np.float64]]
_CLIPPED_AT, _LEAST_RATE, _FIRST_RATE = 1.0, 0.02, 0.05


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates: up to the highest over the first updates, down as a cosine over all."""

    highest: float
    warm_up: int
    updates: int

    def __call__(self, update: int) -> float:
        """The rate of an update, counted from 0."""
        if update < self.warm_up:
            return self.highest * (_FIRST_RATE + (1 - _FIRST_RATE) * update / self.warm_up)
        passed = min(1.0, (update - self.warm_up) / max(1, self.updates - self.warm_up))
        return self.highest * (
            _LEAST_RATE + (1 - _LEAST_RATE) * (1 + math.cos(math.pi * passed)) / 2
        )


class Updates(Protocol):
    """One kind of updates, with the network that they teach.

    Attributes:
        suffix: of the files that it keeps.
    """

    suffix: str

    def epoch(self, batches: keras.utils.PyDataset) -> float:
        """Learn from all batches in turn; the mean loss."""

    def nats(self, batch: KerasBatch) -> Sums:
        """What a batch that begins anew costs."""

    def learned(self) -> keras.Model:
        """The network that is measured and kept, with what is learned by now."""

    def save(self, path: Path) -> None:
        """Keep the weights and what the updates remember."""

    def load(self, path: Path) -> None:
        """Go on from what was kept."""


class KerasUpdates:
    """Keras' own.

    Args:
        network: is taught; it may carry state from batch to batch.
        measured: the same without state.
        rates: of each update.
        decay: of the weights, times the rate, at each update.
        verbose: as of Keras' `fit`.
    """

    suffix = ".weights.h5"

    def __init__(
        self, network: keras.Model, measured: keras.Model, rates: Rates, decay: float, verbose: Any
    ) -> None:
        self._network, self._measured, self._verbose = network, measured, verbose
        # From another kind of updates, or files: what was learned is in the measured network.
        assign_by_layer(network, weights_by_layer(measured))
        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=rates.highest * _FIRST_RATE,
            decay_steps=max(1, rates.updates - rates.warm_up),
            alpha=_LEAST_RATE,
            warmup_target=rates.highest,
            warmup_steps=rates.warm_up,
        )
        network.compile(
            optimizer=keras.optimizers.AdamW(schedule, weight_decay=decay, clipnorm=_CLIPPED_AT),
            loss={
                name: keras.losses.SparseCategoricalCrossentropy(from_logits=True)
                for name in network.output
            },
        )
        # Before the first step, which would make the variables one by one within its graph.
        network.optimizer.build(network.trainable_variables)

    def epoch(self, batches: keras.utils.PyDataset) -> float:
        for layer in self._network.layers:
            if isinstance(layer, keras.layers.LSTM) and layer.stateful:
                layer.reset_state()
        fitted = self._network.fit(batches, shuffle=False, verbose=self._verbose)
        assign_by_layer(self._measured, weights_by_layer(self._network))
        return float(fitted.history["loss"][0])

    def nats(self, batch: KerasBatch) -> Sums:
        return keras_nats(self._measured, batch)

    def learned(self) -> keras.Model:
        return self._measured

    def save(self, path: Path) -> None:
        self._network.save_weights(path)

    def load(self, path: Path) -> None:
        self._network.load_weights(path)
        assign_by_layer(self._measured, weights_by_layer(self._network))


class TorchUpdates:
    """PyTorch's, of the network's twin, on a processor or a GPU.

    Args:
        measured: what is known by now, and where it is kept.
        plan: how the network is made (`training.twin.Plan`).
        batch_of: a batch of tensors as the twin reads it.
        carries: whether state is carried from batch to batch.
        rates: of each update.
        decay: of the weights, times the rate, at each update.
        device: "cpu", "cuda" ...
    """

    suffix = ".pt"

    def __init__(
        self,
        measured: keras.Model,
        plan: Any,
        batch_of: Callable[[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]], Any],
        carries: bool,
        rates: Rates,
        decay: float,
        device: str,
    ) -> None:
        import torch

        from training.twin import Twin

        torch.backends.cuda.matmul.allow_tf32 = True
        self._measured, self._batch_of, self._carries = measured, batch_of, carries
        self._device, self._rates, self._updates = torch.device(device), rates, 0
        self._twin = Twin(weights_by_layer(measured), plan).to(self._device).train()
        learned = [weights for weights in self._twin.parameters() if weights.requires_grad]
        self._adam = torch.optim.AdamW(learned, eps=1e-7, weight_decay=decay)

    def epoch(self, batches: keras.utils.PyDataset) -> float:
        import torch

        from training.twin import clip, losses

        state, found = None, []
        for index in range(len(batches)):
            nats, after = losses(self._twin, self._on_device(batches[index]), state)
            state = after if self._carries else None
            loss = torch.stack([part.mean() for part in nats.values()]).sum()
            [group] = self._adam.param_groups
            group["lr"] = self._rates(self._updates)
            self._adam.zero_grad()
            loss.backward()
            clip(group["params"], _CLIPPED_AT)
            self._adam.step()
            self._updates += 1
            found.append(loss.detach())
        return float(torch.stack(found).mean())

    def nats(self, batch: KerasBatch) -> Sums:
        import torch

        from training.twin import losses

        self._twin.eval()
        with torch.no_grad():
            nats, _ = losses(self._twin, self._on_device(batch), None)
        self._twin.train()
        counts = [float(weights.sum()) for weights in batch[2].values()]
        return np.array([float(part.double().sum()) for part in nats.values()]), np.array(counts)

    def learned(self) -> keras.Model:
        assign_by_layer(self._measured, self._twin.weights())
        return self._measured

    def save(self, path: Path) -> None:
        import torch

        kept = [self._twin.state_dict(), self._adam.state_dict(), self._updates]
        torch.save(kept, path)

    def load(self, path: Path) -> None:
        import torch

        weights, adam, self._updates = torch.load(path, map_location=self._device)
        self._twin.load_state_dict(weights)
        self._adam.load_state_dict(adam)

    def _on_device(self, batch: KerasBatch) -> Any:
        import torch

        put = [
            {
                name: torch.from_numpy(np.ascontiguousarray(a)).to(self._device)
                for name, a in arrays.items()
            }
            for arrays in batch
        ]
        return self._batch_of(*put)


def keras_nats(network: keras.Model, batch: KerasBatch) -> Sums:
    """What a batch costs under a Keras network."""
    inputs, targets, weights = batch
    logits = network.predict_on_batch(inputs)
    nats = [
        float((cross_entropy(logits[name], targets[name]) * weights[name]).sum(dtype=np.float64))
        for name in targets
    ]
    return np.array(nats), np.array([float(weights[name].sum()) for name in targets])


def cross_entropy(
    logits: NDArray[np.float32], targets: NDArray[np.integer[Any]]
) -> NDArray[np.float32]:
    """Nats (...) of targets (...) under logits (..., choices)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(shifted, targets[..., None].astype(np.intp), axis=-1)[..., 0]
    return np.asarray(np.log(np.exp(shifted).sum(axis=-1)) - chosen)
