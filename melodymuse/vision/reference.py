"""What is known of the eye from pictures that it had not seen: where features stand, how it errs.

The numbers lie in `melodymuse/models/eye_reference.json`, which `training.eye.reference` measures
on the annotated pictures: percentiles of the features, curves of the eye's error on groups held
out, and how like the nearest known picture a new one is.  What counts as right was told by a large
vision-language model, not by people.  No picture and no label is in there.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.networks import MODELS, model_bytes
from melodymuse.vision.classifier import Familiarity
from melodymuse.vision.features import UNITS, VisualFeatures

REFERENCE = MODELS / "eye_reference.json"
# A feature beyond these percentiles of the reference photos is unusual: the eye learned little
# from pictures like that.
USUAL = (1.0, 99.0)
# What `Doubt.unusual` says of a picture that resembles none which the eye learned from.
UNLIKE = "picture"


@dataclass(frozen=True, slots=True)
class Curve:
    """A quantity by another one: straight lines between knots, level beyond them."""

    at: tuple[float, ...]
    value: tuple[float, ...]

    def __call__(self, x: float) -> float:
        """The value at x; where several knots stand at x, that of the last."""
        return float(np.interp(x, self.at, self.value))

    def first(self, x: float) -> float:
        """The value at x; where several knots stand at x, that of the first."""
        knot = bisect_left(self.at, x)
        tied = knot < len(self.at) and self.at[knot] == x
        return self.value[knot] if tied else self(x)


@dataclass(frozen=True, slots=True)
class Reference:
    """What was measured on the reference photos.

    Attributes:
        photos: how many there were.
        features: feature -> its percentile 0..100 by its value.
        valence_error: expected absolute error of valence, by the valence that was said.
        arousal_error: likewise for arousal.
        emotion_chance: chance that the leading emotion is the label, by its probability.
        likeness: percentile 0..100 of held-out pictures by their likeness to the nearest known one.
    """

    photos: int
    features: Mapping[str, Curve]
    valence_error: Curve
    arousal_error: Curve
    emotion_chance: Curve
    likeness: Curve

    def standing(self, features: VisualFeatures) -> dict[str, float]:
        """Feature -> the percentage of reference photos, 0..100, that have less of it."""
        return {name: self.features[name].first(x) for name, x in features.as_dict().items()}

    def deviations(self, features: VisualFeatures) -> dict[str, float]:
        """Feature -> how far it stands from the middle of the reference photos, in standard
        deviations that its percentile would have in a normal distribution, -2.33..2.33."""
        low, high = USUAL
        return {
            name: NormalDist().inv_cdf(min(max(percentile, low), high) / 100)
            for name, percentile in self.standing(features).items()
        }

    def unusual(self, features: VisualFeatures) -> tuple[str, ...]:
        """Features that lie outside `USUAL`: that hardly any photo has as little or as much of."""
        low, high = USUAL
        return tuple(
            name
            for name, x in features.as_dict().items()
            if self.features[name](x) < low or self.features[name].first(x) > high
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far the eye's answer is to be trusted, from pictures of groups that it had not seen.

    Attributes:
        valence_error: expected distance between the valence said and the annotated one.
        arousal_error: likewise for arousal.
        emotion_chance: chance, 0..1, that the leading emotion is the annotated one.
        unusual: features that lie outside what 98 % of the reference pictures show, and "picture"
            where the whole is less like anything learned from than 99 % of them; where there are
            any, the three numbers promise too much.
    """

    valence_error: float
    arousal_error: float
    emotion_chance: float
    unusual: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why the answer is doubtful beyond its numbers, in words; "" where it is not."""
        return "unlike the pictures it learned from" if UNLIKE in self.unusual else ""

    def as_dict(self) -> dict[str, Any]:
        """The keys under `doubt` of `melodymuse analyze --json`."""
        return {
            "valence_error": self.valence_error,
            "arousal_error": self.arousal_error,
            "emotion_chance": self.emotion_chance,
            "unusual": list(self.unusual),
        }


def doubt_of(
    profile: EmotionProfile, features: VisualFeatures, familiarity: Familiarity | None = None
) -> Doubt:
    """How far this answer to a picture with these features is to be trusted.

    Args:
        familiarity: what the network says of how near the picture lies to what it learned from;
            None where nobody asked it, and the chance follows from the probability alone.

    Raises:
        ModelError: the table that comes with the eye is missing or damaged.
    """
    known = read_reference()
    unusual = list(known.unusual(features))
    chance = known.emotion_chance(max(profile.probabilities))
    if familiarity is not None:
        chance = familiarity.chance
        if known.likeness(familiarity.likeness) < USUAL[0]:
            unusual.append(UNLIKE)
    return Doubt(
        valence_error=known.valence_error(profile.valence),
        arousal_error=known.arousal_error(profile.arousal),
        emotion_chance=chance,
        unusual=tuple(unusual),
    )


@cache
def read_reference(path: Path = REFERENCE) -> Reference:
    """The table that comes with the eye, read once.

    Raises:
        ModelError: the table is missing or damaged.
    """
    try:
        facts = json.loads(model_bytes(path))
        percents = facts["percentiles"]
        return Reference(
            photos=int(facts["photos"]),
            features={name: _curve(facts["features"][name], percents) for name in UNITS},
            likeness=_curve(facts["likeness"], percents),
            **{
                name: _curve(facts[name]["at"], facts[name]["value"])
                for name in ("valence_error", "arousal_error", "emotion_chance")
            },
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"the eye's reference '{path}' is damaged: {error!r}") from None


def _curve(at: list[float], value: list[float]) -> Curve:
    if len(at) != len(value) or sorted(at) != list(at) or not at:
        raise ValueError("knots must rise, and each have a value")
    return Curve(tuple(map(float, at)), tuple(map(float, value)))
