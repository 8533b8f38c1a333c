"""The key that a set of notes suggests, after Krumhansl and Schmuckler.

The profiles are the probe-tone ratings of Krumhansl & Kessler 1982 (Psychological Review
89:334-368), as printed in Krumhansl 1990, "Cognitive Foundations of Musical Pitch", p. 30; the
algorithm is that of the same book, chapter 4: correlate the time that each pitch class sounds with
the profile of each of the 24 keys.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from melodymuse.music.score import Note
from melodymuse.music.theory import MODES, Key

PROFILES: dict[str, tuple[float, ...]] = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
_WITHOUT_NOTES = Key("C", "major")
# How much better the other key of a signature must fit before the stated one is given up: nobody
# writes "minor" without meaning it, "major" says little.
_TRUST = {"major": 0.0, "minor": 0.2}
# How much better a key with another signature must fit.
_CONTRADICTION = 0.15
_FEWEST_NOTES = 12


def estimate_key(notes: Iterable[Note]) -> Key:
    """The key whose profile fits the sounding time of the twelve pitch classes best.

    Without notes, or where all pitch classes sound equally long, that is C major, which is also
    what a MIDI file without a key signature means.
    """
    found = nearest_key(_sounding(notes))
    return _WITHOUT_NOTES if found is None else found[0]


def settled_key(stated: Key | None, notes: Iterable[Note]) -> Key:
    """The key of notes under a key signature: of the two keys that have the signature the one that
    fits the notes better, unless the notes contradict both.

    Programs write "major", or C major, where nobody told them the key.

    Args:
        stated: the key of the signature, None without one.
        notes: of the piece, or of the part of it that is asked about; few notes contradict no
            signature.
    """
    heard = list(notes)
    if stated is None:
        return estimate_key(heard)
    fits = key_fits(_sounding(heard))
    if not fits or len(heard) < _FEWEST_NOTES:
        return stated
    best = max(fits, key=lambda key: fits[key])
    # Six sharps sound as six flats.
    same = next(k for k in fits if (k.pitch_class, k.mode) == (stated.pitch_class, stated.mode))
    pair = [key for key in fits if key.fifths == same.fifths]
    settled = max(pair, key=lambda key: fits[key] + _TRUST[key.mode] * (key == same))
    if fits[best] - fits[settled] > _CONTRADICTION:
        return best
    return stated if settled == same else settled


def nearest_key(strengths: Sequence[float]) -> tuple[Key, float] | None:
    """The key whose profile fits best, and how well.

    Args:
        strengths: of the twelve pitch classes, C first, in any unit.

    Returns:
        The key and the correlation with its profile, -1..1; None where all twelve are equally
        strong, as in silence and in noise.
    """
    fits = key_fits(strengths)
    if not fits:
        return None
    best = max(fits, key=lambda key: fits[key])
    return best, fits[best]


def key_fits(strengths: Sequence[float]) -> dict[Key, float]:
    """How well each of the 24 keys fits, -1..1; empty where all pitch classes are as strong."""
    if max(strengths) == min(strengths):
        return {}
    return {
        Key.of(tonic, mode): _correlation([*strengths[tonic:], *strengths[:tonic]], PROFILES[mode])
        for mode in MODES
        for tonic in range(12)
    }


def _sounding(notes: Iterable[Note]) -> list[float]:
    """How long each pitch class sounds."""
    sounding = [0.0] * 12
    for note in notes:
        sounding[note.pitch % 12] += note.duration
    return sounding


def _correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Pearson's r of two sequences of one length, neither of them constant."""
    left_mean, right_mean = math.fsum(left) / len(left), math.fsum(right) / len(right)
    left_off = [value - left_mean for value in left]
    right_off = [value - right_mean for value in right]
    covariance = math.fsum(a * b for a, b in zip(left_off, right_off, strict=True))
    return covariance / math.sqrt(
        math.fsum(v * v for v in left_off) * math.fsum(v * v for v in right_off)
    )
