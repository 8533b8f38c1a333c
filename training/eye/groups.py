"""Near-duplicates: pictures that must not be learned from when one of them is judged."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from training.eye.frozen import Seen
from training.eye.picture_sets import FeltPicture

# Pictures of one source whose features, on this many principal components, have a cosine beyond
# this one look the same to the backbones.
_COMPONENTS, _ALIKE = 128, 0.75
# One group in so many is kept aside, to be looked at once.
_ASIDE = 7


def grouped(pictures: Sequence[FeltPicture], seen: Seen) -> list[FeltPicture]:
    """The pictures, with groups joined whose pictures look alike.

    Cosines are taken within a source, around its own mean: seen from afar all faces are alike.
    OASIS has groups of its own, and drawn pictures need none; both stay as they are.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    names, group = np.unique([picture.group for picture in pictures], return_inverse=True)
    source = np.array([picture.source for picture in pictures])
    links: list[npt.NDArray[np.int64]] = []
    for name in set(source) - {"oasis", "drawn"}:
        rows = np.flatnonzero(source == name)
        first, second = np.nonzero(np.triu(_cosines(seen.scene[rows]), 1) > _ALIKE)
        links.append(np.stack([group[rows[first]], group[rows[second]]]))
    pairs = np.concatenate([np.zeros((2, 0), np.int64), *links], axis=1)
    shape = (len(names), len(names))
    _, joined = connected_components(csr_matrix((np.ones(pairs.shape[1]), pairs), shape), False)
    first_name = {group: names[index] for index, group in reversed(list(enumerate(joined)))}
    return [
        replace(picture, group=str(first_name[joined[index]]))
        for picture, index in zip(pictures, group, strict=True)
    ]


def aside(pictures: Sequence[FeltPicture]) -> npt.NDArray[np.bool_]:
    """(N,): whether a picture's group is kept aside, by a checksum of its name."""
    return np.array([zlib.crc32(picture.group.encode()) % _ASIDE == 0 for picture in pictures])


def _cosines(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    from sklearn.utils.extmath import randomized_svd

    standard = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-3)
    components = min(_COMPONENTS, *standard.shape)
    _, _, axes = randomized_svd(standard, components, n_iter=2, random_state=0)
    points = standard @ axes.T
    points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
    return np.asarray(points @ points.T, np.float32)
