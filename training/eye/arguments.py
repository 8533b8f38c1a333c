"""The options that training and validation share."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from training.eye.backbone import VARIANTS
from training.eye.fit import Recipe
from training.eye.network import EyeConfig

_RECIPE_HELP = {
    "epochs": "passes over the photos",
    "batch": "photos a step",
    "rate": "peak learning rate",
    "decay": "weight decay",
    "emotion_weight": "weight of the emotions' loss",
    "balance": "0 counts every photo alike, 1 every emotion alike",
    "views": "views of each photo (plain, mirrored, then random cuts)",
}


def add_shape(parser: argparse.ArgumentParser) -> None:
    """Adds data and output folders, the seed, the network's shape and the recipe."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the unpacked OASIS set")
    parser.add_argument("--out", type=Path, required=True, help="folder for everything written")
    parser.add_argument("--seed", type=int, default=0, help="the (first) seed (default 0)")
    shape = EyeConfig()
    parser.add_argument(
        "--backbones", nargs="+", choices=sorted(VARIANTS), default=list(shape.backbones)
    )
    parser.add_argument("--first-stage", type=int, default=shape.first_stage)
    parser.add_argument("--hidden", type=int, default=shape.hidden)
    parser.add_argument("--members", type=int, default=shape.members)
    parser.add_argument("--dropout", type=float, default=shape.dropout)
    for field in fields(Recipe):
        default = getattr(Recipe(), field.name)
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(default),
            default=default,
            help=f"{_RECIPE_HELP[field.name]} (default {default})",
        )


def shape_of(given: argparse.Namespace) -> tuple[EyeConfig, Recipe]:
    """The network's shape and the recipe that were asked for."""
    config = EyeConfig(
        tuple(given.backbones), given.first_stage, given.hidden, given.members, given.dropout
    )
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    return config, recipe
