"""Inception score: are single sounds clear to a classifier, and the set of them varied?

Conventions
    A classifier gives each window of sound a distribution over its classes, shape (windows,
    classes).  The score is ``exp(mean KL(p(y|x) || p(y)))``, from 1 (every window is heard alike,
    or none clearly) to the smaller of the numbers of classes and windows; higher is clearer and
    more varied.  For solo piano pieces little variety of *labels* is to be expected, and none is a
    fault.

References
    T. Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, section 4.
    S. Barratt, R. Sharma, "A note on the inception score", 2018, on its limits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from melodymuse.comparison.metrics import divergence
from melodymuse.errors import AudioError

Array = NDArray[np.float64]


def validate(probabilities: Array) -> None:
    """See that rows are distributions over classes, and at least two.

    Raises:
        AudioError: they are not.
    """
    divergence.validate(probabilities)
    if len(probabilities) < 2:
        raise AudioError("an inception score needs at least two windows of sound")


def inception_score(probabilities: Array) -> float:
    """The score of distributions of shape (windows, classes), at least 1."""
    marginal = np.broadcast_to(probabilities.mean(axis=0), probabilities.shape)
    return math.exp(float(divergence.divergences(probabilities, marginal).mean()))


def evaluate(probabilities: Array) -> dict[str, float]:
    """``{"inception_score": ...}``.

    Raises:
        AudioError: as `validate`.
    """
    validate(probabilities)
    return {"inception_score": inception_score(probabilities)}
