"""`python -m training.eye --data DIR --out RUN`: trains the eye on every photo and exports it.

A run that was stopped goes on where it stood when the same command is given again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.eye import curves
from training.eye.arguments import add_shape, shape_of
from training.eye.blend import fit_eye
from training.eye.export import Storage, export
from training.eye.fit import save
from training.eye.frozen import imagenet_branch, seen_once
from training.eye.oasis import read_oasis
from training.eye.words import imagenet_words


def main(arguments: Sequence[str] | None = None) -> Path:
    """Trains, writes the head's weights, curves and `eye.onnx`; returns the path of the latter."""
    parser = argparse.ArgumentParser(prog="python -m training.eye", description=__doc__)
    add_shape(parser)
    parser.add_argument(
        "--storage",
        choices=[storage.value for storage in Storage],
        default=Storage.COMPACT.value,
        help="how weights lie in the file (default compact)",
    )
    given = parser.parse_args(arguments)
    config, recipe = shape_of(given)
    photos = read_oasis(given.data)
    seen = seen_once(config, photos, recipe.views, given.seed, given.out)
    rows = np.arange(len(photos))
    eye, history = fit_eye(
        config, recipe, seen, photos, rows, given.seed, given.out, words=imagenet_words(config)
    )
    save(given.out, config, recipe, eye.scale, eye.heads)
    curves.draw_losses([history], given.out / "losses.png")
    path = Path(given.out) / "eye.onnx"
    branch = imagenet_branch(config)
    export(branch, eye, config, path, Storage(given.storage))
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, trained on {len(photos)} photos")
    return path


if __name__ == "__main__":
    main()
