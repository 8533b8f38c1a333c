"""Train the tune network: `python -m training.tune --data DIR --run DIR`.

KERAS_BACKEND chooses the backend (jax in float32 is about twice as fast as tensorflow on a CPU);
`--torch cuda` or `--torch cpu` lets PyTorch make the updates, on a processor in bfloat16.
Stop it at any time: the same command goes on after the last whole epoch.
"""

from __future__ import annotations

import argparse
import sys

from training.needs import need

need("keras")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.writing.tune.network import STEP_FILE  # noqa: E402
from training.layers import assign_by_layer  # noqa: E402
from training.loop import BEST_WEIGHTS, Nats, epochs, history_of, parser  # noqa: E402
from training.tune.batches import (  # noqa: E402
    Arrays,
    Windows,
    as_batch,
    in_windows,
    steps_of,
    without_recall,
)
from training.tune.corpus import EncodedTune, prepare, split  # noqa: E402
from training.tune.network import HEADS, Shape, training_network  # noqa: E402
from training.updates import KerasUpdates, Rates, TorchUpdates, Updates  # noqa: E402

_ROWS_AT_ONCE = 32


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
    shape = Shape(
        embedding=options.embedding,
        units=options.units,
        head=options.head,
        dropout=options.dropout,
    )
    shape.save(options.run)
    network = training_network(shape)
    if options.start_from and not history_of(options.run):
        if (options.start_from / STEP_FILE).exists():
            from training.tune.from_exported import exported_weights

            assign_by_layer(network, exported_weights(options.start_from))
        else:
            network.load_weights(options.start_from / BEST_WEIGHTS)

    def windows(seed: int) -> Windows:
        return Windows(training, options.rows, options.window, seed=seed)

    def measures(nats: Nats) -> dict[str, dict[str, float]]:
        told = steps_of(held_out, None)
        return {
            "validation": measure(nats, told, options.window),
            "without_recall": measure(nats, without_recall(told), options.window),
        }

    for _ in epochs(options, _updates(options, shape, network, training), windows, measures):
        pass


def measure(nats: Nats, told: Arrays, window: int) -> dict[str, float]:
    """Nats of a whole note (or bar line), and of each part, on tunes in a row."""
    windows = in_windows(told, window)
    found = [
        nats(as_batch({name: a[first : first + _ROWS_AT_ONCE] for name, a in windows.items()}))
        for first in range(0, len(windows["event"]), _ROWS_AT_ONCE)
    ]
    total, counts = (np.sum(sums, axis=0) for sums in zip(*found, strict=True))
    parts = dict(zip(HEADS, (total / counts).tolist(), strict=True))
    return {"note": float(total.sum() / counts[0]), **parts}


def _updates(
    options: argparse.Namespace, shape: Shape, network: keras.Model, songs: list[EncodedTune]
) -> Updates:
    steps = sum(len(song.events) for song in songs)
    updates = options.epochs * (steps // (options.rows * options.window))
    rates = Rates(options.rate, options.warm_up, updates)
    if options.torch:
        need("torch", extra="musicgen")
        from training.tune.twin import batch_of, plan

        return TorchUpdates(
            network, plan(shape), batch_of, False, rates, options.decay, options.torch
        )
    verbose = 2 if options.quiet else "auto"
    return KerasUpdates(training_network(shape), network, rates, options.decay, verbose)


def _parser() -> argparse.ArgumentParser:
    found = parser("training.tune", __doc__, Shape())
    found.add_argument("--rows", type=int, default=16, help="windows a batch")
    found.add_argument("--window", type=int, default=160, help="steps of a window")
    return found


if __name__ == "__main__":
    sys.exit(main())
