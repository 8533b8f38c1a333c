"""Embeddings: what turns a clip into rows of numbers that sets of clips are compared by.

Any object with `name` and `embed` will do.  One needs no download: the statistics of a log-mel
spectrogram.  They hear colour and dynamics, not music: a distance over them says whether two sets
sound alike as recordings, and cannot be held against published figures, which are made with VGGish,
CLAP or EnCodec; those are loaded by `vggish.Vggish` and `listeners`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip, Samples
from melodymuse.optional import librosa

Array = NDArray[np.float64]

_RATE = 22050
_FRAME, _HOP = 1024, 256
_BANDS = 16
_FLOOR_DB = 80.0


# The windows of published Frechet distances (Gui et al., ICASSP 2024; ImAudible).
WINDOW_SECONDS, STEP_SECONDS = 1.0, 0.5


class Embedding(Protocol):
    """Anything that embeds sound."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    def embed(self, clip: Clip) -> Array:
        """A clip's windows, shape (windows, dimensions)."""


@dataclass(frozen=True, slots=True)
class LogMelStatistics:
    """Mean and standard deviation of 16 mel bands over windows of half a second, every quarter.

    32 dimensions, dB.  Each clip is brought to the same mean power before, so that a gain does not
    count, and floored 80 dB under its strongest moment.  A clip of 9 s has windows enough for a
    distance.
    """

    name: str = "log-mel statistics"
    window_seconds: float = 0.5
    step_seconds: float = 0.25

    def embed(self, clip: Clip) -> Array:
        """Shape (windows, 32)."""
        samples = clip.mono(_RATE)
        mel = librosa().feature.melspectrogram(
            y=samples, sr=_RATE, n_fft=_FRAME, hop_length=_HOP, n_mels=_BANDS
        )
        power = mel.astype(np.float64) / float(mel.mean())
        level = 10 * np.log10(np.maximum(power, power.max() * 10 ** (-_FLOOR_DB / 10)))
        size, step = (
            round(seconds * _RATE / _HOP) for seconds in (self.window_seconds, self.step_seconds)
        )
        windows = np.lib.stride_tricks.sliding_window_view(level, size, axis=1)[:, ::step]
        rows: Array = np.concatenate([windows.mean(axis=2), windows.std(axis=2)]).T
        return rows


def windows(samples: Samples, rate: int) -> Iterator[Samples]:
    """Windows of 1 s every 0.5 s, as many as are whole; a shorter sound is filled up with
    silence."""
    size, step = round(WINDOW_SECONDS * rate), round(STEP_SECONDS * rate)
    whole = np.pad(samples, (0, max(0, size - len(samples))))
    for start in range(0, len(whole) - size + 1, step):
        yield whole[start : start + size]
