"""What tells feelings within an eye: the shape of all such models, and the one that ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from melodymuse.music.emotion import EmotionProfile
from melodymuse.vision.features import Pixels, VisualFeatures

if TYPE_CHECKING:
    import onnxruntime as ort

    from melodymuse.vision.classifier import Familiarity


class EmotionModel(Protocol):
    """Whatever tells the feeling of a picture, from any thread."""

    @property
    def name(self) -> str:
        """What is written into files about who looked; empty for the network that ships."""

    def look(self, pixels: Pixels, features: VisualFeatures) -> EmotionProfile:
        """What a picture (uint8 (H, W, 3), RGB) with these features makes feel.

        Raises:
            ModelError: it gives no answer, or one that makes no sense.
        """


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """The network that ships with MelodyMuse."""

    session: ort.InferenceSession
    name: str = ""

    @classmethod
    def load(cls) -> ShippedModel:
        """The network with its weights, ready to look.

        Raises:
            ModelError: the shipped weights are missing or damaged.
        """
        from melodymuse.vision.classifier import load_model

        return cls(load_model())

    def look(self, pixels: Pixels, features: VisualFeatures) -> EmotionProfile:
        """As `EmotionModel.look`."""
        return self.look_closely(pixels, features)[0]

    def look_closely(
        self, pixels: Pixels, features: VisualFeatures
    ) -> tuple[EmotionProfile, Familiarity]:
        """`look`, and how near the picture lies to what the network learned from.

        Raises:
            ModelError: it gives no answer, or one that makes no sense.
        """
        from melodymuse.vision.classifier import look

        return look(self.session, pixels, features)
