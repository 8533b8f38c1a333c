"""Key: what the pitch classes suggest, and how near it lies to what was asked for.

Conventions
    One channel at 22,050 Hz.  The twelve pitch classes' mean strength (constant-Q chroma, tuning
    estimated) is correlated with the profile of each of the 24 keys; the best is the heard key.
    `key_score`, 0..1: 1 the asked key, 0.5 a fifth beside it, 0.3 its relative, 0.2 its parallel, 0
    any other, as MIREX counts.
    `key_clarity`, -1..1: the best correlation.  Low values say: do not trust the key.

References
    C. Krumhansl, "Cognitive foundations of musical pitch", 1990, chapters 2 and 4 (profiles and
    algorithm).
    MIREX audio key detection, as mir_eval.key has it (Raffel et al., ISMIR 2014).
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError
from melodymuse.music.keyfinding import nearest_key
from melodymuse.music.theory import Key
from melodymuse.optional import librosa, optional

Samples = NDArray[np.float32]
Array = NDArray[np.float64]

RATE = 22050


def validate(samples: Samples) -> None:
    """See that sound at `RATE` can have a key.

    Raises:
        AudioError: not one channel, under 2 s, silent, or not finite.
    """
    if samples.ndim != 1 or len(samples) < 2 * RATE:
        raise AudioError(f"a key needs two seconds of one channel, not shape {samples.shape}")
    if not np.isfinite(samples).all() or not samples.any():
        raise AudioError("the sound is silent or not finite")


def pitch_classes(samples: Samples) -> Array:
    """The mean strength of the twelve pitch classes, C first, shape (12,)."""
    with warnings.catch_warnings():
        # Sound without pitch has no tuning: the clarity tells that, and better.
        warnings.filterwarnings("ignore", message="Trying to estimate tuning")
        chroma: Array = librosa().feature.chroma_cqt(y=samples, sr=RATE).mean(axis=1)
    return chroma


def score(heard: Key, asked: Key) -> float:
    """How near a heard key lies to the asked one, 0..1, as MIREX counts."""
    evaluation = optional("mir_eval.key", "comparing keys")
    return float(evaluation.weighted_score(_spelled(asked), _spelled(heard)))


def evaluate(samples: Samples, asked: Key) -> tuple[Key, dict[str, float]]:
    """The key heard in sound at `RATE`, and its score and clarity.

    Raises:
        AudioError: as `validate`, or all pitch classes are equally strong, as in noise.
    """
    validate(samples)
    found = nearest_key(pitch_classes(samples).tolist())
    if found is None:
        raise AudioError("no key was heard: all pitch classes are equally strong")
    heard, clarity = found
    return heard, {"key_score": score(heard, asked), "key_clarity": clarity}


def _spelled(key: Key) -> str:
    """In the one spelling of each pitch class, which mir_eval knows."""
    return str(Key.of(key.pitch_class, key.mode))
