"""Clips that are worth measuring: long enough, not too long, not silent."""

from __future__ import annotations

import os

from melodymuse.audio.clip import Clip, read_clip
from melodymuse.errors import AudioError

# Five beats of a slow piece: less has no tempo, hardly a key, and no statistics.
LEAST_SECONDS = 5.0
# As much as a report can show side by side; longer files would fill the memory.
MOST_SECONDS = 600.0
# Half a step of 16 bits is 1.5e-5: what never rises over it is silent in every common file format.
SILENCE = 2e-5


def read_comparable(path: str | os.PathLike[str]) -> Clip:
    """Read a sound file that can be compared.

    Raises:
        AudioError: as `read_clip` and `comparable`.
        MissingExtraError: soundfile is not installed.
    """
    return comparable(read_clip(path, longest=MOST_SECONDS))


def comparable(clip: Clip) -> Clip:
    """The clip itself, if it can be compared.

    Raises:
        AudioError: it is silent, shorter than `LEAST_SECONDS` or longer than `MOST_SECONDS`.
    """
    if not LEAST_SECONDS <= clip.seconds <= MOST_SECONDS:
        raise AudioError(
            f"{clip.name} lasts {clip.seconds:.1f} s: comparing needs {LEAST_SECONDS:g} to "
            f"{MOST_SECONDS:g} s of sound"
        )
    if clip.peak < SILENCE:
        raise AudioError(f"{clip.name} is silent: give a file with sound")
    return clip
