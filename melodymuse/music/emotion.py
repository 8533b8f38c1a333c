"""The eight EmoSet emotions, the valence-arousal plane, and the profile that joins them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType

from melodymuse.errors import ControlError
from melodymuse.suggesting import unknown

# EmoSet's order (Yang et al. 2023, "EmoSet: A large-scale visual emotion dataset", ICCV), which is
# that of Mikels et al. 2005 (Behavior Research Methods 37:626-630): four positive, four negative.
EMOTIONS = (
    "amusement",
    "awe",
    "contentment",
    "excitement",
    "anger",
    "disgust",
    "fear",
    "sadness",
)

# Where each emotion stands on the plane (valence, arousal), each -1..1.  The order along both axes
# follows Russell 1980 (J. Personality and Social Psychology 39:1161-1178, figures 2-4); Russell has
# no awe and no disgust, which stand between their neighbours.  The numbers are a design choice of
# this project, not ratings.
PLANE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "amusement": (0.70, 0.35),
        "awe": (0.40, 0.10),
        "contentment": (0.65, -0.60),
        "excitement": (0.65, 0.80),
        "anger": (-0.60, 0.80),
        "disgust": (-0.65, 0.25),
        "fear": (-0.50, 0.60),
        "sadness": (-0.65, -0.60),
    }
)

# Width of the kernel that turns a place on the plane into probabilities: half the distance between
# neighbouring emotions, so that the nearest one leads and its neighbours still sound.
_KERNEL_WIDTH = 0.3
_SUM_TOLERANCE = 1e-3

# Photographs huddle near the middle of the rating scale: mean and standard deviation of the human
# norms of 697 OASIS photos (Kurdi, Lozano & Banaji 2017), rescaled to -1..1, measured by us.
_PHOTO_VALENCE = (0.12, 0.41)
_PHOTO_AROUSAL = (-0.12, 0.28)
# How far one standard deviation of photographs moves on the plane, and the power to which
# probabilities are raised so that the leading emotions lead.
_PLANE_PER_DEVIATION = 0.6
_LEAD = 3.0


@dataclass(frozen=True, slots=True)
class EmotionProfile:
    """What is felt: probabilities over `EMOTIONS` and a place on the valence-arousal plane.

    Attributes:
        probabilities: one value 0..1 for each of `EMOTIONS`, in that order, summing to 1.
        valence: unpleasant -1 .. pleasant 1.
        arousal: calm -1 .. excited 1.
    """

    probabilities: tuple[float, ...]
    valence: float
    arousal: float

    def __post_init__(self) -> None:
        if len(self.probabilities) != len(EMOTIONS):
            raise ControlError(f"a profile needs {len(EMOTIONS)} probabilities, in EmoSet's order")
        total = math.fsum(self.probabilities)
        if min(self.probabilities) < 0 or not abs(total - 1) <= _SUM_TOLERANCE:
            raise ControlError(f"probabilities must be at least 0 and sum to 1, not {total:.3f}")
        for name, value in (("valence", self.valence), ("arousal", self.arousal)):
            _check_axis(name, value)

    @classmethod
    def of(cls, emotion: str) -> EmotionProfile:
        """The pure profile of one emotion (in any case), at its own place on the plane."""
        known = emotion.casefold() if isinstance(emotion, str) else emotion
        if known not in EMOTIONS:
            raise ControlError(unknown("emotion", emotion, EMOTIONS))
        valence, arousal = PLANE[known]
        return cls(tuple(float(name == known) for name in EMOTIONS), valence, arousal)

    @classmethod
    def at(cls, valence: float, arousal: float) -> EmotionProfile:
        """The profile of a place on the plane: each emotion by a Gaussian of its distance."""
        _check_axis("valence", valence)
        _check_axis("arousal", arousal)
        squares = [(valence - v) ** 2 + (arousal - a) ** 2 for v, a in PLANE.values()]
        nearest = min(squares)
        weights = [math.exp((nearest - square) / (2 * _KERNEL_WIDTH**2)) for square in squares]
        total = math.fsum(weights)
        return cls(tuple(weight / total for weight in weights), valence, arousal)

    def heightened(self) -> EmotionProfile:
        """What a photograph stirs, as music should say it.

        Ratings of photos lie close together, and a network's guesses closer still; played as they
        are, every picture would sound alike.  Valence and arousal are counted in standard
        deviations of photographs instead, and the leading emotions take the lead.
        """
        valence, arousal = (
            min(max((value - mean) / deviation * _PLANE_PER_DEVIATION, -1.0), 1.0)
            for value, (mean, deviation) in (
                (self.valence, _PHOTO_VALENCE),
                (self.arousal, _PHOTO_AROUSAL),
            )
        )
        weights = [probability**_LEAD for probability in self.probabilities]
        total = math.fsum(weights)
        return EmotionProfile(tuple(weight / total for weight in weights), valence, arousal)

    @property
    def emotion(self) -> str:
        """The most probable emotion."""
        return max(zip(self.probabilities, EMOTIONS, strict=True), key=lambda pair: pair[0])[1]

    def as_dict(self) -> dict[str, float]:
        """Emotion name -> probability, in EmoSet's order."""
        return dict(zip(EMOTIONS, self.probabilities, strict=True))


def _check_axis(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ControlError(f"{name} must be a number between -1 and 1, not {value!r}")
    if not -1 <= value <= 1:
        raise ControlError(f"{name} must lie between -1 and 1, not {value}")
