"""Kullback-Leibler divergence: how differently a classifier hears two sounds for one picture, and
whether it would call them the same.

Conventions
    A classifier gives each clip a probability for each of its classes (softmax over its labels).
    Row i of the reference and row i of the estimate belong to the same picture.  The figure is the
    mean over the pictures of ``KL(reference || estimate)`` in nats: 0 for equal distributions,
    lower is nearer.  It is not symmetric: the reference is the truth, where there is one.  The
    classes are the same where both rows have their largest value at one place; of several pictures
    it is the share of them.

References
    S. Kullback, R. Leibler, "On information and sufficiency", Annals of Mathematical Statistics
    22:79-86, 1951.
    J. Copet et al., "Simple and controllable music generation" (MusicGen), NeurIPS 2023, section 4,
    where the classifier is a PaSST trained on AudioSet.
    V. Prarusudamkerng, "ImAudible" (Imperial College London), where the classifier tells genres and
    the share of equal top classes is told beside the divergence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError

Array = NDArray[np.float64]

# Rounding of classifiers in single precision.
_SUM_TOLERANCE = 1e-3


def validate(probabilities: Array) -> None:
    """See that rows are distributions over classes.

    Raises:
        AudioError: wrong shape, no rows, negative or not finite, or not summing to 1.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise AudioError(
            f"probabilities must have shape (clips, classes), not {probabilities.shape}"
        )
    if not np.isfinite(probabilities).all() or (probabilities < 0).any():
        raise AudioError("probabilities must be numbers that are at least 0")
    worst = float(np.abs(probabilities.sum(axis=1) - 1).max())
    if worst > _SUM_TOLERANCE:
        raise AudioError(f"probabilities must sum to 1, these miss it by {worst:.3g}")


def divergences(reference: Array, estimate: Array) -> Array:
    """``KL(reference || estimate)`` of each pair of rows, nats, shape (clips,).

    Infinite where the estimate rules out what the reference holds possible.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = reference * np.log(reference / estimate)
    rows: Array = np.where(reference > 0, terms, 0.0).sum(axis=1)
    return rows.clip(min=0)


def evaluate(reference: Array, estimate: Array) -> dict[str, float]:
    """``{"kl_divergence": ..., "same_class": ...}``, the mean over pairs.

    Raises:
        AudioError: as `validate`, or the two have different shapes.
    """
    validate(reference)
    validate(estimate)
    if reference.shape != estimate.shape:
        raise AudioError(
            f"distributions of shapes {reference.shape} and {estimate.shape} cannot be paired"
        )
    same = reference.argmax(axis=1) == estimate.argmax(axis=1)
    return {
        "kl_divergence": float(divergences(reference, estimate).mean()),
        "same_class": float(same.mean()),
    }
