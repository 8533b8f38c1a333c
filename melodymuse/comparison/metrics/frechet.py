"""Frechet audio distance (FAD): how far two sets of sounds lie apart in an embedding.

Conventions
    An embedding maps each window of sound to a row; a set is an array of shape (windows,
    dimensions), all clips of one maker stacked.  Each set is summarised by a Gaussian, and the
    distance is the squared 2-Wasserstein distance of the two Gaussians:
    ``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))``.  0 for equal sets, lower is nearer.  It has the
    square of the embedding's unit, so figures of different embeddings cannot be compared.

    With few windows the covariances are biased and so is the distance, upwards (Gui et al. 2024):
    compare only figures with similar numbers of windows.  With no more windows than dimensions the
    covariance is singular and the distance is refused.

References
    K. Kilgour, M. Zuluaga, D. Roblek, M. Sharifi, "Frechet Audio Distance: a reference-free metric
    for evaluating music enhancement algorithms", Interspeech 2019.
    D. Dowson, B. Landau, "The Frechet distance between multivariate normal distributions", J.
    Multivariate Analysis 12:450-455, 1982.
    A. Gui, H. Gamper, S. Braun, D. Emmanouilidou, "Adapting Frechet Audio Distance for generative
    music evaluation", ICASSP 2024.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError

Array = NDArray[np.float64]


def validate(reference: Array, estimate: Array) -> None:
    """See that two sets of embedded windows can be compared.

    Raises:
        AudioError: wrong shape, different dimensions, values that are not finite, or no more
            windows than dimensions.
    """
    for name, rows in (("reference", reference), ("estimate", estimate)):
        if rows.ndim != 2:
            raise AudioError(f"the {name} must have shape (windows, dimensions), not {rows.shape}")
        if not np.isfinite(rows).all():
            raise AudioError(f"the {name}'s embedding is not finite")
    if reference.shape[1] != estimate.shape[1]:
        raise AudioError(
            f"embeddings of {reference.shape[1]} and {estimate.shape[1]} dimensions: use one "
            "embedding for both"
        )
    dimensions, fewest = reference.shape[1], min(len(reference), len(estimate))
    if fewest <= dimensions:
        raise AudioError(f"{fewest} windows for {dimensions} dimensions: give longer or more clips")


def frechet_distance(
    mean_1: Array, covariance_1: Array, mean_2: Array, covariance_2: Array
) -> float:
    """The squared 2-Wasserstein distance of two Gaussians, at least 0.

    The trace of ``(C1 C2)^(1/2)`` is that of ``(C1^(1/2) C2 C1^(1/2))^(1/2)``, whose matrix is
    symmetric: its eigenvalues are real, and no complex rounding has to be swept away.

    Args:
        mean_1, mean_2: shape (dimensions,).
        covariance_1, covariance_2: shape (dimensions, dimensions), symmetric, positive
            semi-definite.
    """
    values, vectors = np.linalg.eigh(covariance_1)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    inner = np.linalg.eigvalsh(root @ covariance_2 @ root)
    cross = np.sqrt(inner.clip(min=0)).sum()
    offset = mean_1 - mean_2
    spread = np.trace(covariance_1) + np.trace(covariance_2) - 2 * cross
    return max(float(offset @ offset + spread), 0.0)


def evaluate(reference: Array, estimate: Array) -> dict[str, float]:
    """``{"frechet_audio_distance": ...}`` of two sets of embedded windows.

    Raises:
        AudioError: as `validate`.
    """
    validate(reference, estimate)
    distance = frechet_distance(
        reference.mean(axis=0),
        np.atleast_2d(np.cov(reference, rowvar=False)),
        estimate.mean(axis=0),
        np.atleast_2d(np.cov(estimate, rowvar=False)),
    )
    return {"frechet_audio_distance": distance}
