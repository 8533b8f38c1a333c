"""Networks that listen: CLAP and classifiers of sound, by transformers, with their real weights.

A network whose weights are missing, in whole or in part, is refused: transformers would fill the
gaps with random numbers, and every figure would look as good as a true one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip, Samples
from melodymuse.comparison.embeddings import windows
from melodymuse.optional import need
from melodymuse.waveform.naming import called

Array = NDArray[np.float64]

# What CLAP and AudioSet's classifiers were trained on.
WINDOW_SECONDS = 10.0
_SHORTEST_SECONDS = 1.0


class Classifier(Protocol):
    """Anything that tells how likely each of its labels is."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    @property
    def labels(self) -> Sequence[str]:
        """What its classes are called."""

    def classify(self, clip: Clip) -> Array:
        """Distributions over labels of a clip's windows, shape (windows, classes)."""


class TextListener(Protocol):
    """Anything that places sounds and words in one space."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    def embed(self, clip: Clip) -> Array:
        """A clip's windows, shape (windows, dimensions)."""

    def embed_text(self, text: str) -> Array:
        """A text, shape (dimensions,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clap:
    """A CLAP network (Wu et al., ICASSP 2023); also an embedding.

    Attributes:
        name: its hub name, or that of its folder.
        model, processor: transformers' `ClapModel` and `ClapProcessor`.
    """

    name: str
    model: Any
    processor: Any

    @classmethod
    def load(cls, name_or_path: str) -> Clap:
        """Load it from a folder or the Hugging Face hub, such as ``laion/larger_clap_music``.

        Raises:
            ModelError: no such model, not a CLAP, or weights are missing.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="CLAP similarity")
        import transformers

        from melodymuse.waveform.loading import explained, load_pretrained, quiet_transformers

        model = load_pretrained(name_or_path, "CLAP", _clap_class, "cpu")
        with quiet_transformers(), explained(name_or_path):
            processor = transformers.AutoProcessor.from_pretrained(name_or_path)
        return cls(called(name_or_path), model.eval(), processor)

    def embed(self, clip: Clip) -> Array:
        """Shape (windows, dimensions), windows of 10 s side by side."""
        import torch

        extractor = self.processor.feature_extractor
        rows = []
        for window in _windows(clip.mono(extractor.sampling_rate), extractor.sampling_rate):
            inputs = extractor(window, sampling_rate=extractor.sampling_rate, return_tensors="pt")
            with torch.inference_mode():
                rows.append(_pooled(self.model.get_audio_features(**inputs)))
        return np.concatenate(rows)

    def embed_text(self, text: str) -> Array:
        """Shape (dimensions,); of a text longer than the network reads, its beginning."""
        import torch

        tokenizer, known_places = self.processor.tokenizer, self.model.config.text_config
        # Positions are counted from behind that of the padding, and not every tokenizer knows.
        most = known_places.max_position_embeddings - known_places.pad_token_id - 1
        inputs = tokenizer(
            [text],
            return_tensors="pt",
            truncation=True,
            max_length=min(most, tokenizer.model_max_length),
        )
        known = {name: inputs[name] for name in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            rows = _pooled(self.model.get_text_features(**known))
        return rows.reshape(-1)


@dataclass(frozen=True, slots=True, eq=False)
class SoundClassifier:
    """A classifier of sound, such as an audio spectrogram transformer trained on AudioSet.

    Attributes:
        name: its hub name, or that of its folder.
        model, extractor: transformers' model for audio classification, its feature extractor.
    """

    name: str
    model: Any
    extractor: Any

    @classmethod
    def load(cls, name_or_path: str) -> SoundClassifier:
        """Load it from a folder or the hub, such as ``MIT/ast-finetuned-audioset-10-10-0.4593``.

        Raises:
            ModelError: no such model, no classifier of sound, or weights are missing.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="a classifier of sound")
        import transformers

        from melodymuse.waveform.loading import explained, load_pretrained, quiet_transformers

        model = load_pretrained(name_or_path, "classifier of sound", _classifier_class, "cpu")
        with quiet_transformers(), explained(name_or_path):
            extractor = transformers.AutoFeatureExtractor.from_pretrained(name_or_path)
        return cls(called(name_or_path), model.eval(), extractor)

    @property
    def labels(self) -> Sequence[str]:
        """What its classes are called."""
        names = self.model.config.id2label
        return [str(names[number]) for number in sorted(names)]

    def classify(self, clip: Clip) -> Array:
        """Softmax over the labels, shape (windows, classes), windows of 10 s side by side."""
        import torch

        rate = self.extractor.sampling_rate
        rows = []
        for window in _windows(clip.mono(rate), rate):
            inputs = self.extractor(window, sampling_rate=rate, return_tensors="pt")
            with torch.inference_mode():
                logits = self.model(**inputs).logits.double()
            rows.append(torch.softmax(logits, dim=-1).numpy())
        distributions: Array = np.concatenate(rows)
        return distributions


@dataclass(frozen=True, slots=True, eq=False)
class Encodec:
    """The encoder of EnCodec (Defossez et al. 2022, "High fidelity neural audio compression"): what
    it knows before it rounds to tokens, averaged over each second.

    Attributes:
        name: its hub name, or that of its folder.
        model: transformers' `EncodecModel`.
    """

    name: str
    model: Any

    @classmethod
    def load(cls, name_or_path: str) -> Encodec:
        """Load it from a folder or the hub, such as ``facebook/encodec_24khz``.

        Raises:
            ModelError: no such model, no EnCodec, or weights are missing.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="EnCodec")
        from melodymuse.waveform.loading import load_pretrained

        model = load_pretrained(name_or_path, "EnCodec", _encodec_class, "cpu")
        return cls(called(name_or_path), model.eval())

    def embed(self, clip: Clip) -> Array:
        """Shape (windows, dimensions): windows of 1 s every 0.5 s."""
        import torch

        config = self.model.config
        rows = []
        for window in windows(clip.mono(config.sampling_rate), config.sampling_rate):
            sound = torch.from_numpy(window)[None, None].expand(1, config.audio_channels, -1)
            with torch.inference_mode():
                rows.append(self.model.encoder(sound).mean(dim=-1))
        found: Array = torch.cat(rows).double().numpy()
        return found


def _clap_class(config: Any) -> Any | None:
    import transformers

    return transformers.ClapModel if config.model_type == "clap" else None


def _encodec_class(config: Any) -> Any | None:
    import transformers

    return transformers.EncodecModel if config.model_type == "encodec" else None


def _classifier_class(config: Any) -> Any | None:
    import transformers

    # Only what was saved as a classifier: a bare encoder would get a head of random weights.
    saved_as = " ".join(config.architectures or ())
    fits = type(config) in transformers.MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING
    if not fits or not saved_as.endswith("Classification"):
        return None
    return transformers.AutoModelForAudioClassification


def _windows(samples: Samples, rate: int) -> Iterator[Samples]:
    """Windows of 10 s side by side; a rest under a second is left out."""
    size = round(WINDOW_SECONDS * rate)
    for start in range(0, len(samples), size):
        window = samples[start : start + size]
        if start == 0 or len(window) >= _SHORTEST_SECONDS * rate:
            yield window


def _pooled(output: Any) -> Array:
    """The projected embedding: the output itself, or inside it since transformers 5."""
    tensor = getattr(output, "pooler_output", output)
    rows: Array = tensor.double().numpy()
    return rows
