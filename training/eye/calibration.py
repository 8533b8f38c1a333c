"""From what the kernel machine says to chances that hold: the last two steps of the eye.

Shares of emotions say how a crowd might be divided; a claim must say how often it is right.  A
logistic regression, learned on answers to pictures held out, turns the shares into the probability
that each emotion leads, and may do so otherwise for faces.  A second one says how often the leading
emotion is right, given how far the picture lies from those learned from and how far the members of
the machine lie apart.

Source: J. Platt, "Probabilistic outputs for support vector machines", 1999; D. Wolpert, "Stacked
generalization", Neural Networks 5 (1992).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.kernel import N_EMOTIONS, Felt

Array = npt.NDArray[Any]
_PENALTY = 1.0
LEAST_CHANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both regressions.

    Attributes:
        weight, bias: (19, 8) and (8,), from `told` to the logits of the probabilities.
        chance_weight, chance_bias: (3,) and a number, from `doubted` to the logit of being right.
    """

    weight: Array
    bias: Array
    chance_weight: Array
    chance_bias: float

    def probabilities(self, felt: Felt) -> Array:
        """(N, 8): that each emotion leads; they sum to 1."""
        logits = told(felt) @ self.weight + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def chance(self, felt: Felt) -> Array:
        """(N,): that the leading emotion is right, 0..1."""
        lean = doubted(self.probabilities(felt), felt) @ self.chance_weight + self.chance_bias
        return np.asarray(1 / (1 + np.exp(-lean)))


def told(felt: Felt) -> Array:
    """(N, 19): logarithms of the shares, the same times how far it is a face, place, face."""
    logs = np.log(felt.shares)
    face = felt.face[:, None]
    return np.concatenate([logs, face * logs, felt.place, face], axis=1)


def doubted(probabilities: Array, felt: Felt) -> Array:
    """(N, 3): logit of the leading probability, likeness to what is known, members' distance."""
    most = np.clip(probabilities.max(axis=1), LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.stack([np.log(most / (1 - most)), felt.alike, felt.apart], axis=1)


def fit_calibration(felt: Felt, shares: Array, flat: Array) -> Calibration:
    """Learns from answers to pictures held out.

    Args:
        felt: the answers to N pictures.
        shares: (N, 8), what is known of them.
        flat: (N,), whether a picture has no leading emotion: then its shares are learned as they
            are, and it does not tell of being right.
    """
    from sklearn.linear_model import LogisticRegression

    n = len(shares)
    leading = np.eye(N_EMOTIONS)[shares.argmax(axis=1)]
    target = np.where(flat[:, None], shares, leading)
    row, label = np.nonzero(target)
    model = LogisticRegression(C=_PENALTY, max_iter=2000)
    model.fit(told(felt)[row], label, sample_weight=target[row, label])
    weight, bias = np.zeros((told(felt).shape[1], N_EMOTIONS)), np.full(N_EMOTIONS, -12.0)
    weight[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    first = Calibration(weight, bias, np.array([1.0, 0, 0]), 0.0)
    probabilities = first.probabilities(felt)
    sure = ~flat
    right = probabilities.argmax(axis=1) == shares.argmax(axis=1)
    if n and 0 < right[sure].sum() < sure.sum():
        chance = LogisticRegression(C=_PENALTY, max_iter=2000)
        chance.fit(doubted(probabilities, felt)[sure], right[sure])
        return Calibration(weight, bias, chance.coef_[0], float(chance.intercept_[0]))
    return first
