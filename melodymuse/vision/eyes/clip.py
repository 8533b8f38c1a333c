"""An eye out of any CLIP or SigLIP of transformers: pictures and words in one space.

Without more, zero-shot: a picture is compared with the words of `words`, and feels like what it is
nearer to.  With a head that `training.eye.clip` fitted, valence, arousal and emotions are read from
the picture's place in the space.

Source: A. Radford et al., "Learning transferable visual models from natural language supervision",
ICML 2021, section 3.1; X. Zhai et al., "Sigmoid loss for language image pre-training", ICCV 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from melodymuse.errors import MissingExtraError, ModelError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.vision.eyes.head import Head
from melodymuse.vision.eyes.words import AXIS_WORDS, EMOTION_WORDS, sentences
from melodymuse.vision.features import Pixels, VisualFeatures

Array = npt.NDArray[np.float64]

# The kinds of model that give pictures and words places in one space.
KINDS = ("clip", "siglip", "siglip2", "chinese_clip", "altclip")


class Encoder(Protocol):
    """Gives pictures and words places on one sphere."""

    @property
    def scale(self) -> float:
        """What cosines are multiplied by before they are compared."""

    def places_of_pictures(self, pictures: Sequence[Pixels]) -> Array:
        """Unit vectors (N, D) of pictures, each uint8 (H, W, 3), RGB."""

    def places_of_words(self, texts: Sequence[str]) -> Array:
        """Unit vectors (N, D) of texts."""


@dataclass(frozen=True, slots=True)
class ClipEncoder:
    """A CLIP or SigLIP model of transformers on the CPU.

    Attributes:
        model, pictures, words: the network, its image processor and its tokenizer, of transformers.
        scale: what the model multiplies cosines by before it compares them.
    """

    model: Any
    pictures: Any
    words: Any
    scale: float

    @classmethod
    def load(cls, name_or_path: str) -> ClipEncoder:
        """The model in a folder that ``save_pretrained`` wrote, or of a name on the hub.

        Raises:
            MissingExtraError: PyTorch or transformers is not installed.
            ModelError: no such model, another kind of model, or a damaged one.
        """
        for package in ("torch", "transformers"):
            _need(package)
        import transformers

        from melodymuse.waveform.loading import explained, load_pretrained, quiet_transformers

        def choose(config: Any) -> Any | None:
            return transformers.AutoModel if config.model_type in KINDS else None

        model = load_pretrained(name_or_path, "CLIP or SigLIP", choose, "cpu")
        with quiet_transformers(), explained(name_or_path):
            pictures = transformers.AutoImageProcessor.from_pretrained(name_or_path)
            try:
                words = transformers.AutoTokenizer.from_pretrained(name_or_path)
            except ImportError:
                _need("sentencepiece")
                raise
        model.requires_grad_(False)
        return cls(model.eval(), pictures, words, float(np.exp(model.logit_scale.item())))

    def places_of_pictures(self, pictures: Sequence[Pixels]) -> Array:
        """As `Encoder`."""
        given = self.pictures(images=list(pictures), return_tensors="pt")
        return _unit(self.model.get_image_features(**given))

    def places_of_words(self, texts: Sequence[str]) -> Array:
        """As `Encoder`."""
        # SigLIP was trained on texts that are filled up to its full length, without a mask.
        full = self.model.config.model_type.startswith("siglip")
        given = self.words(
            list(texts),
            return_tensors="pt",
            truncation=True,
            max_length=self.model.config.text_config.max_position_embeddings,
            padding="max_length" if full else True,
        )
        if full:
            given.pop("attention_mask", None)
        return _unit(self.model.get_text_features(**given))


@dataclass(frozen=True, slots=True)
class ZeroShotEye:
    """An eye that says which words a picture is nearest to.

    Attributes:
        name: what is told of it.
        encoder: where pictures lie.
        emotions: unit vectors of the eight emotions' words, (8, D).
        poles: of the upper and lower ends of valence and arousal, (2, 2, D).
    """

    name: str
    encoder: Encoder
    emotions: Array
    poles: Array

    @classmethod
    def of(cls, name: str, encoder: Encoder) -> ZeroShotEye:
        """The eye that an encoder makes with the words of `words`."""
        emotions = [_mean_place(encoder, EMOTION_WORDS[emotion]) for emotion in EMOTIONS]
        poles = [
            [_mean_place(encoder, pole) for pole in AXIS_WORDS[axis]]
            for axis in ("valence", "arousal")
        ]
        return cls(f"{name}, zero-shot", encoder, np.array(emotions), np.array(poles))

    def look(self, pixels: Pixels, features: VisualFeatures) -> EmotionProfile:
        """As `EmotionModel.look`."""
        logits, felt = self.answers(self.encoder.places_of_pictures([pixels]))
        return profile_of(logits[0], felt[0], self.name)

    def answers(self, places: Array) -> tuple[Array, Array]:
        """Logits (N, 8), and valence and arousal (N, 2), of pictures' unit vectors (N, D)."""
        # Two words compared by a softmax, on -1..1: the hyperbolic tangent of half their distance.
        upper, lower = self.poles[:, 0], self.poles[:, 1]
        felt = np.tanh(self.encoder.scale / 2 * (places @ (upper - lower).T))
        return self.encoder.scale * (places @ self.emotions.T), np.asarray(felt, np.float64)


@dataclass(frozen=True, slots=True)
class FittedEye:
    """An eye that reads feelings from a picture's place by a fitted head."""

    name: str
    encoder: Encoder
    head: Head

    def look(self, pixels: Pixels, features: VisualFeatures) -> EmotionProfile:
        """As `EmotionModel.look`."""
        logits, place = self.head.answers(self.encoder.places_of_pictures([pixels]))
        return profile_of(logits[0], place[0], self.name)


def profile_of(logits: Array, place: Array, name: str) -> EmotionProfile:
    """Logits of the eight emotions and a place on the plane, as a profile.

    Raises:
        ModelError: they are no numbers.
    """
    if not (np.isfinite(logits).all() and np.isfinite(place).all()):
        raise ModelError(f"the eye '{name}' gave no numbers: its weights are damaged")
    powers = np.exp(logits - logits.max())
    valence, arousal = (float(value) for value in np.clip(place, -1, 1))
    return EmotionProfile(tuple(float(p) for p in powers / powers.sum()), valence, arousal)


def _mean_place(encoder: Encoder, phrases: tuple[str, ...]) -> Array:
    mean = encoder.places_of_words(sentences(phrases)).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float64)


def _need(package: str) -> None:
    if find_spec(package) is None:
        raise MissingExtraError(package, "eye", "an eye of transformers (--eye)")


def _unit(output: Any) -> Array:
    """What the model gives, a tensor or an output that holds one, as unit vectors (N, D)."""
    tensor = getattr(output, "pooler_output", output)
    places = np.asarray(tensor.cpu().numpy(), np.float64)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    return np.asarray(places / np.maximum(lengths, 1e-12), np.float64)
