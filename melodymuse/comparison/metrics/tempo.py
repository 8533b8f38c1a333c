"""Tempo: what a beat tracker hears, and whether it is what was asked for.

Conventions
    One channel at 22,050 Hz.
    `tempo`, beats a minute: of the line through the tracked beats.  The tracker's prior stands at
    120 whatever was asked, so that the question does not give the answer.
    `tempo_accuracy_1`: 1 where the heard tempo lies within 4 % of the asked one, else 0.
    `tempo_accuracy_2`: the same, a half, a third, the double or the triple allowed too: people
    often tap at these.
    `tempo_error`, %: the distance to the nearest of those.
    What was asked may have two names for one speed: 6/8 is counted in quarters (as MIDI files do)
    or in dotted quarters (as people do).  Each is right.

References
    D. Ellis, "Beat tracking by dynamic programming", J. New Music Research 36:51-60, 2007, as
    librosa has it.
    F. Gouyon et al., "An experimental comparison of audio tempo induction algorithms", IEEE Trans.
    Audio, Speech and Language Processing 14:1832-1844, 2006 (accuracy 1 and 2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.errors import AudioError
from melodymuse.optional import librosa

Samples = NDArray[np.float32]

RATE = 22050
TOLERANCE = 0.04
MULTIPLES = (1, 2, 3, 1 / 2, 1 / 3)
_FEWEST_BEATS = 4


def validate(samples: Samples) -> None:
    """See that sound at `RATE` is long enough for a tempo.

    Raises:
        AudioError: not one channel, under 5 s, or not finite.
    """
    if samples.ndim != 1 or len(samples) < 5 * RATE:
        raise AudioError(f"a tempo needs five seconds of one channel, not shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise AudioError("the sound is not finite")


def heard_tempo(samples: Samples) -> float:
    """Beats a minute that the tracker hears.

    Raises:
        AudioError: it hears no beat.
    """
    tempo, beats = librosa().beat.beat_track(y=samples, sr=RATE, units="time")
    if len(beats) >= _FEWEST_BEATS:
        return float(60 / np.polyfit(np.arange(len(beats)), beats, 1)[0])
    coarse = float(np.atleast_1d(tempo)[0])
    if coarse <= 0:
        raise AudioError("no beat was heard")
    return coarse


def agreement(heard: float, asked: Sequence[float]) -> dict[str, float]:
    """Accuracy 1 and 2 (0 or 1) and the error in % of a heard tempo against what was asked.

    Args:
        heard: beats a minute.
        asked: the names of the one speed asked for, beats a minute, at least one.
    """
    exact = min(abs(heard / tempo - 1) for tempo in asked)
    nearest = min(abs(heard / (tempo * times) - 1) for tempo in asked for times in MULTIPLES)
    return {
        "tempo_accuracy_1": float(exact <= TOLERANCE),
        "tempo_accuracy_2": float(nearest <= TOLERANCE),
        "tempo_error": 100 * nearest,
    }


def evaluate(samples: Samples, asked: Sequence[float]) -> dict[str, float]:
    """The tempo heard in sound at `RATE` and its agreement with what was asked, as `agreement`.

    Raises:
        AudioError: as `validate` and `heard_tempo`.
    """
    validate(samples)
    heard = heard_tempo(samples)
    return {"tempo": heard, **agreement(heard, asked)}
