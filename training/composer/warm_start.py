"""Going on from an earlier run whose network was told less about each bar."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from melodymuse.errors import MelodyMuseError
from melodymuse.planning.bar_controls import COLUMNS
from training.composer.network import COLUMNS_FILE, SHAPE_FILE, Shape, training_network
from training.loop import BEST_WEIGHTS


def save_columns(run: Path) -> None:
    """Note which columns the controls of this run have."""
    (run / COLUMNS_FILE).write_text(json.dumps(COLUMNS) + "\n")


def start_from(network: keras.Model, shape: Shape, run: Path) -> None:
    """Give a network the weights of an earlier run; columns that it did not have begin at zero.

    Args:
        network: to be trained.
        shape: its sizes, which must be the earlier run's.
        run: the earlier run's folder.

    Raises:
        MelodyMuseError: the folder holds no run, or one that cannot be gone on from.
    """
    columns = _columns(run)
    missing = sorted(set(columns) - set(COLUMNS))
    if missing:
        raise MelodyMuseError(
            f"{run} was told of {missing[0]}, which is told no more: start from another run"
        )
    if replace(Shape.load(run), dropout=shape.dropout) != shape:
        raise MelodyMuseError(f"{run} has other sizes: give those of its {SHAPE_FILE}")
    earlier = training_network(shape, columns=len(columns))
    earlier.load_weights(run / BEST_WEIGHTS)
    for ours, theirs in zip(network.trainable_variables, earlier.trainable_variables, strict=True):
        value = np.array(keras.ops.convert_to_numpy(theirs.value))
        if ours.path.endswith("bar_controls/kernel"):
            kernel = np.zeros(ours.shape, np.float32)
            kernel[[COLUMNS.index(name) for name in columns]] = value
            value = kernel
        ours.assign(value)


def _columns(run: Path) -> list[str]:
    """What the earlier run was told of each bar."""
    for name in (COLUMNS_FILE, SHAPE_FILE, BEST_WEIGHTS):
        if not (run / name).is_file():
            raise MelodyMuseError(f"no run to start from in {run}: there is no {name}")
    columns: list[str] = json.loads((run / COLUMNS_FILE).read_text())
    return columns
