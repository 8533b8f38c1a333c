"""Which pitches a chord brings: its tones, and the scale that a tune takes over it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.theory import QUALITIES, SCALE_STEPS
from melodymuse.writing.tune.notes import LOWEST_TUNE, PITCHES
from melodymuse.writing.vocabulary import item_chord

Allowed = NDArray[np.bool_]

# What of a key lies a whole tone or more apart.
PENTATONIC: Mapping[str, frozenset[int]] = MappingProxyType(
    {"major": frozenset((0, 2, 4, 7, 9)), "minor": frozenset((0, 3, 5, 7, 10))}
)
_HARMONIC_MINOR = frozenset((0, 2, 3, 5, 7, 8, 11))
_LEADING_NOTE = 11
_THIRDS = (3, 4)


@lru_cache(maxsize=512)
def tones_of(chord: int) -> frozenset[int]:
    """Pitch classes of a chord class; none of class 0."""
    if not chord:
        return frozenset()
    root, quality = item_chord(chord)
    return frozenset((root + step) % 12 for step in QUALITIES[quality])


@lru_cache(maxsize=1024)
def sung_of(chord: int, mode: str) -> frozenset[int]:
    """The tones of a chord that a tune in a key on C leans on: those that the key has, so that over
    far-off chords it holds on to what they have in common; all, where there is none."""
    tones = tones_of(chord)
    return tones & _key_of(tones, mode) or tones


@lru_cache(maxsize=1024)
def scale_of(chord: int, mode: str) -> frozenset[int]:
    """The pitch classes that a tune goes through over a chord, in a key on C.

    A chord of the key takes its scale, one with the leading note of minor the harmonic minor.  Of
    the scale a borrowed one leaves out what lies a semitone beside a tone that it borrows, and one
    that borrows several what lies a semitone beside any; a suspended one its thirds.
    """
    tones = tones_of(chord)
    key = _key_of(tones, mode)
    borrowed = tones - key
    against = tones if len(borrowed) > 1 else borrowed
    clear = {pc for pc in key if not any((pc - tone) % 12 in (1, 11) for tone in against)}
    root, quality = item_chord(chord) if chord else (0, "")
    thirds = {(root + step) % 12 for step in _THIRDS} if quality.startswith("suspended") else set()
    return frozenset(clear - thirds | sung_of(chord, mode))


def _key_of(tones: frozenset[int], mode: str) -> frozenset[int]:
    key = frozenset(SCALE_STEPS[mode])
    return _HARMONIC_MINOR if mode == "minor" and tones - key == {_LEADING_NOTE} else key


@lru_cache(maxsize=1024)
def colours_of(chord: int, mode: str) -> frozenset[int]:
    """What of a chord's scale colours it, such as its ninth: what lies outside it without rubbing,
    a semitone away, against a tone of it."""
    tones = tones_of(chord)
    rubbing = {(tone + step) % 12 for tone in tones for step in (1, 11)}
    return scale_of(chord, mode) - tones - rubbing


@lru_cache(maxsize=2048)
def as_mask(pitch_classes: frozenset[int], lowest: int, highest: int) -> Allowed:
    """Which of the network's pitch classes have these pitch classes within bounds."""
    pitches = np.arange(PITCHES) - 1 + LOWEST_TUNE
    inside = (pitches >= lowest) & (pitches <= highest) & (pitches >= LOWEST_TUNE)
    mask: Allowed = inside & np.isin(pitches % 12, sorted(pitch_classes))
    mask.setflags(write=False)
    return mask
