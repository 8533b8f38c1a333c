"""Which pitches a chord brings: its tones, and the scale that a tune takes over it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.theory import QUALITIES, SCALE_STEPS
from melodymuse.writing.tune.notes import LOWEST_TUNE, PITCHES
from melodymuse.writing.vocabulary import item_chord

Allowed = NDArray[np.bool_]

_HARMONIC_MINOR = frozenset((0, 2, 3, 5, 7, 8, 11))
_LEADING = ("major", "dominant-seventh", "diminished", "half-diminished", "diminished-seventh")


@lru_cache(maxsize=512)
def tones_of(chord: int) -> frozenset[int]:
    """Pitch classes of a chord class; none of class 0."""
    if not chord:
        return frozenset()
    root, quality = item_chord(chord)
    return frozenset((root + step) % 12 for step in QUALITIES[quality])


@lru_cache(maxsize=1024)
def scale_of(chord: int, mode: str) -> frozenset[int]:
    """The seven pitch classes that go with a chord in a key on C.

    A chord of the key takes its scale.  A borrowed one takes the diatonic collection that has all
    its tones and most of the key's, so that no natural third or seventh of the key stands over its
    lowered ones; one that leads (a raised third in it) may take a harmonic minor.
    """
    own = frozenset(SCALE_STEPS[mode])
    tones = tones_of(chord)
    if tones <= own:
        return own
    collections = [
        frozenset((root + step) % 12 for step in SCALE_STEPS["major"]) for root in range(12)
    ]
    root, quality = item_chord(chord)
    raised = (root + 4) % 12 not in own and 4 in QUALITIES[quality]
    if quality in _LEADING and (raised or "dim" in quality):
        collections += [
            frozenset((root + step) % 12 for step in _HARMONIC_MINOR) for root in range(12)
        ]
    fitting = [scale for scale in collections if tones <= scale]
    if not fitting:
        clear = {pc for pc in own if not any((pc - tone) % 12 in (1, 11) for tone in tones - own)}
        return frozenset(clear | tones)
    return max(fitting, key=lambda scale: (len(scale & own), sorted(scale)))


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
