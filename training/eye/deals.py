"""Answers to pictures whose groups were held out, and chances that were learned on other groups."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.calibration import fit_calibration
from training.eye.kernel import Felt, KernelRecipe, fit_kernel
from training.eye.material import Material

Array = npt.NDArray[Any]
FOLDS = 5


def out_of_fold(
    recipe: KernelRecipe, material: Material, judged: Array, always: Array, deal: int
) -> Felt:
    """Answers to the pictures `judged`, each from a machine that saw no picture of its group.

    Args:
        material: all pictures.
        judged: indices of those to judge, which are learned from in the other folds.
        always: indices of those that are learned from in every fold.
        deal: how groups are dealt into folds.
    """
    from sklearn.model_selection import GroupKFold

    parts, order = [], []
    splitter = GroupKFold(FOLDS, shuffle=True, random_state=deal)
    for known, held_out in splitter.split(judged, groups=material.groups[judged]):
        rows = np.concatenate([judged[known], always])
        learned = material.of(rows)
        machine = fit_kernel(recipe, learned.seen, learned.pictures)
        parts.append(machine.answers(material.seen[judged[held_out]]))
        order.append(held_out)
    back = np.argsort(np.concatenate(order))
    return Felt(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])[back]
            for field in fields(Felt)
        )
    )


def calibrated(felt: Felt, shares: Array, groups: Array, deal: int) -> tuple[Array, Array]:
    """Probabilities (N, 8) and chances (N,), each calibrated on other groups."""
    from sklearn.model_selection import GroupKFold

    probabilities, chance = np.zeros_like(shares), np.zeros(len(shares))
    splitter = GroupKFold(FOLDS, shuffle=True, random_state=1000 + deal)
    for known, held_out in splitter.split(shares, groups=groups):
        known = known[~np.isnan(shares[known, 0])]
        calibration = fit_calibration(felt.of(known), shares[known])
        probabilities[held_out] = calibration.probabilities(felt.of(held_out))
        chance[held_out] = calibration.chance(felt.of(held_out))
    return probabilities, chance
