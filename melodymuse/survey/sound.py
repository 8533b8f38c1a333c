"""Sounds that nothing but the music tells apart: one loudness, one format, no tags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import read_clip
from melodymuse.audio.formats import check_format, sound_bytes
from melodymuse.audio.loudness import integrated_loudness, slice_powers
from melodymuse.audio.mastering import Levels, fade_out, master
from melodymuse.errors import AudioError

LONGEST_SECONDS = 600.0
SHORTEST_SECONDS = 1.0
_FADE_SECONDS = 1.0


def read_sound(path: Path) -> tuple[NDArray[np.float32], int]:
    """A sound file as samples, shape (frames, 2), and its rate; mono is put on both sides.

    Raises:
        AudioError: not a sound, damaged, empty, silent, not finite, more than two channels,
            shorter than `SHORTEST_SECONDS` or longer than `LONGEST_SECONDS`.
        MissingExtraError: soundfile is not installed.
    """
    clip = read_clip(path, longest=LONGEST_SECONDS)
    channels = clip.samples.shape[1]
    if channels > 2:
        raise AudioError(f"{path} has {channels} channels: mix it down to two")
    if clip.seconds < SHORTEST_SECONDS:
        raise AudioError(
            f"{path} lasts {clip.seconds:.1f} s, too short to judge: at least "
            f"{SHORTEST_SECONDS:g} s"
        )
    both: NDArray[np.float32] = np.repeat(clip.samples, 2 // channels, axis=1)
    if integrated_loudness(slice_powers(both, clip.rate)) == -np.inf:
        raise AudioError(f"{path} is silent: there is nothing to judge")
    return both, clip.rate


def write_matched(
    source: Path, target: Path, loudness: float, seconds: float | None
) -> tuple[Levels, float]:
    """Write a sound at a loudness and without tags, in the format that the target's name tells.

    Args:
        source: any sound file.
        target: overwritten.
        loudness: the aim, LUFS.
        seconds: play so much of it, faded out over the last second; None for all.

    Returns:
        The levels reached and the length in seconds.

    Raises:
        AudioError, OutputError, MissingExtraError: as `read_sound`, or the format cannot hold it.
    """
    samples, rate = read_sound(source)
    check_format(target, rate)
    if seconds is not None and len(samples) > seconds * rate:
        samples = samples[: round(seconds * rate)]
        fade_out(samples, round(_FADE_SECONDS * rate))
        if integrated_loudness(slice_powers(samples, rate)) == -np.inf:
            raise AudioError(f"{source} is silent for its first {seconds:g} s: let more be played")
    levels = master(samples, rate, loudness)
    target.write_bytes(sound_bytes(target.suffix, samples, rate, {}))
    return levels, len(samples) / rate
