"""The sampler: one of the allowed choices in each row, as likely as the network finds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.writing.network import Floats
from melodymuse.writing.rule_tables import Mask

# Logits are rounded to this fraction before sampling, so that the last bits, in which processors
# differ, hardly ever change a choice.
_LOGIT_GRAIN = np.float32(64)
# Far below every logit.
_NEVER = np.float32(-1e30)


def choose(
    logits: Floats,
    allowed: Mask | None,
    drawn: NDArray[np.float64],
    temperature: NDArray[np.float64],
    least: float,
) -> NDArray[np.intp]:
    """Draw one of the allowed choices in each row.

    A row's choice depends on that row alone.

    Args:
        logits: float32 (rows, choices).
        allowed: bool (rows, choices), at least one in each row; None allows all.
        drawn: (rows, 1), numbers 0..1 that decide.
        temperature: (rows, 1), 1 as the network finds; lower is safer.
        least: choices less likely than this share of the likeliest one are left out (min-p,
            Nguyen et al. 2024), which cuts slips but keeps rare rhythms.

    Returns:
        The indices (rows,) of what was chosen.
    """
    steps = np.rint(logits * _LOGIT_GRAIN)
    if allowed is not None:
        steps = np.where(allowed, steps, _NEVER)
    steps -= np.maximum.reduce(steps, axis=1, keepdims=True)
    weights = np.exp(steps / (temperature * _LOGIT_GRAIN))
    weights *= weights >= least
    sums = np.add.accumulate(weights, axis=1)
    total = sums[:, -1:]
    # Below the total also where the product is rounded up to it.
    target = np.minimum(drawn * total, np.nextafter(total, 0.0))
    chosen: NDArray[np.intp] = (sums > target).argmax(axis=1)
    return chosen
