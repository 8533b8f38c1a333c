"""Timbre: the distance of two sounds' MFCC sequences, after time has been warped to fit.

Conventions
    Mel-frequency cepstral coefficients 1 to 19 (not 0, which is loudness) of sound at 22,050 Hz, a
    row every 46 ms.  Dynamic time warping aligns the two sequences; the figure is the mean
    Euclidean distance along the path, so that long pieces are not farther apart than short ones.
    0 for equal sounds, lower is nearer; it is symmetric up to ties.  It has no unit of its own:
    compare it with the distance of two takes that you know.

References
    S. Davis, P. Mermelstein, "Comparison of parametric representations for monosyllabic word
    recognition", IEEE Trans. ASSP 28:357-366, 1980.
    H. Sakoe, S. Chiba, "Dynamic programming algorithm optimization for spoken word recognition",
    IEEE Trans. ASSP 26:43-49, 1978.  Both as librosa has them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError
from melodymuse.optional import librosa

Samples = NDArray[np.float32]
Array = NDArray[np.float64]

RATE = 22050
COEFFICIENTS = 20
HOP = 1024
# Warping looks at every pair of rows: more would need gigabytes.
MOST_SECONDS = 180.0


def validate(samples: Samples) -> None:
    """See that sound at `RATE` can be compared.

    Raises:
        AudioError: not one channel, too short, too long, or not finite.
    """
    if samples.ndim != 1:
        raise AudioError(f"timbre is compared on one channel, not on shape {samples.shape}")
    seconds = len(samples) / RATE
    if not 1 <= seconds <= MOST_SECONDS:
        raise AudioError(
            f"sound of {seconds:.1f} s: timbre is compared from 1 s to {MOST_SECONDS:g} s"
        )
    if not np.isfinite(samples).all():
        raise AudioError("the sound is not finite")


def coefficients(samples: Samples) -> Array:
    """MFCC 1..19 of sound at `RATE`, shape (rows, 19)."""
    mfcc: Array = librosa().feature.mfcc(y=samples, sr=RATE, n_mfcc=COEFFICIENTS, hop_length=HOP)
    return mfcc[1:].T


def warped_distance(first: Array, second: Array, metric: str = "euclidean") -> float:
    """The mean distance along the best path through two sequences.

    Args:
        first, second: shape (rows, columns) each.
        metric: a distance of rows by scipy's name, such as "euclidean" or "cosine".
    """
    costs, path = librosa().sequence.dtw(first.T, second.T, metric=metric)
    return float(costs[-1, -1] / len(path))


def evaluate(reference: Samples, estimate: Samples) -> dict[str, float]:
    """``{"mfcc_distance": ...}`` of two sounds at `RATE`.

    Raises:
        AudioError: as `validate`.
    """
    validate(reference)
    validate(estimate)
    distance = warped_distance(coefficients(reference), coefficients(estimate))
    return {"mfcc_distance": distance}
