"""The cues of a sound: what of a listener's cues can be measured without notes.

Loudness is left out: whoever masters a recording sets it.  So is what needs single notes: register,
articulation, dissonance, tonality.  The spectrum's brightness, which rises as a piano is struck
harder, stands beside.  Needs the extra ``compare``.
"""

from __future__ import annotations

import math
import os

from melodymuse.comparison.clips import read_comparable
from melodymuse.comparison.metrics.key import pitch_classes
from melodymuse.comparison.metrics.spectrum import RATE, descriptors
from melodymuse.hearing.cues import Cues, majorness
from melodymuse.optional import librosa

SUFFIXES = frozenset((".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff"))


def cues_of_sound(path: str | os.PathLike[str]) -> Cues:
    """The cues of a sound file; mode, speed (of onsets that are heard) and brightness alone.

    Raises:
        AudioError: no sound file, or one that is silent, shorter than 5 s or longer than 10 min.
        MissingExtraError: librosa or soundfile is not installed.
    """
    clip = read_comparable(path)
    samples = clip.mono(RATE)
    onsets = librosa().onset.onset_detect(y=samples, sr=RATE)
    return Cues(
        mode=majorness(pitch_classes(samples).tolist()),
        speed=math.log2(max(len(onsets), 1) / clip.seconds),
        brightness=math.log2(descriptors(samples)["spectral_centroid"]),
    )
