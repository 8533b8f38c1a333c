"""What a piece sounds like, as some twenty numbers in seconds and semitones.

Times are real time, so that transcribed performances without a beat grid and composed pieces are
measured alike.  No feature says how good a piece is: they are for telling kinds of music apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from melodymuse.hearing.cues import Sounded, chords_of, pitch_classes
from melodymuse.music.keyfinding import PROFILES
from melodymuse.writing.measuring import HARSH_INTERVALS

LOW_PITCH, HIGH_PITCH = 48, 72


def measure_piece(notes: Sequence[Sounded]) -> dict[str, float]:
    """Name -> value; needs at least eight notes.

    Rates are a second, pitches MIDI numbers, intervals semitones, shares 0..1, entropies bits.
    """
    if len(notes) < 8:
        raise ValueError(f"a piece of {len(notes)} notes is too short to measure")
    ordered = sorted(notes)
    chords = chords_of(ordered)
    onsets = [chord[0].onset for chord in chords]
    seconds = max(n.onset + n.duration for n in ordered) - ordered[0].onset
    pitch = np.array([n.pitch for n in ordered], float)
    velocity = np.array([n.velocity for n in ordered], float)
    length = np.log2([max(n.duration, 0.02) for n in ordered])
    gaps = np.log2([max(b - a, 0.02) for a, b in pairwise(onsets)])
    top = [max(n.pitch for n in chord) for chord in chords]
    steps = np.abs(np.diff(top))
    classes = np.array(pitch_classes(ordered))
    major, minor = _best_fit(classes, "major"), _best_fit(classes, "minor")
    pairs = [
        (b.pitch - a.pitch) % 12 in HARSH_INTERVALS
        for chord in chords
        for a, b in combinations(sorted(chord, key=lambda n: n.pitch), 2)
    ]
    return {
        "notes_per_second": len(ordered) / seconds,
        "onsets_per_second": len(chords) / seconds,
        "notes_per_onset": len(ordered) / len(chords),
        "sounding_notes": sum(n.duration for n in ordered) / seconds,
        "velocity_mean": velocity.mean(),
        "velocity_spread": velocity.std(),
        "pitch_mean": pitch.mean(),
        "pitch_spread": pitch.std(),
        "pitch_low": np.quantile(pitch, 0.05),
        "pitch_high": np.quantile(pitch, 0.95),
        "low_share": (pitch < LOW_PITCH).mean(),
        "high_share": (pitch > HIGH_PITCH).mean(),
        "length_mean": length.mean(),
        "length_spread": length.std(),
        "gap_mean": gaps.mean(),
        "gap_spread": gaps.std(),
        "top_step": steps.mean(),
        "top_leaps": (steps > 7).mean(),
        "top_repeats": (steps == 0).mean(),
        "class_entropy": -sum(p * math.log2(p) for p in classes if p > 0),
        "major_fit": major,
        "minor_fit": minor,
        "majorness": major - minor,
        "harshness": sum(pairs) / len(pairs) if pairs else 0.0,
    }


def _best_fit(classes: NDArray[np.float64], mode: str) -> float:
    """The best Pearson r with the key profiles of a mode."""
    profile = np.array(PROFILES[mode])
    fits = [np.corrcoef(np.roll(classes, -tonic), profile)[0, 1] for tonic in range(12)]
    return float(np.nan_to_num(max(fits)))
