"""Train the note generator with products of bfloat16:
`python -m training.composer.bfloat16 --data DATA --run RUN --start-from MODEL`.

The network, its batches and what is measured are those of `python -m training.composer`; the
updates are PyTorch's (`training.composer.twin`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

from training.needs import need

need("keras")
need("torch", extra="musicgen")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from training.composer.batches import (  # noqa: E402
    Lanes,
    as_batch,
    song_steps,
    without_hints,
    without_recall,
)
from training.composer.corpus import EncodedSong, prepare, split_songs  # noqa: E402
from training.composer.from_exported import start_from_exported  # noqa: E402
from training.composer.measure import Change, nats_by_part, side_by_side  # noqa: E402
from training.composer.network import PART_NAMES, Shape, training_network  # noqa: E402
from training.composer.twin import Twin, losses  # noqa: E402
from training.composer.warm_start import BEST_WEIGHTS, save_columns  # noqa: E402

_SONGS_AT_ONCE = 16
_WARM_UP, _LEAST_RATE = 50, 0.02
_CLIPPED_AT = 1.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        train(options)
    except MelodyMuseError as error:
        print(f"training.composer.bfloat16: {error}", file=sys.stderr)
        return 2
    return 0


def train(options: argparse.Namespace) -> None:
    """Train for so many rounds, each of a share of the songs; the last weights are the best."""
    options.run.mkdir(parents=True, exist_ok=True)
    training, held_out = split_songs(prepare(options.data, options.run))
    keras.utils.set_random_seed(options.seed)
    shape = Shape(units=options.units, embedding=options.embedding, head=options.head)
    shape.save(options.run)
    save_columns(options.run)
    network = training_network(shape)
    if options.start_from:
        start_from_exported(network, shape, options.start_from)
    twin = Twin(network, shape)
    learned = [weights for weights in twin.parameters() if weights.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=options.rate, eps=1e-7)
    updates, history = 0, []
    for round_ in range(options.rounds):
        state, nats = None, []
        lanes = Lanes(training, options.lanes, options.window, options.seed + round_, options.share)
        for index in range(len(lanes)):
            batch = lanes[index]
            updates += 1
            passed = (round_ + index / len(lanes)) / options.rounds
            for group in optimizer.param_groups:
                group["lr"] = options.rate * _share_of_rate(updates, passed)
            parts, state = losses(twin, batch, state)
            loss = torch.stack([part.mean() for part in parts]).sum()
            optimizer.zero_grad()
            loss.backward()
            for weights in learned:
                torch.nn.utils.clip_grad_norm_([weights], _CLIPPED_AT)
            optimizer.step()
            nats.append(float(loss.detach()))
        row = {
            "updates": updates,
            "training": float(np.mean(nats)),
            "validation": measure(twin, held_out),
            "without_recall": measure(twin, held_out, without_recall),
            "without_hints": measure(twin, held_out, without_hints),
        }
        history.append(row)
        print(json.dumps(row), flush=True)
        twin.give(network)
        network.save_weights(options.run / BEST_WEIGHTS)
        log = "".join(json.dumps(row) + "\n" for row in history)
        write_text(options.run / "log.jsonl", log, overwrite=True)


def measure(twin: Twin, songs: list[EncodedSong], change: Change = lambda s: s) -> dict[str, float]:
    """As `training.composer.measure.measure`, in bfloat16."""
    nats, counts = np.zeros(len(PART_NAMES)), np.zeros(len(PART_NAMES))
    songs = sorted(songs, key=lambda song: len(song.events))
    twin.eval()
    with torch.no_grad():
        for first in range(0, len(songs), _SONGS_AT_ONCE):
            steps = [change(song_steps(song)) for song in songs[first : first + _SONGS_AT_ONCE]]
            batch = as_batch(side_by_side(steps, len(steps[-1].target)))
            nats += [float(part.sum()) for part in losses(twin, batch, None)[0]]
            counts += [batch[2][name].sum() for name in PART_NAMES]
    twin.train()
    return nats_by_part(nats, counts)


def _share_of_rate(updates: int, passed: float) -> float:
    """Of the highest rate: up over the first updates, down as a cosine of what has passed."""
    fallen = _LEAST_RATE + (1 - _LEAST_RATE) * (1 + math.cos(math.pi * passed)) / 2
    return min(1.0, updates / _WARM_UP) * fallen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.composer.bfloat16", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(), help="as for training.composer")
    parser.add_argument("--run", type=Path, required=True, help="corpus, weights and log")
    parser.add_argument("--start-from", type=Path, help="exported files, whose weights are taken")
    parser.add_argument("--rounds", type=int, default=20, help="each is measured after")
    parser.add_argument("--lanes", type=int, default=64, help="songs played side by side")
    parser.add_argument("--window", type=int, default=128, help="steps between updates")
    parser.add_argument("--rate", type=float, default=1.2e-3, help="highest learning rate")
    parser.add_argument("--share", type=float, default=0.25, help="of the songs, a round")
    parser.add_argument("--units", type=int, default=Shape().units)
    parser.add_argument("--embedding", type=int, default=Shape().embedding)
    parser.add_argument("--head", type=int, default=Shape().head)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
