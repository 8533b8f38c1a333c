"""`python -m training.emoset --data EMOSET --network NAME --out RUN`: trains, tests, reports."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.emoset.fit import Recipe, answers, fit
from training.emoset.measures import draw_confusion, draw_history, score, write_confusion
from training.emoset.networks import NETWORKS, OURS, Weights, classifier, side_of
from training.emoset.reading import PARTS, read_emoset
from training.eye.network import EyeConfig

_RECIPE_HELP = {
    "epochs": "passes at most",
    "batch": "pictures a step",
    "rate": "Adam's learning rate at the beginning",
    "patience": "epochs without a better validation loss after which training stops",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.emoset", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked EmoSet")
    parser.add_argument("--out", type=Path, required=True, help="folder for everything written")
    parser.add_argument("--network", choices=NETWORKS, default=OURS)
    parser.add_argument("--samples", type=int, help="a random part of so many pictures")
    parser.add_argument("--side", type=int, help="width and height of the pictures")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--weights",
        choices=[weights.value for weights in Weights],
        default=Weights.IMAGENET.value,
        help="what the image branch starts from (melody-muse: always random)",
    )
    for field in fields(Recipe):
        default = getattr(Recipe(), field.name)
        what = f"{_RECIPE_HELP[field.name]} (default {default})"
        parser.add_argument(f"--{field.name}", type=type(default), default=default, help=what)
    return parser


def main(arguments: Sequence[str] | None = None, config: EyeConfig | None = None) -> dict[str, Any]:
    """Trains one network, writes weights, `result.json`, tables and pictures; gives the result."""
    given = _parser().parse_args(arguments)
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    emoset = read_emoset(given.data, given.samples, given.seed)
    keras.utils.set_random_seed(given.seed)
    side = given.side or side_of(given.network)
    model = classifier(given.network, side, Weights(given.weights), config)
    folder = Path(given.out)
    folder.mkdir(parents=True, exist_ok=True)
    history = fit(model, emoset, recipe, given.seed, folder / "losses.csv")
    model.save_weights(folder / "network.weights.h5")
    labels = np.array([sample.emotion for sample in emoset.test])
    found = score(answers(model, emoset.test, recipe.batch), labels)
    result = {
        "network": given.network,
        "side": side,
        "weights": given.weights,
        "seed": given.seed,
        "recipe": asdict(recipe),
        "parameters": model.count_params(),
        "pictures": {part: len(getattr(emoset, part)) for part in PARTS},
        "epochs": len(history["loss"]),
        "test": found.as_dict(),
    }
    (folder / "result.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    write_confusion(found.confusion, folder / "confusion.csv")
    draw_confusion(found, f"{given.network} on EmoSet's test part", folder / "confusion.png")
    draw_history(history, given.network, folder / "losses.png")
    print(json.dumps(result, indent=2))
    return result


if __name__ == "__main__":
    main()
