"""How good the eye's answers are.

Conventions: `place` is (N, 2), valence and arousal; `probabilities` (N, 8) in the order of
`EMOTIONS`; `labels` (N,) are indices, `NO_EMOTION` where there is none (such photos do not count).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from training.eye.network import N_PLEASANT
from training.eye.oasis import NO_EMOTION

Array = npt.NDArray[Any]
_BINS = 10
_CLAIM_BINS = 5


def pearson(said: Array, rated: Array) -> float:
    """Pearson's correlation of two vectors, -1..1; nan where one is constant."""
    if np.ptp(said) == 0 or np.ptp(rated) == 0:
        return float("nan")
    return float(np.corrcoef(said, rated)[0, 1])


def macro_f1(probabilities: Array, labels: Array) -> float:
    """Mean over the emotions that occur of F1 = 2 TP / (2 TP + FP + FN), 0..1."""
    said, true = _labelled(probabilities, labels)
    return float(np.mean(list(f1_by_emotion(said, true).values())))


def f1_by_emotion(probabilities: Array, labels: Array) -> dict[str, float]:
    """Emotion -> F1, for the emotions that occur among the labels."""
    said, true = _labelled(probabilities, labels)
    guess = said.argmax(axis=1)
    scores = {}
    for index, emotion in enumerate(EMOTIONS):
        if np.any(true == index):
            hits = np.sum((guess == index) & (true == index))
            scores[emotion] = float(2 * hits / (np.sum(guess == index) + np.sum(true == index)))
    return scores


def accuracy(probabilities: Array, labels: Array) -> float:
    """Share of the labelled photos whose most probable emotion is the label."""
    said, true = _labelled(probabilities, labels)
    return float(np.mean(said.argmax(axis=1) == true))


def log_loss(probabilities: Array, labels: Array) -> float:
    """Mean negative logarithm of the probability given to the label, in nats."""
    said, true = _labelled(probabilities, labels)
    return float(-np.mean(np.log(np.maximum(said[np.arange(len(true)), true], 1e-12))))


def reliability(probabilities: Array, labels: Array) -> list[tuple[int, float, float]]:
    """(photos, mean confidence, accuracy) for each tenth of confidence that holds photos."""
    said, true = _labelled(probabilities, labels)
    confidence, right = said.max(axis=1), said.argmax(axis=1) == true
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    chosen = [bins == b for b in range(_BINS) if np.any(bins == b)]
    return [(int(c.sum()), float(confidence[c].mean()), float(right[c].mean())) for c in chosen]


def calibration_error(probabilities: Array, labels: Array) -> float:
    """Expected calibration error over tenths of confidence, 0..1.

    Source: C. Guo et al., "On calibration of modern neural networks", ICML 2017, section 2.
    """
    table = reliability(probabilities, labels)
    total = sum(count for count, _, _ in table)
    return sum(count * abs(confidence - right) for count, confidence, right in table) / total


def binned_gap(chance: Array, happened: Array) -> float:
    """Expected calibration error of any chance (N,) 0..1 of what happened or not (N,), 0..1."""
    bins = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    gaps = [
        np.sum(bins == b) * abs(chance[bins == b].mean() - happened[bins == b].mean())
        for b in np.unique(bins)
    ]
    return float(np.sum(gaps) / len(chance))


def contradiction(place: Array, probabilities: Array, beyond: float = 0.25) -> float:
    """Share of photos with |valence| > `beyond` whose leading emotion is of the other sign."""
    strong = np.abs(place[:, 0]) > beyond
    pleasant = probabilities.argmax(axis=1) < N_PLEASANT
    if not strong.any():
        return 0.0
    return float(np.mean(pleasant[strong] != (place[strong, 0] > 0)))


def tempered(probabilities: Array, temperature: float) -> Array:
    """Probabilities to the power 1 / temperature, summing to 1 again."""
    powered = np.power(np.maximum(probabilities, 1e-12), 1 / temperature)
    return np.asarray(powered / powered.sum(axis=1, keepdims=True))


def best_temperature(probabilities: Array, labels: Array) -> float:
    """The temperature 0.5..2, in steps of 0.01, with the least log loss (Guo et al., section 4)."""
    candidates = np.round(np.arange(0.5, 2.001, 0.01), 2)
    losses = [log_loss(tempered(probabilities, t), labels) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _labelled(probabilities: Array, labels: Array) -> tuple[Array, Array]:
    known = labels != NO_EMOTION
    return probabilities[known], labels[known]


def calibration_of_claims(chance: Array, right: Array, draws: int = 2000) -> dict[str, float]:
    """How far claims lie from what happened, in five bins of equal count, and how far they might.

    Args:
        chance: (N,), claimed, 0..1.
        right: (N,), whether it was so.
        draws: simulations of an eye whose every claim holds.

    Returns:
        `error`, the calibration error of the claims, and `perfect`, what a perfectly calibrated eye
        with the same claims stays below in 95 % of the simulations.
    """
    bins = np.array_split(np.argsort(chance, kind="stable"), _CLAIM_BINS)

    def error(happened: Array) -> float:
        gaps = [len(b) * abs(chance[b].mean() - happened[b].mean()) for b in bins]
        return float(sum(gaps) / len(chance))

    rng = np.random.default_rng(0)
    perfect = [error(rng.random(len(chance)) < chance) for _ in range(draws)]
    return {"error": error(right.astype(float)), "perfect": float(np.quantile(perfect, 0.95))}


def claims_and_facts(chance: Array, right: Array) -> list[tuple[int, float, float]]:
    """(pictures, mean claim, share that was right) for each tenth of claims that holds any."""
    bins = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    chosen = [bins == b for b in range(_BINS) if np.any(bins == b)]
    return [(int(c.sum()), float(chance[c].mean()), float(right[c].mean())) for c in chosen]
