"""Train the note generator: `python -m training.composer --data DIR --run DIR`.

KERAS_BACKEND chooses the backend (jax in float32 is about twice as fast as tensorflow on a CPU);
`--torch cuda` or `--torch cpu` lets PyTorch make the updates, on a processor in bfloat16.
Stop it at any time: the same command goes on after the last whole epoch.
"""

from __future__ import annotations

import argparse
import sys

from training.needs import need

need("keras", "matplotlib")

import keras  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.writing.network import STEP_FILE  # noqa: E402
from training.composer.batches import Lanes, without_hints, without_recall  # noqa: E402
from training.composer.corpus import EncodedSong, prepare, split_songs  # noqa: E402
from training.composer.curves import draw_curves  # noqa: E402
from training.composer.from_exported import start_from_exported  # noqa: E402
from training.composer.measure import measure  # noqa: E402
from training.composer.network import Shape, training_network  # noqa: E402
from training.composer.warm_start import save_columns, start_from  # noqa: E402
from training.loop import Nats, epochs, history_of, parser  # noqa: E402
from training.updates import KerasUpdates, Rates, TorchUpdates, Updates  # noqa: E402


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
    shape = Shape(
        units=options.units,
        embedding=options.embedding,
        head=options.head,
        dropout=options.dropout,
    )
    shape.save(options.run)
    save_columns(options.run)
    network = training_network(shape)
    if options.start_from and not history_of(options.run):
        start = start_from_exported if (options.start_from / STEP_FILE).exists() else start_from
        start(network, shape, options.start_from)

    def lanes(seed: int) -> Lanes:
        return Lanes(training, options.lanes, options.window, seed=seed, share=options.share)

    def measures(nats: Nats) -> dict[str, dict[str, float]]:
        return {
            "validation": measure(nats, held_out),
            "without_recall": measure(nats, held_out, without_recall),
            "without_hints": measure(nats, held_out, without_hints),
        }

    for history in epochs(options, _updates(options, shape, network, training), lanes, measures):
        draw_curves(history, options.run / "curves.png")


def _updates(
    options: argparse.Namespace, shape: Shape, network: keras.Model, songs: list[EncodedSong]
) -> Updates:
    steps = sum(len(song.events) - 1 for song in songs)
    updates = int(options.epochs * options.share * steps) // (options.lanes * options.window)
    rates = Rates(options.rate, options.warm_up, updates)
    if options.torch:
        need("torch", extra="musicgen")
        from training.composer.twin import batch_of, plan

        return TorchUpdates(
            network, plan(shape), batch_of, True, rates, options.decay, options.torch
        )
    stateful = training_network(shape, options.lanes)
    verbose = 2 if options.quiet else "auto"
    return KerasUpdates(stateful, network, rates, options.decay, verbose)


def _parser() -> argparse.ArgumentParser:
    found = parser("training.composer", __doc__, Shape())
    found.add_argument(
        "--share", type=float, default=1.0, help="of the songs that an epoch plays, drawn anew"
    )
    found.add_argument("--lanes", type=int, default=64, help="songs played side by side")
    found.add_argument("--window", type=int, default=128, help="steps between updates")
    return found


if __name__ == "__main__":
    sys.exit(main())
