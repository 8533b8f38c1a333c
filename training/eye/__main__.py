"""`python -m training.eye --data DIR --out RUN`: trains the eye on every picture and exports it.

`--oasis DIR` lets it learn from OASIS's photos as well.  What the frozen networks see is kept in
RUN, so that the same command, given again, goes on where it was stopped.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.eye.calibration import Calibration, fit_calibration
from training.eye.deals import out_of_fold
from training.eye.export import Frozen, Storage, export
from training.eye.kernel import KernelMachine, KernelRecipe, fit_kernel
from training.eye.material import Material, add_sets
from training.eye.network import EyeConfig


def fit_eye(recipe: KernelRecipe, material: Material) -> tuple[KernelMachine, Calibration]:
    """The machine, learned from all pictures, and its chances, learned on groups held out."""
    judged = material.rows(annotated=True, rated=True)
    machine = fit_kernel(recipe, material.seen, material.pictures)
    felt = out_of_fold(recipe, material, judged, material.rows(drawn=True), deal=0)
    told = np.flatnonzero(~np.isnan(material.shares[judged, 0]))
    return machine, fit_calibration(felt.of(told), material.shares[judged[told]])


def main(arguments: Sequence[str] | None = None) -> Path:
    """Trains and writes `eye.onnx`; returns its path."""
    parser = argparse.ArgumentParser(prog="python -m training.eye", description=__doc__)
    add_sets(parser)
    parser.add_argument(
        "--storage",
        choices=[storage.value for storage in Storage],
        default=Storage.COMPACT.value,
        help="how weights lie in the file (default compact)",
    )
    given = parser.parse_args(arguments)
    frozen = Frozen.published(EyeConfig())
    material = Material.read(frozen.looker(), given.data, given.oasis, given.out)
    machine, calibration = fit_eye(KernelRecipe(), material)
    path = Path(given.out) / "eye.onnx"
    export(frozen, machine, calibration, path, Storage(given.storage))
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {len(material.pictures)} pictures")
    return path


if __name__ == "__main__":
    main()
