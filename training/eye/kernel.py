"""The kernel machine: pictures that look alike feel alike.

Two pictures are compared by a Gaussian kernel of what the backbones saw (means and maxima of four
stages, brightness and colourfulness), the more so as far as both are like the photos that people
rated, and as far as both are close-ups of faces, by another of what the network that knows faces
saw.  Ridge regression in that kernel gives valence, arousal and
the shares of the eight emotions.  Several members, each of which misses a part of the pictures,
are averaged: where they disagree, there is doubt.  Last, rare emotions are given more room, and a
face is called angry only where anger stands against all cheerful emotions together (`leaning`).

Source: C. Saunders, A. Gammerman, V. Vovk, "Ridge regression learning algorithm in dual variables",
ICML 1998; the sum of kernels as in M. Goenen, E. Alpaydin, JMLR 12 (2011) 2211-2268.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from melodymuse.music.emotion import EMOTIONS
from training.eye.frozen import Seen
from training.eye.picture_sets import OASIS, FeltPicture, places_felt, shares_felt

Array = npt.NDArray[Any]
N_EMOTIONS = len(EMOTIONS)
FACE = "face"
LEAST_SHARE = 0.005
ANGER = EMOTIONS.index("anger")
# What a laughing face may be called: its share is divided over three names, anger's is not.
CHEERFUL = np.array([emotion in ("amusement", "contentment", "excitement") for emotion in EMOTIONS])


@dataclass(frozen=True, slots=True)
class KernelRecipe:
    """How the machine learns.

    Attributes:
        components: principal components of what the backbones saw.
        expressions: principal components of what the network that knows faces saw.
        ridge: penalty on the weights; `gate_ridge` for how far it is a face, or like OASIS's.
        rated: how many annotated pictures one of OASIS counts for: its norms are people's, and
            spread nearly twice as wide, so at 1 they pull all other pictures about.
        among_rated: how much more two photos like OASIS's are alike than two other pictures.
        rarity: shares are divided by their means to this power, but for faces.
        yielding: of a face, anger is left as it is from so many times the cheerful shares on.
        members: how many machines are averaged; each misses one part of the groups.
    """

    components: int = 256
    expressions: int = 128
    ridge: float = 0.2
    gate_ridge: float = 0.3
    rated: float = 0.5
    among_rated: float = 2.0
    rarity: float = 0.15
    yielding: float = 1.3
    members: int = 5


@dataclass(frozen=True, slots=True)
class Projection:
    """Standardised features on their principal components: x @ matrix + offset."""

    matrix: Array
    offset: Array

    @classmethod
    def of(cls, features: Array, components: int) -> Projection:
        """Learned from features (N, F); squared distances in it are means over the F features."""
        from sklearn.utils.extmath import randomized_svd

        mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-3
        components = min(components, len(features) - 1, features.shape[1])
        standard = ((features - mean) / deviation).astype(np.float32)
        _, _, axes = randomized_svd(standard, components, n_iter=2, random_state=0)
        matrix = axes.T / deviation[:, None] / np.sqrt(np.float32(features.shape[1]))
        return cls(matrix, -mean @ matrix)

    def __call__(self, features: Array) -> Array:
        """(N, components)."""
        return np.asarray(features @ self.matrix + self.offset)


@dataclass(frozen=True, slots=True)
class Felt:
    """What the machine says of N pictures.

    Attributes:
        place: (N, 2), valence and arousal, -1..1.
        shares: (N, 8), of the emotions, as `leaning` leaves them: positive, summing to 1.
        face: (N,), how far the picture is a close-up of a face, 0..1.
        alike: (N,), likeness 0..1 to the nearest picture learned from.
        apart: (N,), how far the members lie apart on the plane, root mean square.
    """

    place: Array
    shares: Array
    face: Array
    alike: Array
    apart: Array

    def of(self, rows: Array) -> Felt:
        """Those of some pictures."""
        return Felt(
            self.place[rows], self.shares[rows], self.face[rows], self.alike[rows], self.apart[rows]
        )


@dataclass(frozen=True, slots=True)
class KernelMachine:
    """What was learned.

    Attributes:
        scene, expression: projections of the two kinds of features.
        scenes, expressions: the pictures learned from, projected.
        gates: (N, 2), how far each of these is a face, and like OASIS's photos, 0..1.
        scene_narrowness, expression_narrowness: factors of the squared distances in the kernels.
        gate_weights, gate_means: (N, 2) and (2,), of the regression that tells both.
        among_rated: as in the recipe.
        weights, means: (N, members, 10) and (members, 10): valence, arousal, eight shares.
        gains: (8,), by which the emotions' shares are multiplied, and `yielding`: see `leaning`.
    """

    scene: Projection
    expression: Projection
    scenes: Array
    expressions: Array
    gates: Array
    scene_narrowness: float
    expression_narrowness: float
    gate_weights: Array
    gate_means: Array
    among_rated: float
    weights: Array
    means: Array
    gains: Array
    yielding: float

    def answers(self, seen: Seen) -> Felt:
        """What the machine says of pictures that were seen."""
        scene = np.exp(-self.scene_narrowness * squared(self.scene(seen.scene), self.scenes))
        gates = np.clip(scene @ self.gate_weights + self.gate_means, 0, 1)
        expression = np.exp(
            -self.expression_narrowness
            * squared(self.expression(seen.expression), self.expressions)
        )
        alike = summed(scene, expression, gates, self.gates, self.among_rated)
        flat = alike @ self.weights.reshape(len(self.weights), -1)
        said = flat.reshape(-1, *self.means.shape) + self.means
        place = np.clip(said[..., :2], -1, 1)
        apart = np.sqrt(place.var(axis=1).mean(axis=1))
        shares = leaning(said[..., 2:].mean(axis=1), gates[:, 0], self.gains, self.yielding)
        return Felt(place.mean(axis=1), shares, gates[:, 0], scene.max(axis=1), apart)


def summed(
    scene: Array, expression: Array, gates: Array, known: Array, among_rated: float
) -> Array:
    """The kernels (N, C) of pictures with `gates` (N, 2) and of `known` ones (C, 2) in one."""
    faces, rated = (np.outer(gates[:, gate], known[:, gate]) for gate in range(2))
    return np.asarray(scene * (1 + among_rated * rated) + faces * expression)


def leaning(said: Array, face: Array, gains: Array, yielding: float) -> Array:
    """Shares (N, 8), positive and summing to 1, that lean as the leading emotion should be told.

    Args:
        said: (N, 8), shares as regression gives them, of any sign.
        face: (N,), how far each picture is a face, 0..1.
        gains: (8,), factors that give rare emotions more room, but not where there is a face.
        yielding: anger of a face shrinks, with the square, below so many times the cheerful shares.
    """
    shares = np.maximum(said, LEAST_SHARE) * gains ** (1 - face)[:, None]
    against = shares[:, ANGER] / (yielding * shares[:, CHEERFUL].sum(axis=1))
    shares[:, ANGER] *= 1 - face * (1 - np.minimum(against, 1) ** 2)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def squared(points: Array, centres: Array) -> Array:
    """Squared distances (N, C) between points (N, D) and centres (C, D)."""
    lengths = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)
    return np.maximum(lengths - 2 * points @ centres.T, 0)


def fit_kernel(recipe: KernelRecipe, seen: Seen, pictures: Sequence[FeltPicture]) -> KernelMachine:
    """Learns from pictures and what was seen in them."""
    scene = Projection.of(seen.scene, recipe.components)
    expression = Projection.of(seen.expression, recipe.expressions)
    scenes, expressions = scene(seen.scene), expression(seen.expression)
    apart = squared(scenes, scenes)
    scene_narrowness = 1 / max(float(np.median(apart)), 1e-9)
    scene_alike = np.exp(-scene_narrowness * apart)
    told = [(picture.kind == FACE, picture.source == OASIS) for picture in pictures]
    gate_means = np.asarray(np.mean(told, axis=0, dtype=np.float32))
    gate_weights = _ridge(scene_alike.copy(), told - gate_means, recipe.gate_ridge)
    gates = np.clip(scene_alike @ gate_weights + gate_means, 0, 1)
    apart = squared(expressions, expressions)
    expression_narrowness = 1 / max(float(np.median(apart)), 1e-9)
    expression_alike = np.exp(-expression_narrowness * apart)
    alike = summed(scene_alike, expression_alike, gates, gates, recipe.among_rated)
    weights, means = _members(recipe, alike, pictures)
    return KernelMachine(
        scene, expression, scenes, expressions, gates, float(scene_narrowness),
        float(expression_narrowness), gate_weights, gate_means, recipe.among_rated, weights, means,
        rarity_gains(_shares_known(pictures), recipe.rarity), recipe.yielding,
    )  # fmt: skip


def _members(
    recipe: KernelRecipe, alike: Array, pictures: Sequence[FeltPicture]
) -> tuple[Array, Array]:
    """Dual weights (N, members, 10) and means (members, 10)."""
    told = np.concatenate([places_felt(list(pictures)), _shares_known(pictures)], axis=1)
    counts = np.array([recipe.rated if picture.source == OASIS else 1.0 for picture in pictures])
    groups = np.unique([picture.group for picture in pictures], return_inverse=True)[1]
    part = np.random.default_rng(0).permutation(groups.max() + 1)[groups] % max(recipe.members, 2)
    weights = np.zeros((len(pictures), recipe.members, 2 + N_EMOTIONS), np.float32)
    means = np.zeros((recipe.members, 2 + N_EMOTIONS))
    for member in range(recipe.members):
        rows = np.flatnonzero((part != member) | (recipe.members == 1))
        means[member] = np.average(told[rows], axis=0, weights=counts[rows])
        weights[rows, member] = _ridge(
            alike[np.ix_(rows, rows)], told[rows] - means[member], recipe.ridge / counts[rows]
        )
    return weights, means


def _shares_known(pictures: Sequence[FeltPicture]) -> Array:
    """Shares (N, 8); where nobody gave any, those of the mean picture, which teach nothing."""
    shares = shares_felt(list(pictures))
    known = ~np.isnan(shares[:, 0])
    shares[~known] = shares[known].mean(axis=0) if known.any() else 1 / N_EMOTIONS
    return shares


def rarity_gains(shares: Array, rarity: float) -> Array:
    """(8,): factors by which the shares of emotions are multiplied, over 1 for rare ones."""
    mean = np.maximum(shares.mean(axis=0), 1e-3)
    return np.asarray((mean * N_EMOTIONS) ** -rarity)


def _ridge(alike: Array, target: Array, penalty: Array | float) -> Array:
    """Dual weights of ridge regression; the matrix is used up."""
    from scipy.linalg import solve

    alike[np.diag_indices(len(alike))] += penalty
    return np.asarray(solve(alike, target.astype(alike.dtype), assume_a="pos", overwrite_a=True))
