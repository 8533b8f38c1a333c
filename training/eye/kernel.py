"""Kernel ridge regression beside the trained heads: few photos, no gradient, one solution.

What the frozen image branch saw is standardised and projected onto its first principal
components; word norms stand beside them (see `words`).  A Gaussian kernel compares a picture with
every photo learned from (C. Saunders, A. Gammerman, V. Vovk, "Ridge regression learning algorithm
in dual variables", ICML 1998).  It errs elsewhere than the heads do, so the mean of both is better
than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.eye.fit import Scale
from training.eye.frozen import Seen
from training.eye.network import N_EMOTIONS, N_PLEASANT
from training.eye.oasis import NO_EMOTION, Photo, emotions, places, themes
from training.eye.words import Words

Array = npt.NDArray[Any]
SIGNS = (slice(0, N_PLEASANT), slice(N_PLEASANT, N_EMOTIONS))


@dataclass(frozen=True, slots=True)
class KernelRecipe:
    """How the kernel machine is fitted.

    Attributes:
        components: principal components that are kept, at most.
        word_weight: standard deviation of the word norms together, where one feature has that of
            1 / sqrt(number of features).
        narrowness: the kernel is exp(-narrowness d²), d² per feature.
        place_ridge: penalty for valence and arousal.
        emotion_ridge: penalty for the emotions.
        place_theme: 0 counts every photo alike in valence and arousal, 1 every theme alike.
        emotion_theme: the same for the emotions.
        balance: 0 counts every label alike, 1 every emotion alike; more favours rare emotions.
        sharpness: scores are multiplied by it before the softmax within four emotions.
        gate: slope of the logistic curve, 0.5 at valence 0, that shares probability between the
            pleasant and the unpleasant emotions.
    """

    components: int = 64
    word_weight: float = 0.1
    narrowness: float = 0.4
    place_ridge: float = 0.1
    emotion_ridge: float = 1.0
    place_theme: float = 1.0
    emotion_theme: float = 0.3
    balance: float = 1.5
    sharpness: float = 7.0
    gate: float = 8.0


@dataclass(frozen=True, slots=True)
class KernelMachine:
    """A fitted kernel machine over F joined features, C components, W word norms, N photos.

    Attributes:
        mean, deviation: of the features, each (F,).
        projection: (F, C), from standardised features to components, scaled by 1 / sqrt(F).
        words: gives the word norms; W is 0 without.
        word_mean, word_gain: (W,), subtracted and multiplied.
        narrowness: as in the recipe.
        centres: (N, C + W), the photos learned from.
        place_weights, place_mean: (N, 2) and (2,), for valence and arousal on -1..1.
        emotion_weights: (N, 8), for the logits.
        gate: as in the recipe.
    """

    mean: Array
    deviation: Array
    projection: Array
    words: Words | None
    word_mean: Array
    word_gain: Array
    narrowness: float
    centres: Array
    place_weights: Array
    place_mean: Array
    emotion_weights: Array
    gate: float

    def answers(self, image: Array, colour: Array) -> tuple[Array, Array]:
        """Valence and arousal -1..1 (N, 2), probabilities (N, 8) for (N, F - 2) and (N, 2)."""
        joined = np.concatenate([image, colour], axis=1)
        components = ((joined - self.mean) / self.deviation) @ self.projection
        said = (_norms(self.words, image) - self.word_mean) * self.word_gain
        components = np.concatenate([components, said], axis=1)
        alike = gaussian(components, self.centres, self.narrowness)
        place = alike @ self.place_weights + self.place_mean
        return np.clip(place, -1, 1), gated(alike @ self.emotion_weights, self.gate * place[:, :1])


def gaussian(a: Array, b: Array, narrowness: float) -> Array:
    """exp(-narrowness |a - b|²) for every row of a (N, C) and of b (M, C): (N, M), 0..1."""
    apart = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.exp(-narrowness * np.maximum(apart, 0)))


def gated(logits: Array, lean: Array) -> Array:
    """Probabilities (N, 8): a softmax within each four of the logits, shared by sigmoid(lean)."""
    pleasant = 1 / (1 + np.exp(-lean))
    shares = []
    for sign, share in zip(SIGNS, (pleasant, 1 - pleasant), strict=True):
        powers = np.exp(logits[:, sign] - logits[:, sign].max(axis=1, keepdims=True))
        shares.append(powers / powers.sum(axis=1, keepdims=True) * share)
    return np.concatenate(shares, axis=1)


def fit_kernel(
    recipe: KernelRecipe,
    seen: Seen,
    photos: Sequence[Photo],
    rows: Array,
    words: Words | None = None,
) -> KernelMachine:
    """The kernel machine that `recipe` makes of the plain view of the photos in `rows`."""
    joined = np.concatenate([seen.image[0, rows], seen.colour[0, rows]], axis=1).astype(np.float64)
    mean, deviation = joined.mean(axis=0), np.sqrt(joined.var(axis=0) + 1e-6)
    standard = (joined - mean) / deviation
    projection = _principal(standard, recipe.components) / np.sqrt(standard.shape[1])
    said = _norms(words, seen.image[0, rows])
    word_mean = said.mean(axis=0)
    spread = np.maximum(said.std(axis=0), 1e-6) * np.sqrt(max(1, said.shape[1]))
    word_gain = recipe.word_weight / spread
    centres = np.concatenate([standard @ projection, (said - word_mean) * word_gain], axis=1)
    alike = gaussian(centres, centres, recipe.narrowness)
    names = np.array(themes(photos))[rows]
    place, labels = places(photos)[rows].astype(np.float64), emotions(photos)[rows]
    scale = Scale.of(place)
    standard_place = (place - scale.mean) / scale.deviation
    counts = _uncommon(names, recipe.place_theme)
    return KernelMachine(
        mean=mean,
        deviation=deviation,
        projection=projection,
        words=words,
        word_mean=word_mean,
        word_gain=word_gain,
        narrowness=recipe.narrowness,
        centres=centres,
        place_weights=scale.deviation * _ridge(alike, standard_place, recipe.place_ridge, counts),
        place_mean=scale.mean,
        emotion_weights=recipe.sharpness * _emotion_weights(recipe, alike, labels, names),
        gate=recipe.gate,
    )


def _norms(words: Words | None, image: Array) -> Array:
    return np.zeros((len(image), 0)) if words is None else words(image)


def _principal(standard: Array, components: int) -> Array:
    """(F, C): orthonormal directions of most variance of N < F rows, by the Gram matrix."""
    variance, vectors = np.linalg.eigh(standard @ standard.T)
    # The rows are centred: one direction of the N has no variance.
    kept = min(components, len(standard) - 1)
    largest = slice(-1, -1 - kept, -1)
    return np.asarray(
        standard.T @ vectors[:, largest] / np.sqrt(np.maximum(variance[largest], 1e-12))
    )


def _emotion_weights(recipe: KernelRecipe, alike: Array, labels: Array, names: Array) -> Array:
    """(N, 8): each four learned from the photos of its sign alone; 0 for all others."""
    weights = np.zeros((len(labels), N_EMOTIONS))
    for sign in SIGNS:
        index = np.arange(N_EMOTIONS)[sign]
        of_sign = np.flatnonzero((labels != NO_EMOTION) & np.isin(labels, index))
        if not len(of_sign):
            continue
        target = (labels[of_sign, None] == index) - 1 / len(index)
        counts = _uncommon(names[of_sign], recipe.emotion_theme)
        by_emotion = np.array([counts[labels[of_sign] == k].sum() for k in index])
        typical = by_emotion[by_emotion > 0].mean()
        rare = (typical / np.maximum(by_emotion, 1e-9)) ** recipe.balance
        counts *= rare[labels[of_sign] - index[0]]
        within = alike[np.ix_(of_sign, of_sign)]
        weights[of_sign, sign] = _ridge(
            within, target, recipe.emotion_ridge, counts / counts.mean()
        )
    return weights


def _uncommon(names: Array, power: float) -> Array:
    """Weight of each photo, (1 / photos of its theme)^power, 1 in the mean."""
    _, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
    weights = counts[inverse].astype(np.float64) ** -power
    return np.asarray(weights / weights.mean())


def _ridge(alike: Array, target: Array, penalty: float, counts: Array) -> Array:
    """Dual weights of ridge regression where photo i counts `counts[i]` times."""
    return np.asarray(np.linalg.solve(alike + np.diag(penalty / counts), target))
