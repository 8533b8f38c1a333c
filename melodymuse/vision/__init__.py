"""The eye: a picture -> visual features and an emotion profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision.features import UNITS, VisualFeatures, measure
from melodymuse.vision.loading import ImageSource, load_image, name_of
from melodymuse.vision.reference import Doubt, doubt_of

__all__ = [
    "UNITS",
    "Analysis",
    "Doubt",
    "ImageSource",
    "VisualFeatures",
    "analyze",
    "load_eye",
    "load_image",
    "measure",
]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was seen and felt.

    Attributes:
        name: the picture's path as given, or "array" or "image".
        features: what was measured.
        profile: what was felt.
    """

    name: str
    features: VisualFeatures
    profile: EmotionProfile

    @property
    def doubt(self) -> Doubt:
        """How far the answer is to be trusted, measured on photos that the eye had not seen.

        Raises:
            ModelError: the table that comes with the eye is missing or damaged.
        """
        return doubt_of(self.profile, self.features)

    def as_dict(self) -> dict[str, Any]:
        """The keys that `melodymuse analyze --json` writes, in that order."""
        return {
            "image": self.name,
            "emotion": self.profile.emotion,
            "probabilities": self.profile.as_dict(),
            "valence": self.profile.valence,
            "arousal": self.profile.arousal,
            "features": self.features.as_dict(),
            "doubt": self.doubt.as_dict(),
        }


def analyze(image: ImageSource) -> Analysis:
    """What a picture shows and how it feels; for more than one, `load_eye` once.

    Args:
        image: a path; the bytes of an image file; a NumPy array (H, W[, 1, 3 or 4]) of uint8,
            uint16, bool or floats 0..1; or a PIL image.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the shipped weights are missing or damaged.
    """
    return load_eye()(image)


def load_eye() -> Callable[[ImageSource], Analysis]:
    """The shipped eye, loaded: `analyze` for any number of pictures, from any number of threads.

    Raises:
        ModelError: the shipped weights are missing or damaged.
    """
    from melodymuse.vision.classifier import classify, load_model

    session = load_model()

    def look(image: ImageSource) -> Analysis:
        pixels = load_image(image)
        features = measure(pixels)
        return Analysis(name_of(image), features, classify(session, pixels, features))

    return look
