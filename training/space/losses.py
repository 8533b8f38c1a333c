"""The losses that draw pictures and music into one space.

Conventions
    A batch holds B pictures and B pieces; row i of the one was paired with row i of the other.
    Embeddings f, (B, E), have length 1.  Labels y, (B, 2), are valence and arousal brought to 0..1
    over each set (min-max, as IMEMNet has them).  D is the squared Euclidean distance, S the
    similarity exp(-|y_I - y_M| / sigma) with sigma the mean distance over pairs.
    The thesis sums over pairs and triples; here all are means, so that a term weighs the same in
    batches of any size.
    Logarithms are of D + `EPSILON` and of S + `EPSILON`: labels may be equal.

References
    P. Prarusudamkerng, "ImAudible", Imperial College London: CDCML's formulas as printed there.
    S. Zhao et al., "Emotion-based end-to-end matching between image and music in valence-arousal
    space", ACM Multimedia 2020 (CDCML).
    Goh, Treleaven, "Image-to-Music and Music-to-Image", University College London (MuVis).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from keras import ops

Tensor = Any
EPSILON = 1e-3
MARGIN = 0.2
# When a picture and a piece match: a similarity above, and a distance of labels below.
MATCH_SIMILARITY, MATCH_DISTANCE = 0.9, 0.5
TEMPERATURE = 0.07
# Of labels, 0..1: how near a piece has to be to be sought, too.
SOFT_WIDTH = 0.15


class Batch(NamedTuple):
    """What a loss sees: embeddings (B, E), labels (B, 2), labels as the towers guess them (B, 2),
    and the mean distance of labels over pairs."""

    pictures: Tensor
    pieces: Tensor
    picture_places: Tensor
    piece_places: Tensor
    picture_guesses: Tensor
    piece_guesses: Tensor
    sigma: float


def squared_distances(first: Tensor, second: Tensor) -> Tensor:
    """D of every row of the one and every row of the other, (B, C)."""
    apart = ops.expand_dims(first, 1) - ops.expand_dims(second, 0)
    return ops.sum(apart * apart, axis=-1)


def similarities(first: Tensor, second: Tensor, sigma: float) -> Tensor:
    """S of every place of the one and every place of the other, (B, C), 0..1."""
    # The root of 0 has no slope.
    return ops.exp(-ops.sqrt(squared_distances(first, second) + 1e-12) / sigma)


def similarity_error(batch: Batch) -> Tensor:
    """L_sim: between S and what the embeddings say of it, exp(-|f_I - f_M|), over all pairs."""
    meant = similarities(batch.picture_places, batch.piece_places, batch.sigma)
    return ops.mean((meant - similarities(batch.pictures, batch.pieces, 1.0)) ** 2)


def place_error(batch: Batch) -> Tensor:
    """L_IVA + L_MVA: of the guessed labels of both modalities."""
    return ops.mean((batch.picture_places - batch.picture_guesses) ** 2) + ops.mean(
        (batch.piece_places - batch.piece_guesses) ** 2
    )


def cross_ratio(batch: Batch, sign: int) -> Tensor:
    """L_CFR: ratios of distances across modalities beside ratios of similarities, from each row to
    its partner and to every other row, both ways.

    Args:
        batch: the batch.
        sign: -1 as printed, which sets a distance equal to a similarity; +1 turned, so that
            distances grow as similarities fall.
    """
    apart = ops.log(squared_distances(batch.pictures, batch.pieces) + EPSILON)
    alike = ops.log(similarities(batch.picture_places, batch.piece_places, batch.sigma) + EPSILON)
    level = apart + sign * alike
    partner = ops.diagonal(level)
    count = ops.cast(ops.shape(level)[0], level.dtype)
    gaps = (level - ops.expand_dims(partner, 1)) ** 2 + (level - ops.expand_dims(partner, 0)) ** 2
    return ops.sum(gaps) / (count * (count - 1))


def margin_of_matches(batch: Batch) -> Tensor:
    """L_CFM, sound: how far beyond the margin those pairs lie apart that match; 0 without any."""
    distance = ops.sqrt(squared_distances(batch.pictures, batch.pieces) + 1e-12)
    label = ops.sqrt(squared_distances(batch.picture_places, batch.piece_places) + 1e-12)
    near = ops.logical_and(ops.exp(-label / batch.sigma) > MATCH_SIMILARITY, label < MATCH_DISTANCE)
    match = ops.cast(near, distance.dtype)
    return ops.sum(match * ops.relu(distance - MARGIN)) / ops.maximum(ops.sum(match), 1.0)


def margin_of_rows(batch: Batch) -> Tensor:
    """L_CFM, printed: the same of every row and its partner, alike or not."""
    apart = batch.pictures - batch.pieces
    return ops.mean(ops.relu(ops.sqrt(ops.sum(apart * apart, axis=-1) + 1e-12) - MARGIN))


def single_ratio(embeddings: Tensor, places: Tensor) -> Tensor:
    """L_SFR: within a modality, ratios of distances of embeddings beside those of labels, from each
    row to every two others: the mean of (a_ij - a_ik)^2 over i, j, k, all different, with a the
    difference of the two logarithms.

    Over the n others of a row that is 2 n / (n - 1) times the variance of a.
    """
    # Of a row to itself both logarithms are one, so that it adds nothing to the sums.
    level = ops.log(squared_distances(embeddings, embeddings) + EPSILON) - ops.log(
        squared_distances(places, places) + EPSILON
    )
    n = ops.cast(ops.shape(level)[0], level.dtype) - 1
    spread = n * ops.sum(level**2, axis=1) - ops.sum(level, axis=1) ** 2
    return ops.mean(2 * spread) / (n * (n - 1))


def contrast(batch: Batch) -> Tensor:
    """MuVis: the mean of both cross-entropies of finding a row's partner by cosine."""
    scores = ops.matmul(batch.pictures, ops.transpose(batch.pieces)) / TEMPERATURE
    found = (ops.log_softmax(scores, axis=1), ops.log_softmax(scores, axis=0))
    return -(ops.mean(ops.diagonal(found[0])) + ops.mean(ops.diagonal(found[1]))) / 2


def soft_contrast(batch: Batch) -> Tensor:
    """The same, where what is to be found is not the partner alone: every row of the other side,
    by how alike the labels are, exp(-(|y_I - y_M| / width)^2), in shares of 1."""
    apart = squared_distances(batch.picture_places, batch.piece_places)
    scores = ops.matmul(batch.pictures, ops.transpose(batch.pieces)) / TEMPERATURE
    wanted = [ops.softmax(-apart / SOFT_WIDTH**2, axis=axis) for axis in (0, 1)]
    found = [ops.log_softmax(scores, axis=axis) for axis in (0, 1)]
    sums = [ops.sum(w * f) for w, f in zip(wanted, found, strict=True)]
    return -(sums[0] / ops.shape(apart)[1] + sums[1] / ops.shape(apart)[0]) / 2


def _cdcml(batch: Batch) -> Tensor:
    return (
        similarity_error(batch)
        + place_error(batch)
        + cross_ratio(batch, 1)
        + margin_of_matches(batch)
        + single_ratio(batch.pictures, batch.picture_places)
        + single_ratio(batch.pieces, batch.piece_places)
    )


def _printed(batch: Batch) -> Tensor:
    return (
        similarity_error(batch)
        + place_error(batch)
        + cross_ratio(batch, -1)
        + margin_of_rows(batch)
        + single_ratio(batch.pictures, batch.picture_places)
        + single_ratio(batch.pieces, batch.piece_places)
    )


LOSSES: Mapping[str, Callable[[Batch], Tensor]] = MappingProxyType(
    {
        "cdcml": _cdcml,
        "cdcml-printed": _printed,
        "similarity": lambda batch: similarity_error(batch) + place_error(batch),
        "contrastive": contrast,
        "contrastive+places": lambda batch: contrast(batch) + place_error(batch),
        "soft": soft_contrast,
    }
)
