"""Which chord follows which: counted, and smoothed towards how often each stands at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.writing.harmony.frames import beats_of
from melodymuse.writing.harmony.model import PLACES, strength
from melodymuse.writing.tune.notes import CHORDS
from training.harmony.corpus import HarmonizedTune
from training.tune.song import metre_of

# As much as so many beats is believed of what is known of all chords together.
_BELIEF = 20.0
_LEAST = 1e-6
Floats = NDArray[np.float32]


def chord_shares(tunes: Sequence[HarmonizedTune]) -> NDArray[np.float64]:
    """How often each chord class stands at a beat, (CHORDS,), none of them never."""
    counts = np.ones(CHORDS)
    for tune in tunes:
        counts += np.bincount(tune.chords, minlength=CHORDS)
    counts[0] = 1.0
    return counts / counts.sum()


def changes(tunes: Sequence[HarmonizedTune]) -> Floats:
    """log P(chord | the one at the beat before), by how strong the beat is, float32
    (PLACES, CHORDS, CHORDS)."""
    counts = np.zeros((PLACES, CHORDS, CHORDS))
    for tune in tunes:
        metre, chords = metre_of(tune.tune), tune.chords
        beats = beats_of(metre)
        for beat in range(1, len(chords)):
            before, after = chords[beat - 1], chords[beat]
            if before and after:
                counts[strength(beat % beats, metre), before, after] += 1
    shares = chord_shares(tunes)
    whole = counts.sum(axis=(1, 2), keepdims=True)
    stays = np.einsum("pcc->p", counts)[:, None, None] / np.maximum(whole, 1)
    usual = stays * np.eye(CHORDS) + (1 - stays) * shares
    smoothed = counts + _BELIEF * usual
    chances = np.maximum(smoothed / smoothed.sum(axis=2, keepdims=True), _LEAST)
    found: Floats = np.log(chances).astype(np.float32)
    return found
