"""Going on from an earlier run whose network was told less about each bar."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

from melodymuse.composition.bar_controls import COLUMNS
from melodymuse.errors import MelodyMuseError
from training.composer.network import COLUMNS_FILE

BEST_WEIGHTS = "best.weights.h5"


def save_columns(run: Path) -> None:
    """Note which columns the controls of this run have."""
    (run / COLUMNS_FILE).write_text(json.dumps(COLUMNS) + "\n")


def start_from(network: keras.Model, earlier: keras.Model, run: Path) -> None:
    """Give a network the weights of an earlier run; columns that it did not have begin at zero.

    Args:
        network: to be trained, of the earlier run's shape but for the columns.
        earlier: a network of the earlier run's shape and columns, whose weights are replaced.
        run: the earlier run's folder.
    """
    columns = json.loads((run / COLUMNS_FILE).read_text())
    missing = sorted(set(columns) - set(COLUMNS))
    if missing:
        raise MelodyMuseError(f"{run} was told of {missing[0]}, which is told no more")
    earlier.load_weights(run / BEST_WEIGHTS)
    for ours, theirs in zip(network.trainable_variables, earlier.trainable_variables, strict=True):
        value = np.array(keras.ops.convert_to_numpy(theirs.value))
        if ours.path.endswith("bar_controls/kernel"):
            kernel = np.zeros(ours.shape, np.float32)
            kernel[[COLUMNS.index(name) for name in columns]] = value
            value = kernel
        ours.assign(value)


def columns_of(run: Path) -> int:
    """How many columns an earlier run's controls had."""
    return len(json.loads((run / COLUMNS_FILE).read_text()))
