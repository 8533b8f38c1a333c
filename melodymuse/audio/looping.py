"""Sound that goes round and round: cut to the frame, without a click where it begins again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.mastering import Levels, master

# Over which the end is led to what comes before the beginning: longer than the limiter's attack.
_SEAM_SECONDS = 0.02


def wrapped(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """So many frames of a sound, with what comes after them laid over its beginning, again and
    again where that is longer: what would be heard after many rounds.

    Args:
        samples: shape (any number of frames, channels).
        frames: length of a round, at least 1.
    """
    rounds = -(-len(samples) // frames)
    padded = np.zeros((rounds * frames, samples.shape[1]), np.float32)
    padded[: len(samples)] = samples
    laid: NDArray[np.float32] = padded.reshape(rounds, frames, -1).sum(axis=0, dtype=np.float32)
    return laid


def master_round(
    samples: NDArray[np.float32], rate: int, loudness: float
) -> tuple[NDArray[np.float32], Levels]:
    """A round mastered as `master` does, as it is heard between two others: its last frame leads to
    its first one.

    Args:
        samples: shape (frames, channels), not silent.
        rate: frames a second.
        loudness: the aim, LUFS.
    """
    frames = len(samples)
    twice = np.concatenate([samples, samples])
    levels = master(twice, rate, loudness)
    mastered = twice[frames:].copy()
    # The limiter ends where the sound does; before the second round it knew what comes.
    seam = min(round(_SEAM_SECONDS * rate), frames)
    share = np.linspace(1 / seam, 1, seam, dtype=np.float32)[:, None]
    mastered[-seam:] += share * (twice[frames - seam : frames] - mastered[-seam:])
    return mastered, levels
