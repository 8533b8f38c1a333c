"""A sound as one channel of samples: checked once, read from and written to files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import numpy.typing as npt

from melodymuse.audio.formats import check_format, write_samples
from melodymuse.errors import AudioError, MissingExtraError
from melodymuse.files import whole_file
from melodymuse.version import __version__

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """One channel of sound.

    Attributes:
        samples: shape (n,), float32, each -1..1, read-only; n is at least 1.
        sample_rate: samples a second, at least 1.

    Raises:
        AudioError: no samples, another shape, a value that is no number or beyond -1..1, or an
            impossible rate.
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        samples = np.array(self.samples, dtype=np.float32)
        if samples.ndim != 1:
            raise AudioError(f"a waveform has one channel, not the shape {samples.shape}")
        if not len(samples):
            raise AudioError("a waveform needs at least one sample")
        if not np.isfinite(samples).all():
            raise AudioError("a waveform's samples must be numbers: some are NaN or infinite")
        if np.abs(samples).max() > 1:
            raise AudioError("a waveform's samples must lie between -1 and 1: scale them first")
        if isinstance(self.sample_rate, bool) or not isinstance(self.sample_rate, int):
            raise AudioError(f"a sample rate must be a whole number, not {self.sample_rate!r}")
        if self.sample_rate < 1:
            raise AudioError(f"a sample rate must be at least 1, not {self.sample_rate}")
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.sample_rate

    @property
    def peak(self) -> float:
        """The largest absolute sample, 0..1."""
        return float(np.abs(self.samples).max())

    def resampled(self, sample_rate: int) -> Waveform:
        """The same sound at another rate, by a polyphase filter; peaks over 1 are held at 1.

        Raises:
            AudioError: an impossible rate.
        """
        if sample_rate == self.sample_rate:
            return self
        if sample_rate < 1:
            raise AudioError(f"a sample rate must be at least 1, not {sample_rate}")
        from scipy.signal import resample_poly

        common = gcd(sample_rate, self.sample_rate)
        samples = resample_poly(self.samples, sample_rate // common, self.sample_rate // common)
        return Waveform(np.clip(samples, -1, 1), sample_rate)


def read_waveform(path: str | os.PathLike[str]) -> Waveform:
    """Read a sound file; several channels are averaged.

    Args:
        path: anything that libsndfile reads: WAV, FLAC, Ogg Vorbis, MP3, AIFF ...

    Raises:
        AudioError: the file is missing, no sound file, empty, or holds samples that are no numbers.
        MissingExtraError: soundfile is not installed.
    """
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingExtraError("soundfile", "musicgen", "reading sound files") from error
    if not os.path.isfile(path):
        raise AudioError(f"cannot read '{path}': there is no such file")
    try:
        channels, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"cannot read '{path}': it is not a sound file ({error})") from error
    try:
        # Files of floats and decoders of lossy formats may go beyond full scale.
        return fitted(channels.mean(axis=1), int(rate))
    except AudioError as error:
        raise AudioError(f"cannot use '{path}': {error}") from error


def write_waveform(
    waveform: Waveform,
    path: str | os.PathLike[str],
    *,
    title: str = "",
    comment: str = "",
    overwrite: bool = False,
) -> Path:
    """Write a sound to a file, whole or not at all; gives its path.

    Args:
        waveform: what to write; WAV and FLAC hold 16 bits of each sample.
        path: ends in ``.wav``, ``.flac``, ``.ogg`` or ``.mp3``.
        title: the title's tag.
        comment: where the sound comes from, for the comment's tag.
        overwrite: replace a file that is there.

    Raises:
        OutputError: an unknown suffix, an existing file, or a folder that cannot be written.
        AudioError: the format cannot hold the rate.
        MissingExtraError: soundfile is not installed.
    """
    target = Path(path)
    check_format(target, waveform.sample_rate)
    tags = {"title": title, "software": f"MelodyMuse {__version__}", "comment": comment}
    with whole_file(target, overwrite=overwrite) as beside:
        write_samples(
            beside,
            target.suffix.lower(),
            waveform.samples[:, np.newaxis],
            waveform.sample_rate,
            tags,
        )
    return target


def fitted(samples: npt.NDArray[np.floating], sample_rate: int) -> Waveform:
    """A waveform of samples, shape (n,), made softer as a whole where they go beyond -1..1.

    Raises:
        AudioError: as `Waveform`, but for the range.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    # The comparison is false where the peak is no number, which `Waveform` then refuses.
    loud = 1 < peak < np.inf
    return Waveform(np.clip(samples / peak, -1, 1) if loud else samples, sample_rate)
