"""The training itself: AdamW, a cosine schedule with a warm-up, early stopping."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import torch
import transformers

from melodymuse.errors import MelodyMuseError
from melodymuse.waveform.devices import enough_memory
from melodymuse.waveform.network import Network
from training.musicgen.batches import Batch, Example, collate, dealt

_GRADIENT_NORM = 1.0
_ADVICE = "use smaller batches (--batch), a smaller model, or --device cpu"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the training goes.

    Attributes:
        epochs: times that every chunk is heard, at most.
        batch: chunks heard at once.
        accumulate: batches before each update.
        rate: the highest learning rate.
        warm_up: updates until the rate is highest.
        decay: AdamW's weight decay.
        drop_text: share 0..1 of chunks that are heard without their text, as guidance needs it.
        patience: epochs without a better validation loss until the training ends.
        seed: decides order, dropping and first weights.
    """

    epochs: int = 40
    batch: int = 4
    accumulate: int = 4
    rate: float = 1e-4
    warm_up: int = 100
    decay: float = 0.01
    drop_text: float = 0.1
    patience: int = 5
    seed: int = 0


# Hisariya, Zhang & Liang 2024: 40 epochs, batches of 16, AdamW with 1e-5, a cosine schedule with
# 100 updates of warm-up.
PAPER = Recipe(batch=16, accumulate=1, rate=1e-5)


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch came to: mean losses in nats a token, the updates so far, the rate at the
    end, and whether no epoch before was as good."""

    number: int
    training: float
    validation: float
    updates: int
    rate: float
    best: bool

    def as_json(self) -> str:
        """One line of the log."""
        return json.dumps(asdict(self))


def fit(
    model: Any,
    network: Network,
    learned: Sequence[Example],
    held_out: Sequence[Example],
    recipe: Recipe,
    keep: Callable[[], None],
) -> Iterator[Epoch]:
    """Train, epoch by epoch, until the patience or the epochs are used up.

    Args:
        model: the network's model, with LoRA matrices or without; only what asks for gradients
            changes.
        network: for its tokenizer, device and codebooks.
        learned: examples to learn from.
        held_out: examples to judge by, always with their texts.
        recipe: how.
        keep: called after each epoch that is better than all before, and before it is given.

    Raises:
        ModelError: not enough memory.
        MelodyMuseError: the loss is no number any more.
    """
    chance = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=recipe.rate, weight_decay=recipe.decay)
    batches = -(-len(learned) // recipe.batch)
    updates = -(-batches // recipe.accumulate) * recipe.epochs
    # A short training still comes to its highest rate.
    warm_up = min(recipe.warm_up, updates // 10)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, warm_up, updates)
    best, since, done = float("inf"), 0, 0
    for number in range(1, recipe.epochs + 1):
        with enough_memory("train", network.device, _ADVICE):
            training = 0.0
            with _listening(network):
                dealing = dealt(network, learned, recipe.batch, recipe.drop_text, chance)
                for index, batch in enumerate(dealing, start=1):
                    loss = _loss(model, batch)
                    # The last update of an epoch may gather fewer batches.
                    first = (index - 1) // recipe.accumulate * recipe.accumulate
                    (loss / min(recipe.accumulate, batches - first)).backward()
                    training += loss.item() * len(batch.text)
                    if index % recipe.accumulate == 0 or index == batches:
                        torch.nn.utils.clip_grad_norm_(weights, _GRADIENT_NORM)
                        optimizer.step()
                        schedule.step()
                        optimizer.zero_grad()
                        done += 1
            validation = judge(model, network, held_out, recipe.batch)
        training /= len(learned)
        if not (training < float("inf") and validation < float("inf")):
            raise MelodyMuseError(f"the loss is no number after epoch {number}: use a lower --rate")
        better = validation < best
        best, since = (validation, 0) if better else (best, since + 1)
        if better:
            keep()
        yield Epoch(number, training, validation, done, schedule.get_last_lr()[0], better)
        if since >= recipe.patience:
            return


def judge(model: Any, network: Network, held_out: Sequence[Example], size: int) -> float:
    """The mean loss of examples with their texts, nats a token."""
    total = 0.0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(held_out), size):
            chosen = held_out[start : start + size]
            total += _loss(model, collate(network, chosen)).item() * len(chosen)
    return total / len(held_out)


def _loss(model: Any, batch: Batch) -> torch.Tensor:
    answer = model(
        input_ids=batch.text,
        attention_mask=batch.heard,
        decoder_input_ids=batch.given,
        labels=batch.wanted,
    )
    loss: torch.Tensor = answer.loss
    return loss


@contextmanager
def _listening(network: Network) -> Iterator[None]:
    """The decoder with its dropout; text encoder and codec, which are frozen, without theirs.

    LoRA's matrices are put into the network's own model.
    """
    network.model.eval()
    network.model.decoder.train()
    try:
        yield
    finally:
        network.model.eval()
