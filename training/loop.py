"""Training in epochs that can be stopped at any time: what the note networks have in common."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras

from melodymuse.errors import MelodyMuseError
from melodymuse.files import write_text
from training.updates import KerasBatch, Sums, Updates

BEST_WEIGHTS = "best.weights.h5"
Nats = Callable[[KerasBatch], Sums]
History = list[dict[str, Any]]


def history_of(run: Path) -> History:
    """The rows of a run's log, one an epoch."""
    log = run / "log.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def epochs(
    options: argparse.Namespace,
    updates: Updates,
    batches: Callable[[int], keras.utils.PyDataset],
    measures: Callable[[Nats], dict[str, dict[str, float]]],
) -> Iterator[History]:
    """Epoch after epoch, from the last checkpoint of the run or from the beginning.

    Args:
        options: with `run`, `epochs` and `seed`.
        updates: of the network.
        batches: of an epoch, by its seed.
        measures: what is measured after an epoch; the first figures of "validation" and
            "without_recall" say which weights are the best.

    Yields:
        The log up to now, after each epoch.

    Raises:
        MelodyMuseError: the checkpoint is gone.
    """
    history = history_of(options.run)
    if history:
        checkpoint = _checkpoint(options.run, len(history), updates)
        if not checkpoint.exists():
            raise MelodyMuseError(
                f"{options.run} has a log of {len(history)} epochs, but {checkpoint} is gone"
            )
        updates.load(checkpoint)
    for epoch in range(len(history), options.epochs):
        training = updates.epoch(batches(options.seed + epoch))
        row: dict[str, Any] = {"epoch": epoch + 1, "training": training, **measures(updates.nats)}
        history.append(row)
        print(json.dumps(row), flush=True)
        updates.save(_checkpoint(options.run, epoch + 1, updates))
        if _score(row) <= min(map(_score, history)):
            updates.learned().save_weights(options.run / BEST_WEIGHTS)
        # The log is written last: what it tells of is there, and an epoch cut short is done again.
        log = "".join(json.dumps(row) + "\n" for row in history)
        write_text(options.run / "log.jsonl", log, overwrite=True)
        _checkpoint(options.run, epoch, updates).unlink(missing_ok=True)
        yield history


def _checkpoint(run: Path, epochs: int, updates: Updates) -> Path:
    """Weights and optimizer after so many epochs."""
    return run / f"after-{epochs:03d}{updates.suffix}"


def _score(row: dict[str, Any]) -> float:
    """What is told of earlier bars in a piece lies between all and nothing."""
    return sum(float(next(iter(row[told].values()))) for told in ("validation", "without_recall"))


def parser(prog: str, description: str | None, shape: Any) -> argparse.ArgumentParser:
    """The options that trainings share.

    Args:
        prog: how the command is called.
        description: of the command.
        shape: the network's sizes where nothing else is asked.
    """
    found = argparse.ArgumentParser(prog=prog, description=description)
    found.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_cl/, pop909_structure/, openscore_lieder/ ...: see training/README.md",
    )
    found.add_argument("--run", type=Path, required=True, help="corpus, checkpoints, log")
    found.add_argument(
        "--start-from", type=Path, help="another run, or exported files, whose weights are taken"
    )
    found.add_argument("--epochs", type=int, default=12)
    found.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    found.add_argument("--warm-up", type=int, default=200, help="updates until then")
    found.add_argument("--decay", type=float, default=0.0, help="of the weights, times the rate")
    found.add_argument("--dropout", type=float, default=shape.dropout)
    found.add_argument("--units", type=int, default=shape.units)
    found.add_argument("--embedding", type=int, default=shape.embedding)
    found.add_argument("--head", type=int, default=shape.head)
    found.add_argument("--seed", type=int, default=0)
    found.add_argument(
        "--torch", metavar="DEVICE", help="cpu or cuda: updates by PyTorch, there, not by Keras"
    )
    found.add_argument("--quiet", action="store_true", help="one line an epoch")
    return found
