"""Train the tune network: `python -m training.tune --data DIR --run DIR`.

KERAS_BACKEND chooses the backend (jax in float32 is about twice as fast as tensorflow on a CPU).
Stop it at any time: the same command goes on after the last whole epoch.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.needs import need

need("keras")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from training.tune.batches import Arrays, Windows, as_batch, steps_of  # noqa: E402
from training.tune.corpus import EncodedTune, prepare, split  # noqa: E402
from training.tune.network import BEST_WEIGHTS, HEADS, Shape, training_network  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        train(options)
    except MelodyMuseError as error:
        print(f"training.tune: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> None:
    """Train from the last checkpoint of the run, or from the beginning."""
    options.run.mkdir(parents=True, exist_ok=True)
    training, held_out = split(prepare(options.data, options.run))
    keras.utils.set_random_seed(options.seed)
    shape = Shape(embedding=options.embedding, units=options.units, head=options.head)
    shape.save(options.run)
    network = training_network(shape)
    network.compile(
        optimizer=_optimizer(options, training),
        loss={name: keras.losses.SparseCategoricalCrossentropy(from_logits=True) for name in HEADS},
    )
    log = options.run / "log.jsonl"
    history = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if history:
        checkpoint = _checkpoint(options.run, len(history))
        if not checkpoint.exists():
            raise MelodyMuseError(f"{log} tells of {len(history)} epochs, but {checkpoint} is gone")
        network.optimizer.build(network.trainable_variables)
        network.load_weights(checkpoint)
    elif options.start_from:
        earlier = training_network(shape)
        earlier.load_weights(options.start_from / BEST_WEIGHTS)
        network.set_weights(earlier.get_weights())
    for epoch in range(len(history), options.epochs):
        batches = Windows(training, options.rows, options.window, seed=options.seed + epoch)
        fitted = network.fit(batches, shuffle=False, verbose=2 if options.quiet else "auto")
        row = {
            "epoch": epoch + 1,
            "training": fitted.history["loss"][0],
            "validation": measure(network, held_out, options.window),
        }
        history.append(row)
        print(json.dumps(row), flush=True)
        network.save_weights(_checkpoint(options.run, epoch + 1))
        if row["validation"]["note"] <= min(r["validation"]["note"] for r in history):
            without_optimizer(network, shape).save_weights(options.run / BEST_WEIGHTS)
        # The log is written last: what it tells of is there, and an epoch cut short is done again.
        write_text(log, "".join(json.dumps(r) + "\n" for r in history), overwrite=True)
        _checkpoint(options.run, epoch).unlink(missing_ok=True)


def without_optimizer(network: keras.Model, shape: Shape) -> keras.Model:
    """The same network with its weights alone."""
    found = training_network(shape)
    found.set_weights(network.get_weights())
    return found


def measure(network: keras.Model, songs: list[EncodedTune], window: int) -> dict[str, float]:
    """Nats of each part on tunes told everything, and of a whole note (or bar line)."""
    told = [steps_of(song, None) for song in songs]
    stream = {name: np.concatenate([steps[name] for steps in told]) for name in told[0]}
    count = max(len(stream["event"]) // window, 1)
    windows: Arrays = {
        name: a[: count * window].reshape(count, -1, *a.shape[1:]) for name, a in stream.items()
    }
    inputs, targets, weights = as_batch(windows)
    logits = network.predict(inputs, batch_size=32, verbose=0)
    nats = {
        name: float(
            np.sum(_cross_entropy(logits[name], targets[name]) * weights[name])
            / np.sum(weights[name])
        )
        for name in HEADS
    }
    notes = float(np.mean(weights["pitch"]))
    return {**nats, "note": nats["position"] + notes * (nats["duration"] + nats["pitch"])}


def _cross_entropy(logits: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
    top = logits.max(axis=-1, keepdims=True)
    total = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    return np.asarray(total - np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0])


def _checkpoint(run: Path, epochs: int) -> Path:
    """Weights and optimizer after so many epochs."""
    return run / f"after-{epochs:03d}.weights.h5"


def _optimizer(options: argparse.Namespace, songs: list[EncodedTune]) -> keras.optimizers.Optimizer:
    steps = sum(len(song.events) for song in songs)
    updates = options.epochs * (steps // (options.rows * options.window))
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=options.rate / 20,
        decay_steps=max(1, updates - options.warm_up),
        alpha=0.02,
        warmup_target=options.rate,
        warmup_steps=options.warm_up,
    )
    return keras.optimizers.Adam(rate, clipnorm=1.0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.tune", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_structure/, openscore_lieder/ ...: see training/README.md",
    )
    parser.add_argument("--run", type=Path, required=True, help="checkpoints and log")
    parser.add_argument("--start-from", type=Path, help="another run, whose best weights are taken")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rows", type=int, default=16, help="windows a batch")
    parser.add_argument("--window", type=int, default=160, help="steps of a window")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--warm-up", type=int, default=200, help="updates until then")
    parser.add_argument("--units", type=int, default=Shape().units)
    parser.add_argument("--embedding", type=int, default=Shape().embedding)
    parser.add_argument("--head", type=int, default=Shape().head)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quiet", action="store_true", help="one line an epoch")
    return parser


if __name__ == "__main__":
    sys.exit(main())
