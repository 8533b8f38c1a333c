"""A clip: sound in memory, of any number of channels, read from and written to files."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.formats import check_format, sound_bytes
from melodymuse.audio.peaks import highest_sample
from melodymuse.errors import AudioError
from melodymuse.files import write_bytes
from melodymuse.optional import optional
from melodymuse.version import __version__

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound of one piece.

    Attributes:
        samples: shape (frames, channels), float32, read-only, at least one frame; full scale is
            -1..1, which files of floats may exceed.
        rate: frames a second, at least 1.
        name: what to call it in messages.

    Raises:
        AudioError: samples of another shape, none, some that are no numbers, or an impossible rate.
    """

    samples: Samples
    rate: int
    name: str = "the sound"

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples, np.float32).view()
        if samples.ndim != 2:
            raise AudioError(f"{self.name}: give (frames, channels), not shape {samples.shape}")
        if not samples.size:
            raise AudioError(f"{self.name} is empty: at least one sample is needed")
        _check_rate(self.rate)
        if not np.isfinite(samples).all():
            raise AudioError(
                f"{self.name} holds samples that are not numbers: export it again from its source"
            )
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    @property
    def peak(self) -> float:
        """The largest absolute sample."""
        return highest_sample(self.samples)

    def mono(self, rate: int | None = None) -> Samples:
        """The mean of its channels, shape (frames,), at its own rate or resampled to another.

        Raises:
            AudioError: an impossible rate.
            MissingExtraError: soxr is not installed.
        """
        if rate is None or rate == self.rate:
            mixed: Samples = self.samples.mean(axis=1, dtype=np.float32)
            return mixed
        _check_rate(rate)
        return _resampled(self, rate)

    def fitted(self) -> Clip:
        """The same, made softer as a whole where it goes beyond full scale."""
        peak = self.peak
        return self if peak <= 1 else replace(self, samples=np.clip(self.samples / peak, -1, 1))

    def write(
        self, path: str | os.PathLike[str], tags: Mapping[str, str], *, overwrite: bool = False
    ) -> Path:
        """Write it to a file, whole or not at all; the same clip and tags give the same bytes.

        Args:
            path: ends in ``.wav`` or ``.flac`` (16 bits of each sample), ``.ogg`` or ``.mp3``.
            tags: `title`, `genre` and `comment`, any of them.
            overwrite: replace a file that is there.

        Raises:
            OutputError: an unknown suffix, an existing file, or a folder that cannot be written.
            AudioError: the format cannot hold the rate.
            MissingExtraError: soundfile is not installed.
        """
        target = Path(path)
        check_format(target, self.rate)  # names the file
        return write_bytes(target, self.to_bytes(target.suffix, tags), overwrite=overwrite)

    def to_bytes(self, suffix: str, tags: Mapping[str, str]) -> bytes:
        """The bytes of the file that `write` writes under a name with that suffix.

        Raises:
            OutputError, AudioError, MissingExtraError: as `write`.
        """
        check_format(Path(f"piece{suffix}"), self.rate)
        known = {"title": "", "software": f"MelodyMuse {__version__}", **tags}
        return sound_bytes(suffix.lower(), self.samples, self.rate, known)


def read_clip(path: str | os.PathLike[str], *, longest: float = math.inf) -> Clip:
    """Read a sound file: WAV, FLAC, Ogg Vorbis, MP3, AIFF, whatever libsndfile reads.

    Args:
        path: the file, which becomes the clip's name.
        longest: seconds; a longer file is refused before its samples are read.

    Raises:
        AudioError: the file is missing, no sound, too long, empty, or holds no numbers.
        MissingExtraError: soundfile is not installed.
    """
    soundfile = optional("soundfile", "reading sound files")
    source = Path(path)
    if not source.is_file():
        raise AudioError(f"cannot read {source}: there is no such file")
    try:
        with soundfile.SoundFile(source) as file:
            rate, seconds = file.samplerate, file.frames / file.samplerate
            if seconds > longest:
                raise AudioError(
                    f"{source} lasts {seconds / 60:.0f} minutes: cut it to at most "
                    f"{longest / 60:.0f}"
                )
            samples = file.read(dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(
            f"{source} is no sound that can be read: use WAV, FLAC, Ogg Vorbis or MP3"
        ) from error
    return Clip(samples, rate, str(source))


@lru_cache(maxsize=16)
def _resampled(clip: Clip, rate: int) -> Samples:
    """Kept, because several metrics ask for the same rate; clips are compared by identity."""
    soxr = optional("soxr", "bringing sound to another rate")
    resampled: Samples = soxr.resample(clip.mono(), clip.rate, rate).astype(np.float32)
    return resampled


def _check_rate(rate: int) -> None:
    if isinstance(rate, bool) or not isinstance(rate, int) or rate < 1:
        raise AudioError(f"a sample rate must be a whole number of at least 1, not {rate!r}")
