"""The networks of a MusicGen: read, checked, put on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import transformers

from melodymuse.errors import ModelError
from melodymuse.waveform.loading import (
    check_place,
    explained,
    load_pretrained,
    load_tokenizer,
    place,
    quiet_transformers,
)

_CLASSES = {
    "musicgen": "MusicgenForConditionalGeneration",
    "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
}


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The networks of a MusicGen on their device, in evaluation mode.

    Attributes:
        model: transformers' `MusicgenForConditionalGeneration` or its melody kind.
        tokenizer: the tokenizer of its text encoder.
        device: ``"cuda"``, ``"mps"`` or ``"cpu"``.
    """

    model: Any
    tokenizer: Any
    device: str

    @property
    def hears_melodies(self) -> bool:
        """Whether it is conditioned on chroma, too."""
        return bool(self.model.config.model_type == "musicgen_melody")

    @property
    def sample_rate(self) -> int:
        """Samples a second of what EnCodec decodes."""
        return int(self.model.config.audio_encoder.sampling_rate)

    @property
    def frame_rate(self) -> float:
        """Frames of tokens a second."""
        return self.sample_rate / int(self.model.config.audio_encoder.hop_length)

    @property
    def codebooks(self) -> int:
        """Rows of tokens: 4, or 8 for stereo with left and right in turn."""
        return int(self.model.config.decoder.num_codebooks)

    @property
    def channels(self) -> int:
        """1, or 2 for stereo."""
        return int(self.model.config.decoder.audio_channels)

    @property
    def start_token(self) -> int:
        """What stands before the first token, and where a codebook is silent."""
        return int(self.model.config.decoder.pad_token_id)


def import_libraries() -> None:
    """Import what the networks are made of, for who measures what loading a model takes by itself.

    transformers imports its modules when their classes are first asked for.
    """
    for name in _CLASSES.values():
        getattr(transformers, name)


def load_network(name_or_path: str, device: str, adapter: str | None = None) -> Network:
    """Read a MusicGen.

    Args:
        name_or_path: a folder, or a name on the Hugging Face hub.
        device: as `devices.choose_device` gives it.
        adapter: a LoRA adapter's folder or hub name, which is merged into the weights.

    Raises:
        ModelError: no such model, another kind of model, a damaged one, or too large a one.
    """
    model = load_pretrained(name_or_path, "MusicGen", _class_of, device)
    layers = model.audio_encoder.quantizer.layers
    if not any(bool(layer.codebook.embed.any()) for layer in layers):
        raise ModelError(
            f"'{name_or_path}' is untrained: the codebooks of its EnCodec are empty, so that every "
            "token would sound the same"
        )
    if adapter is not None:
        model = _with_adapter(model, adapter)
    tokenizer = load_tokenizer(name_or_path)
    return Network(place(model, name_or_path, device), tokenizer, device)


def _class_of(config: Any) -> Any | None:
    name = _CLASSES.get(config.model_type)
    return None if name is None else getattr(transformers, name)


def _with_adapter(model: Any, adapter: str) -> Any:
    import peft

    check_place(adapter, "adapter_config.json")
    with quiet_transformers(), explained(adapter):
        return peft.PeftModel.from_pretrained(model, adapter).merge_and_unload()
