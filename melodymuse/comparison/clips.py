"""A clip: sound in memory, of any number of channels, that is known to be worth measuring."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError, MissingExtraError

Samples = NDArray[np.float32]

# Five beats of a slow piece: less has no tempo, hardly a key, and no statistics.
LEAST_SECONDS = 5.0
# As much as a report can show side by side; longer files would fill the memory.
MOST_SECONDS = 600.0
# Half a step of 16 bits is 1.5e-5: what never rises over it is silent in every common file format.
SILENCE = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound of one piece.

    Attributes:
        samples: shape (frames, channels), float32, full scale is -1..1 (a file may exceed it).
        rate: frames a second.
        name: what to call it in messages.

    Raises:
        AudioError: the samples have another shape, are not finite, silent, too short or too long.
    """

    samples: Samples
    rate: int
    name: str = "sound"

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or not self.samples.shape[1] or self.rate <= 0:
            raise AudioError(
                f"{self.name}: samples of shape {self.samples.shape} at a rate of {self.rate}: "
                "give (frames, channels) and frames a second"
            )
        if self.seconds < LEAST_SECONDS:
            raise AudioError(
                f"{self.name} lasts {self.seconds:.1f} s: comparing needs at least "
                f"{LEAST_SECONDS:g} s of sound"
            )
        if self.seconds > MOST_SECONDS:
            raise AudioError(
                f"{self.name} lasts {self.seconds / 60:.0f} minutes: cut out at most "
                f"{MOST_SECONDS / 60:.0f} minutes to compare"
            )
        if not np.isfinite(self.samples).all():
            raise AudioError(
                f"{self.name} holds samples that are not numbers: export it again from its source"
            )
        if float(np.abs(self.samples).max()) < SILENCE:
            raise AudioError(f"{self.name} is silent: give a file with sound")

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    def mono(self, rate: int | None = None) -> Samples:
        """The mean of its channels, shape (frames,), at its own rate or resampled to another."""
        mixed: Samples = self.samples.mean(axis=1, dtype=np.float32)
        if rate is None or rate == self.rate:
            return mixed
        return _resampled(self, rate)


@lru_cache(maxsize=16)
def _resampled(clip: Clip, rate: int) -> Samples:
    """Kept, because several metrics ask for the same rate; clips are compared by identity."""
    try:
        import soxr
    except ImportError as error:
        raise MissingExtraError("soxr", "compare", "comparing sound") from error
    resampled: Samples = soxr.resample(clip.mono(), clip.rate, rate).astype(np.float32)
    return resampled


def read_clip(path: str | os.PathLike[str]) -> Clip:
    """Read a sound file: WAV, FLAC, Ogg, MP3, AIFF, whatever libsndfile reads.

    Raises:
        AudioError: the file is missing, no sound file, silent, too short, or holds no numbers.
        MissingExtraError: soundfile is not installed.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingExtraError("soundfile", "compare", "reading sound files") from error
    source = Path(path)
    if not source.is_file():
        raise AudioError(f"{source}: there is no such sound file")
    try:
        with soundfile.SoundFile(source) as file:
            seconds = file.frames / file.samplerate
            if seconds > MOST_SECONDS:
                raise AudioError(
                    f"{source} lasts {seconds / 60:.0f} minutes: cut out at most "
                    f"{MOST_SECONDS / 60:.0f} minutes to compare"
                )
            samples = file.read(dtype="float32", always_2d=True)
            rate = file.samplerate
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(
            f"{source}: not a sound file that can be read: give WAV, FLAC, Ogg or MP3"
        ) from error
    return Clip(samples, rate, str(source))
