"""The eye: a picture -> visual features and an emotion profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision.borders import without_bars
from melodymuse.vision.classifier import Familiarity
from melodymuse.vision.eyes.model import EmotionModel, ShippedModel
from melodymuse.vision.features import UNITS, VisualFeatures, measure
from melodymuse.vision.loading import ImageSource, load_image, read_picture
from melodymuse.vision.reference import Doubt, doubt_of, read_reference

__all__ = [
    "UNITS",
    "Analysis",
    "Doubt",
    "EmotionModel",
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
        remarks: what was found of the file or done to it that one would not expect, a phrase each.
        eye: which other eye looked; empty for the built-in one.
        familiarity: how near the picture lies to what the built-in eye learned from.
    """

    name: str
    features: VisualFeatures
    profile: EmotionProfile
    remarks: tuple[str, ...] = ()
    eye: str = ""
    familiarity: Familiarity | None = None

    @property
    def doubt(self) -> Doubt | None:
        """How far the answer is to be trusted, measured on photos that the eye had not seen.

        None for another eye than the built-in one: nobody measured it.

        Raises:
            ModelError: the table that comes with the eye is missing or damaged.
        """
        return None if self.eye else doubt_of(self.profile, self.features, self.familiarity)

    @property
    def deviations(self) -> dict[str, float]:
        """Feature -> how far it stands from the middle of reference photos, -2.33..2.33.

        Raises:
            ModelError: the table that comes with the eye is missing or damaged.
        """
        return read_reference().deviations(self.features)

    def as_dict(self) -> dict[str, Any]:
        """The keys that `melodymuse analyze --json` writes, in that order.

        `remarks` and `eye` come last, and only where there is something to say.
        """
        doubt = self.doubt
        facts: dict[str, Any] = {
            "image": self.name,
            "emotion": self.profile.emotion,
            "probabilities": self.profile.as_dict(),
            "valence": self.profile.valence,
            "arousal": self.profile.arousal,
            "features": self.features.as_dict(),
            "doubt": None if doubt is None else doubt.as_dict(),
        }
        if self.remarks:
            facts["remarks"] = list(self.remarks)
        if self.eye:
            facts["eye"] = self.eye
        return facts


def analyze(image: ImageSource) -> Analysis:
    """What a picture shows and how it feels; for more than one, `load_eye` once.

    Black or white bars around the picture are left out of what is looked at.

    Args:
        image: a path, or an example's name such as "@rocket"; the bytes of an image file; a NumPy
            array (H, W[, 1, 3 or 4]) of uint8, uint16, bool or floats 0..1; or a PIL image.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the shipped weights are missing or damaged.
    """
    return load_eye()(image)


def load_eye(model: EmotionModel | None = None) -> Callable[[ImageSource], Analysis]:
    """An eye, loaded: `analyze` for any number of pictures, from any number of threads.

    Args:
        model: what tells the feeling, as `melodymuse.vision.eyes.opening.open_eye` gives it; None
            for the network that ships.

    Raises:
        ModelError: the shipped weights are missing or damaged.
    """
    feeling = model or ShippedModel.load()

    def look(image: ImageSource) -> Analysis:
        picture = without_bars(read_picture(image))
        features = measure(picture.pixels)
        familiarity = None
        if isinstance(feeling, ShippedModel):
            profile, familiarity = feeling.look_closely(picture.pixels, features)
        else:
            profile = feeling.look(picture.pixels, features)
        return Analysis(picture.name, features, profile, picture.remarks, feeling.name, familiarity)

    return look
