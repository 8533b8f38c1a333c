"""CLAP similarity: does the sound lie near the words, where a network has learned both?

Conventions
    One embedding of a text, shape (dimensions,), and one for each window of sound, shape (windows,
    dimensions).  The figure is the mean cosine similarity, -1..1, higher is nearer.  The text is
    the same for every maker.  Figures of different CLAP weights cannot be compared.

References
    Y. Wu, K. Chen, T. Zhang et al., "Large-scale contrastive language-audio pretraining with
    feature fusion and keyword-to-caption augmentation", ICASSP 2023.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError

Array = NDArray[np.float64]


def validate(text: Array, windows: Array) -> None:
    """See that text and sound lie in one space.

    Raises:
        AudioError: shapes that do not fit, values that are not finite, a vector of length 0.
    """
    if text.ndim != 1 or windows.ndim != 2 or windows.shape[1:] != text.shape or not len(windows):
        raise AudioError(f"a text of shape {text.shape} and windows of shape {windows.shape}")
    for rows in (text[None], windows):
        if not np.isfinite(rows).all():
            raise AudioError("an embedding is not finite")
        if not np.linalg.norm(rows, axis=1).all():
            raise AudioError("an embedding has no length: its direction is unknown")


def similarity(text: Array, windows: Array) -> float:
    """The mean cosine of the angle between the text and each window, -1..1."""
    lengths = np.linalg.norm(windows, axis=1) * np.linalg.norm(text)
    return float((windows @ text / lengths).mean())


def evaluate(text: Array, windows: Array) -> float:
    """The similarity of a text to a sound.

    Raises:
        AudioError: as `validate`.
    """
    validate(text, windows)
    return similarity(text, windows)
