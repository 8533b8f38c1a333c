"""Train the note generator: `python -m training.composer --data DIR --run DIR`.

KERAS_BACKEND chooses the backend (jax in float32 is about twice as fast as tensorflow on a CPU).
Stop it at any time: the same command goes on after the last whole epoch.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from training.needs import need

need("keras", "matplotlib")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.writing.network import STEP_FILE  # noqa: E402
from training.composer.batches import Lanes, without_hints, without_recall  # noqa: E402
from training.composer.corpus import EncodedSong, prepare, split_songs  # noqa: E402
from training.composer.curves import draw_curves  # noqa: E402
from training.composer.from_exported import start_from_exported  # noqa: E402
from training.composer.measure import measure  # noqa: E402
from training.composer.network import PART_NAMES, Shape, training_network  # noqa: E402
from training.composer.warm_start import BEST_WEIGHTS, save_columns, start_from  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        train(options)
    except MelodyMuseError as error:
        print(f"training.composer: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> None:
    """Train from the last checkpoint of the run, or from the beginning."""
    options.run.mkdir(parents=True, exist_ok=True)
    training, held_out = split_songs(prepare(options.data, options.run))
    keras.utils.set_random_seed(options.seed)
    shape = Shape(units=options.units, embedding=options.embedding, head=options.head)
    shape.save(options.run)
    save_columns(options.run)
    network, measured = training_network(shape, options.lanes), training_network(shape)
    network.compile(
        optimizer=_optimizer(options, training),
        loss={
            name: keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            for name in PART_NAMES
        },
    )
    # Before the first step, which would make the optimizer's variables one by one within its graph.
    network.build([(options.lanes, None, *x.shape[2:]) for x in network.inputs])
    network.optimizer.build(network.trainable_variables)
    log = options.run / "log.jsonl"
    history = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if history:
        checkpoint = _checkpoint(options.run, len(history))
        if not checkpoint.exists():
            raise MelodyMuseError(f"{log} tells of {len(history)} epochs, but {checkpoint} is gone")
        network.load_weights(checkpoint)
    elif options.start_from:
        start = start_from_exported if (options.start_from / STEP_FILE).exists() else start_from
        start(network, shape, options.start_from)
    for epoch in range(len(history), options.epochs):
        batches = Lanes(
            training, options.lanes, options.window, seed=options.seed + epoch, share=options.share
        )
        reset_state(network)
        fitted = network.fit(batches, shuffle=False, verbose=2 if options.quiet else "auto")
        copy_weights(network, measured)
        row = {
            "epoch": epoch + 1,
            "training": fitted.history["loss"][0],
            "validation": measure(measured, held_out),
            "without_recall": measure(measured, held_out, without_recall),
            "without_hints": measure(measured, held_out, without_hints),
        }
        history.append(row)
        print(json.dumps(row), flush=True)
        network.save_weights(_checkpoint(options.run, epoch + 1))
        if row["validation"]["event"] <= min(r["validation"]["event"] for r in history):
            measured.save_weights(options.run / BEST_WEIGHTS)
        # The log is written last: what it tells of is there, and an epoch cut short is done again.
        write_text(log, "".join(json.dumps(r) + "\n" for r in history), overwrite=True)
        _checkpoint(options.run, epoch).unlink(missing_ok=True)
        draw_curves(history, options.run / "curves.png")


def reset_state(network: keras.Model) -> None:
    """Empty the memory of every LSTM layer."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.LSTM):
            layer.reset_state()


def _checkpoint(run: Path, epochs: int) -> Path:
    """Weights and optimizer after so many epochs."""
    return run / f"after-{epochs:03d}.weights.h5"


def copy_weights(source: keras.Model, target: keras.Model) -> None:
    """Give a network without state the learned weights of one that carries its state."""
    for ours, theirs in zip(target.trainable_variables, source.trainable_variables, strict=True):
        # A copy: on JAX the arrays of a step are given away to it.
        ours.assign(np.array(keras.ops.convert_to_numpy(theirs.value)))


def _optimizer(options: argparse.Namespace, songs: list[EncodedSong]) -> keras.optimizers.Optimizer:
    steps = sum(len(song.events) - 1 for song in songs)
    updates = int(options.epochs * options.share * steps) // (options.lanes * options.window)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=options.rate / 20,
        decay_steps=max(1, updates - options.warm_up),
        alpha=0.02,
        warmup_target=options.rate,
        warmup_steps=options.warm_up,
    )
    return keras.optimizers.Adam(rate, clipnorm=1.0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.composer", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_cl/, pop909_structure/ ...: see training/README.md",
    )
    parser.add_argument(
        "--start-from", type=Path, help="another run, or exported files, whose weights are taken"
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the songs that an epoch plays, drawn anew"
    )
    parser.add_argument("--run", type=Path, required=True, help="checkpoints, log and curves")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--lanes", type=int, default=64, help="songs played side by side")
    parser.add_argument("--window", type=int, default=128, help="steps between updates")
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
