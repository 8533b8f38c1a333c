"""Where on the plane of valence and arousal a listener places music with certain cues.

How cues act.  `VALENCE` and `AROUSAL` list the cues that act on each axis, the weightier first, and
which way.  The literature agrees on directions and on order, not on sizes, so that no size is said
here: all weights that keep the order are taken to be equally likely.  Their mean are the rank-order
centroid weights (Barron & Barrett 1996, Management Science 42:1515-1523), and how far their answers
lie apart is part of the doubt.  Cues add up without interaction, in straight lines: Eerola, Friberg
& Bresin 2013 (Frontiers in Psychology 4:487) found that to explain 77-89 % of ratings' variance.

- valence: mode weighs most (Eerola et al. 2013; Costa, Fine & Ricci Bitti 2004, Music Perception
  22:1-14: valence is best predicted by mode).  A high register pleases more than a low one (Eerola
  et al. 2013, third after mode and tempo; tempo is left out here, since fast is both happy and
  frightening).  Dissonance (Costa, Ricci Bitti & Bonfiglioli 2000, Psychology of Music 28:4-22) and
  weak tonality displease (Gabrielsson & Lindström 2010, Handbook of Music and Emotion, ch. 14),
  as does loudness (Ilie & Thompson 2006, Music Perception 23:319-329).
- arousal: tempo, told by onsets a second, and loudness (Schubert 2004, Music Perception 21:561-585;
  Ilie & Thompson 2006), then staccato (Eerola et al. 2013; Juslin & Laukka 2003, Psychological
  Bulletin 129:770-814), then a bright timbre, the last of Eerola's cues.

A cue counts in standard deviations of real music (`NORMS`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from statistics import fmean
from types import MappingProxyType
from typing import Any

from melodymuse.hearing.cues import Cues
from melodymuse.music.emotion import EMOTIONS, PLANE, EmotionProfile

VALENCE = (("mode", 1), ("register", 1), ("dissonance", -1), ("tonality", -1), ("loudness", -1))
AROUSAL = (("speed", 1), ("loudness", 1), ("articulation", -1), ("brightness", 1))

Norms = Mapping[str, tuple[float, float]]
# Mean and standard deviation of each cue in stretches of eight bars of real piano music (POP909,
# OpenScore Lieder, Chopin's first editions), measured by `training.evaluate.hearing`, which uses no
# labels.  Only POP909 has a loudness of its own; its mean, 83, is its makers' habit, and MIDI's own
# middle, 64, stands in its place.
NORMS: Norms = MappingProxyType(
    {
        "mode": (0.065, 0.185),
        "speed": (1.78, 0.76),
        "loudness": (64.0, 12.2),
        "register": (62.4, 4.88),
        "articulation": (0.17, 0.40),
        "dissonance": (0.14, 0.10),
        "tonality": (2.64, 0.44),
    }
)
# The same of 48 such stretches played through the soundfont that comes along.
SOUND_NORMS: Norms = MappingProxyType(
    {"mode": (0.044, 0.183), "speed": (1.41, 0.54), "brightness": (9.79, 0.138)}
)
# How far along an axis a score of 1 lies (before it bends towards the axis' end), and how far the
# answers lie from the places for which pieces of our own were composed, over the whole plane.
_GAIN = {"valence": 0.71, "arousal": 0.79}
_ERROR = {"valence": 0.31, "arousal": 0.29}
# Width of the kernel that turns a place that is known into emotions; see `EmotionProfile.at`.
_KERNEL_WIDTH = 0.3


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard in a piece.

    Attributes:
        profile: valence, arousal and the emotions, of which those that the doubt leaves possible
            share alike.
        valence_error, arousal_error: one standard error on the plane.
        cues: what it was heard by.
    """

    profile: EmotionProfile
    valence_error: float
    arousal_error: float
    cues: Cues

    def as_dict(self) -> dict[str, Any]:
        """The keys that `melodymuse hear --json` writes."""
        return {
            "emotion": self.profile.emotion,
            "probabilities": self.profile.as_dict(),
            "valence": self.profile.valence,
            "arousal": self.profile.arousal,
            "doubt": {"valence": self.valence_error, "arousal": self.arousal_error},
            "cues": asdict(self.cues),
        }


def listen(cues: Cues, norms: Norms = NORMS) -> Heard:
    """What is heard in music with these cues; those that are None count for nothing.

    Args:
        cues: of notes or of a sound.
        norms: mean and deviation that they are counted by: `NORMS` or `SOUND_NORMS`.
    """
    valence, valence_error = _along("valence", signed(cues, VALENCE, norms))
    arousal, arousal_error = _along("arousal", signed(cues, AROUSAL, norms))
    profile = _doubtful_profile((valence, arousal), (valence_error, arousal_error))
    return Heard(profile, valence_error, arousal_error, cues)


def ear() -> str:
    """A digest of all that decides what is heard in given cues: another ear has another."""
    tables = VALENCE, AROUSAL, dict(NORMS), dict(SOUND_NORMS), _GAIN, _ERROR, _KERNEL_WIDTH
    return blake2b(repr(tables).encode()).hexdigest()


def signed(cues: Cues, order: Sequence[tuple[str, int]], norms: Norms = NORMS) -> list[float]:
    """How far each cue that is there speaks for the upper half of an axis, in standard deviations,
    the weightiest first."""
    known = [
        (name, sign, value) for name, sign in order if (value := getattr(cues, name)) is not None
    ]
    return [sign * (value - norms[name][0]) / norms[name][1] for name, sign, value in known]


def weigh(ordered: Sequence[float]) -> tuple[float, float]:
    """Mean and variance of the weighted means of some values over all weights, 0..1 and 1 in sum,
    that do not rise from the first to the last; (0, 1) of no values.

    Such weights are mixtures, by shares that are equally likely, of "the first n alike" for each n.
    """
    if not ordered:
        return 0.0, 1.0
    means = [fmean(ordered[:count]) for count in range(1, len(ordered) + 1)]
    mean, count = fmean(means), len(means)
    return mean, math.fsum((m - mean) ** 2 for m in means) / (count * (count + 1))


def _along(axis: str, ordered: Sequence[float]) -> tuple[float, float]:
    """Place and standard error on an axis."""
    score, variance = weigh(ordered)
    gain = _GAIN[axis]
    return math.tanh(gain * score), math.hypot(gain * math.sqrt(variance), _ERROR[axis])


def _doubtful_profile(place: tuple[float, float], errors: tuple[float, float]) -> EmotionProfile:
    """As `EmotionProfile.at`, of a place that is known with an error along each axis."""
    widths = [_KERNEL_WIDTH**2 + error**2 for error in errors]
    powers = [
        -math.fsum(
            (x - e) ** 2 / (2 * w) for x, e, w in zip(place, PLANE[name], widths, strict=True)
        )
        for name in EMOTIONS
    ]
    weights = [math.exp(power - max(powers)) for power in powers]
    total = math.fsum(weights)
    return EmotionProfile(tuple(weight / total for weight in weights), *place)
