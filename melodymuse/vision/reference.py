"""What is known of the eye from photos that it had not seen: where features stand, how it errs.

The numbers lie in `melodymuse/models/eye_reference.json`, which `training.eye.reference` measures
on OASIS (Kurdi, Lozano & Banaji 2017, Behavior Research Methods 49:457-470): percentiles of the
features, and curves of the eye's error on held-out themes.  No photo and no rating is in there.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EmotionProfile
from melodymuse.networks import MODELS, model_bytes
from melodymuse.vision.features import UNITS, VisualFeatures

REFERENCE = MODELS / "eye_reference.json"
# A feature beyond these percentiles of the reference photos is unusual: the eye learned little
# from pictures like that.
USUAL = (1.0, 99.0)


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
    """

    photos: int
    features: Mapping[str, Curve]
    valence_error: Curve
    arousal_error: Curve
    emotion_chance: Curve

    def standing(self, features: VisualFeatures) -> dict[str, float]:
        """Feature -> the percentage of reference photos, 0..100, that have less of it."""
        return {name: self.features[name].first(x) for name, x in features.as_dict().items()}

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
    """How far the eye's answer is to be trusted, from photos of themes that it had not seen.

    Attributes:
        valence_error: expected distance between the valence said and that of about 100 raters.
        arousal_error: likewise for arousal.
        emotion_chance: chance, 0..1, that the leading emotion is the label of such a photo.
        unusual: features that lie outside what 98 % of the reference photos show; where there are
            any, the three numbers promise too much.
    """

    valence_error: float
    arousal_error: float
    emotion_chance: float
    unusual: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The keys under `doubt` of `melodymuse analyze --json`."""
        return {
            "valence_error": self.valence_error,
            "arousal_error": self.arousal_error,
            "emotion_chance": self.emotion_chance,
            "unusual": list(self.unusual),
        }


def doubt_of(profile: EmotionProfile, features: VisualFeatures) -> Doubt:
    """How far this answer to a picture with these features is to be trusted.

    Raises:
        ModelError: the table that comes with the eye is missing or damaged.
    """
    known = read_reference()
    return Doubt(
        valence_error=known.valence_error(profile.valence),
        arousal_error=known.arousal_error(profile.arousal),
        emotion_chance=known.emotion_chance(max(profile.probabilities)),
        unusual=known.unusual(features),
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
