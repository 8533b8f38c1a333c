"""Train, export and measure the harmony network: `python -m training.harmony --data DIR --run DIR`.

KERAS_BACKEND chooses the backend; a few minutes on one core.  The run's folder then holds
`harmony.onnx` and `report.json`: agreement with the experts' chords on held-out songs of POP909.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from training.needs import need

need("keras")
need("onnx")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from melodymuse.errors import MelodyMuseError  # noqa: E402
from melodymuse.files import write_text  # noqa: E402
from melodymuse.networks import open_network  # noqa: E402
from melodymuse.writing.harmony.frames import frames  # noqa: E402
from melodymuse.writing.harmony.model import FILE, HarmonyNetwork  # noqa: E402
from melodymuse.writing.harmony.search import likeliest  # noqa: E402
from training.harmony.corpus import HarmonizedTune, read_harmonized, split  # noqa: E402
from training.harmony.measures import (  # noqa: E402
    Harmonizer,
    always_tonic,
    best_diatonic,
    measure,
    own_chords,
)
from training.harmony.network import Shape, export, training_network  # noqa: E402
from training.harmony.tables import changes, chord_shares  # noqa: E402
from training.tune.song import metre_of  # noqa: E402

# One training song in so many is kept aside, to watch; what nobody corrected counts half.
_ONE_IN, _UNCORRECTED = 16, 0.5


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        report = train(options)
    except MelodyMuseError as error:
        print(f"training.harmony: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report, indent=1))
    return 0


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train, export, measure; gives the report."""
    options.run.mkdir(parents=True, exist_ok=True)
    training, held_out = split(list(read_harmonized(options.data)))
    if not training:
        raise MelodyMuseError(f"every tune in {options.data} is held out: give more")
    watched = [t for t in training if t.is_expert and _is_watched(t)]
    learned = [t for t in training if t not in watched] if watched else training
    keras.utils.set_random_seed(options.seed)
    network = training_network(Shape())
    rows = [_rows(tune) for tune in learned]
    read, chords, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
    network.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                options.rate, max(len(read) // options.rows, 1) * options.epochs
            ),
            weight_decay=1e-3,
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
    )
    seen = [np.concatenate(column) for column in zip(*map(_rows, watched), strict=True)]
    network.fit(
        read,
        chords,
        sample_weight=weights,
        batch_size=options.rows,
        epochs=options.epochs,
        validation_data=tuple(seen) if seen else None,
        verbose=2,
    )
    path = options.run / FILE
    export(network, chord_shares(learned), changes(learned), path)
    found = evaluate(held_out, HarmonyNetwork(open_network(path)))
    write_text(options.run / "report.json", json.dumps(found, indent=1) + "\n", overwrite=True)
    return found


def evaluate(held_out: Sequence[HarmonizedTune], model: HarmonyNetwork) -> dict[str, Any]:
    """The report on the held-out songs that experts harmonised, and on the lead sheets."""

    def ours(tune: HarmonizedTune) -> NDArray[np.int64]:
        metre = metre_of(tune.tune)
        return likeliest(model.suits(tune.tune.bars, metre, tune.tune.modes), model.follows, metre)

    harmonizers: dict[str, Harmonizer] = {
        "experts": own_chords,
        "ours": ours,
        "best diatonic triad": best_diatonic,
        "always the tonic": always_tonic,
    }
    report: dict[str, Any] = {}
    sets = {
        "pop909": [tune for tune in held_out if tune.is_expert],
        "lead sheets": [tune for tune in held_out if tune.tune.style != "pop"],
    }
    for name, tunes in sets.items():
        if tunes:
            report[name] = {"songs": len(tunes), **measure(tunes, harmonizers)}
    if sets["pop909"]:
        report["another annotator's roots"] = fmean(tune.agreement for tune in sets["pop909"])
    return report


def _rows(tune: HarmonizedTune) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Numbers, chord and weight of each beat."""
    chords = tune.chords
    read = frames(tune.tune.bars, metre_of(tune.tune), tune.tune.modes).astype(np.float16)
    trusted = tune.is_expert or tune.tune.style != "pop"
    return read, chords, (chords > 0) * np.float32(1.0 if trusted else _UNCORRECTED)


def _is_watched(tune: HarmonizedTune) -> bool:
    return zlib.crc32(tune.tune.name.encode()) % _ONE_IN == 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.harmony", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="holds pop909_structure/, pop909_cl/, openewld/: see training/README.md",
    )
    parser.add_argument("--run", type=Path, required=True, help="network and report")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rows", type=int, default=256, help="beats a batch")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
