"""A linear head from a picture's place in an encoder's space to what is felt.

Valence and arousal by ridge regression, emotions by a softmax regression on shares with the same
penalty; the penalty is chosen on held-out groups.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from melodymuse.vision.eyes.head import Head

Array = npt.NDArray[Any]
# Ridge penalties per picture that are tried.
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def fit_head(model: str, places: Array, felt: Array, shares: Array, penalty: float) -> Head:
    """The head of least penalised error.

    Args:
        model: the name of the encoder.
        places: (N, D), where the encoder puts the pictures.
        felt: (N, 2), valence and arousal.
        shares: (N, 8), of the emotions; rows of nan are pictures without.
        penalty: on the squares of the weights of standardised places, for each picture.
    """
    mean, deviation = places.mean(axis=0), places.std(axis=0) + 1e-6
    given = _with_constant((places - mean) / deviation)
    return Head(
        model=model,
        mean=mean,
        deviation=deviation,
        plane=_ridge(given, felt, penalty),
        emotions=_softmax_regression(given, shares, penalty),
    )


def grouped_folds(groups: list[str], count: int, seed: int) -> Array:
    """(N,): the fold of each picture, 0 to count - 1; a group lies within one."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {names[index]: place % count for place, index in enumerate(order)}
    return np.array([fold_of[group] for group in groups])


def held_out_answers(
    places: Array, felt: Array, shares: Array, folds: Array, penalty: float
) -> tuple[Array, Array]:
    """Valence and arousal (N, 2), probabilities (N, 8), each by a head that saw no such group."""
    said, probabilities = np.empty((len(places), 2)), np.empty((len(places), shares.shape[1]))
    for fold in np.unique(folds):
        out, learned = folds == fold, folds != fold
        head = fit_head("", places[learned], felt[learned], shares[learned], penalty)
        logits, said[out] = head.answers(places[out])
        probabilities[out] = softmax(logits, axis=1)
    return np.clip(said, -1, 1), probabilities


def best_penalty(places: Array, felt: Array, shares: Array, folds: Array) -> float:
    """The penalty with the least squared error of valence and arousal on held-out groups."""

    def error(penalty: float) -> float:
        total = 0.0
        for fold in np.unique(folds):
            out, learned = folds == fold, folds != fold
            mean, deviation = places[learned].mean(axis=0), places[learned].std(axis=0) + 1e-6
            given = _with_constant((places - mean) / deviation)
            said = given[out] @ _ridge(given[learned], felt[learned], penalty)
            total += float(((said - felt[out]) ** 2).sum())
        return total

    return min(PENALTIES, key=error)


def _with_constant(standard: Array) -> Array:
    return np.concatenate([standard, np.ones((len(standard), 1))], axis=1)


def _ridge(given: Array, target: Array, penalty: float) -> Array:
    weights = np.full(given.shape[1], penalty * len(given))
    weights[-1] = 0  # The constant is free.
    return np.asarray(np.linalg.solve(given.T @ given + np.diag(weights), given.T @ target))


def _softmax_regression(given: Array, shares: Array, penalty: float) -> Array:
    known = ~np.isnan(shares).any(axis=1)
    given, shares = given[known], shares[known]
    shape = given.shape[1], shares.shape[1]
    if not len(given):
        return np.zeros(shape)
    ridge = np.full((shape[0], 1), penalty)
    ridge[-1] = 0

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(shape)
        logits = given @ weights
        cross = -(shares * log_softmax(logits, axis=1)).sum() / len(given)
        slope = given.T @ (softmax(logits, axis=1) - shares) / len(given) + ridge * weights
        return cross + 0.5 * float((ridge * weights**2).sum()), slope.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B")
    return np.asarray(found.x.reshape(shape))
