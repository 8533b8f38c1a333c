"""From what the kernel machine says to chances that hold: the last two steps of the eye.

Shares of emotions say how a crowd might be divided; a claim must say how often it is right.  The
shares are raised to a power, one for faces and one for other pictures, which leaves their order; a
logistic regression then says how often the leading emotion is right, given how far the picture lies
from those learned from and how far the members of the machine lie apart.  Both are learned on
answers to pictures held out.

Source: C. Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2 (a power
is one over a temperature); J. Platt, "Probabilistic outputs for support vector machines", 1999.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.kernel import N_EMOTIONS, Felt

Array = npt.NDArray[Any]
# Probabilities of the leading emotion are told from within these bounds of certainty.
LEAST_CHANCE = 1e-3
_PENALTY = 1.0
N_DOUBTED = 4 + N_EMOTIONS


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both steps.

    Attributes:
        power, face_power: probabilities are shares to power + face_power * face, summing to 1.
        chance_weight, chance_bias: (12,) and a number, from `doubted` to the logit of being right.
    """

    power: float
    face_power: float
    chance_weight: Array
    chance_bias: float

    def probabilities(self, felt: Felt) -> Array:
        """(N, 8): that each emotion leads; they sum to 1, in the order of the shares."""
        powers = self.power + self.face_power * felt.face
        raised = np.exp(np.log(felt.shares) * powers[:, None])
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def chance(self, felt: Felt) -> Array:
        """(N,): that the leading emotion is right, 0..1."""
        lean = doubted(self.probabilities(felt), felt) @ self.chance_weight + self.chance_bias
        return np.asarray(1 / (1 + np.exp(-lean)))


def doubted(probabilities: Array, felt: Felt) -> Array:
    """(N, 12): what may tell right from wrong.

    The logit of the leading probability, likeness to what is known, the members' distance, how far
    it is a face, and all eight probabilities.
    """
    most = np.clip(probabilities.max(axis=1), LEAST_CHANCE, 1 - LEAST_CHANCE)
    told = np.stack([np.log(most / (1 - most)), felt.alike, felt.apart, felt.face], axis=1)
    return np.concatenate([told, probabilities], axis=1)


def fit_calibration(felt: Felt, shares: Array) -> Calibration:
    """Learns from answers to N pictures held out, and what is known of them, shares (N, 8)."""
    from scipy.optimize import minimize
    from sklearn.linear_model import LogisticRegression

    leading = shares.argmax(axis=1)
    rows = np.arange(len(shares))
    plain = Calibration(1.0, 0.0, np.eye(N_DOUBTED)[0], 0.0)

    def loss(powers: Array) -> float:
        tried = replace(plain, power=powers[0], face_power=powers[1])
        told = tried.probabilities(felt)[rows, leading]
        return float(-np.log(np.maximum(told, 1e-9)).mean())

    best = minimize(loss, [1.5, 0.0], method="Nelder-Mead").x
    raised = replace(plain, power=float(best[0]), face_power=float(best[1]))
    probabilities = raised.probabilities(felt)
    right = probabilities.argmax(axis=1) == leading
    if right.all() or not right.any():
        return raised
    model = LogisticRegression(C=_PENALTY, max_iter=2000)
    model.fit(doubted(probabilities, felt), right)
    return replace(raised, chance_weight=model.coef_[0], chance_bias=float(model.intercept_[0]))
