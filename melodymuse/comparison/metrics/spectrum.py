"""The spectrum: how bright, how noisy, and how far two long-term spectra lie apart.

Conventions
    One channel at 22,050 Hz.  Frames of 93 ms, every 23 ms; frames more than 60 dB under the
    loudest are left out of the averages.
    `spectral_centroid`, Hz: the mean frequency, heard as brightness.
    `spectral_bandwidth`, Hz: the spread around it.
    `spectral_rolloff`, Hz: 85 % of the power lie under it.
    `spectral_flatness`, dB: geometric over arithmetic mean of the power: near 0 for white noise,
    far under -50 for a pure tone.
    `log_spectral_distance`, dB: the root mean square difference of two long-term average spectra in
    64 mel bands, both brought to one mean level before, so that loudness does not count.  0 for
    equal spectra, lower is nearer.  Time is averaged away first: two pieces have no common clock.

References
    G. Peeters, "A large set of audio features for sound description", IRCAM, 2004 (the four
    descriptors, as librosa has them).
    L. Rabiner, B.-H. Juang, "Fundamentals of speech recognition", 1993, section 4.5.1 (log spectral
    distance).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError
from melodymuse.optional import librosa

Samples = NDArray[np.float32]
Array = NDArray[np.float64]

RATE = 22050
FRAME, HOP = 2048, 512
BANDS = 64
_QUIET_DB = 60.0
# 100 dB under the strongest band: below lies the noise of 16 bits.
_FLOOR = 1e-10


def validate(samples: Samples) -> None:
    """See that sound at `RATE` can be measured.

    Raises:
        AudioError: not one channel, shorter than a second, silent, or not finite.
    """
    if samples.ndim != 1 or len(samples) < RATE:
        raise AudioError(f"a spectrum needs a second of one channel, not shape {samples.shape}")
    if not np.isfinite(samples).all() or not samples.any():
        raise AudioError("the sound is silent or not finite")


def descriptors(samples: Samples) -> dict[str, float]:
    """Centroid, bandwidth, rolloff and flatness, averaged over the frames with sound."""
    library = librosa()
    magnitude = np.abs(library.stft(samples, n_fft=FRAME, hop_length=HOP))
    level = np.sqrt((magnitude**2).sum(axis=0))
    magnitude = magnitude[:, level > level.max() * 10 ** (-_QUIET_DB / 20)]
    feature = library.feature
    found = {
        "spectral_centroid": feature.spectral_centroid(S=magnitude, sr=RATE),
        "spectral_bandwidth": feature.spectral_bandwidth(S=magnitude, sr=RATE),
        "spectral_rolloff": feature.spectral_rolloff(S=magnitude, sr=RATE, roll_percent=0.85),
    }
    figures = {name: float(values.mean()) for name, values in found.items()}
    flatness = float(feature.spectral_flatness(S=magnitude).mean())
    return figures | {"spectral_flatness": 10 * math.log10(flatness)}


def long_term_spectrum(samples: Samples) -> Array:
    """The mean power in each of `BANDS` mel bands, dB, floored 100 dB under the strongest."""
    mel = librosa().feature.melspectrogram(
        y=samples, sr=RATE, n_fft=FRAME, hop_length=HOP, n_mels=BANDS
    )
    power = mel.mean(axis=1, dtype=np.float64)
    spectrum: Array = 10 * np.log10(np.maximum(power, power.max() * _FLOOR))
    return spectrum


def log_spectral_distance(reference: Array, estimate: Array) -> float:
    """The root mean square of the difference of two spectra in dB, each less its mean."""
    difference = (reference - reference.mean()) - (estimate - estimate.mean())
    return float(np.sqrt(np.mean(difference**2)))


def evaluate(samples: Samples) -> dict[str, float]:
    """The four descriptors of one sound at `RATE`.

    Raises:
        AudioError: as `validate`.
    """
    validate(samples)
    return descriptors(samples)


def evaluate_pair(reference: Samples, estimate: Samples) -> dict[str, float]:
    """``{"log_spectral_distance": ...}`` of two sounds at `RATE`, dB.

    Raises:
        AudioError: as `validate`.
    """
    validate(reference)
    validate(estimate)
    spectra = long_term_spectrum(reference), long_term_spectrum(estimate)
    return {"log_spectral_distance": log_spectral_distance(*spectra)}
