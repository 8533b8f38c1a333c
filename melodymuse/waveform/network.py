"""The networks of a MusicGen: read from a folder or the hub, checked, put on a device."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from melodymuse.errors import ModelError
from melodymuse.waveform.devices import enough_memory

_CLASSES = {
    "musicgen": "MusicgenForConditionalGeneration",
    "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
}
_SMALLER = "use a smaller model, or --device cpu"


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
    def hop(self) -> int:
        """Samples in a frame of tokens."""
        return int(self.model.config.audio_encoder.hop_length)

    @property
    def frame_rate(self) -> float:
        """Frames of tokens a second."""
        return self.sample_rate / self.hop

    @property
    def codebooks(self) -> int:
        """Rows of tokens: 4, or 8 for stereo with left and right in turn."""
        return int(self.model.config.decoder.num_codebooks)

    @property
    def channels(self) -> int:
        """1, or 2 for stereo."""
        return int(self.model.config.decoder.audio_channels)


def load_network(name_or_path: str, device: str, adapter: str | None = None) -> Network:
    """Read a MusicGen.

    Args:
        name_or_path: a folder, or a name on the Hugging Face hub.
        device: as `devices.choose_device` gives it.
        adapter: a LoRA adapter's folder or hub name, which is merged into the weights.

    Raises:
        ModelError: no such model, another kind of model, a damaged one, or too large a one.
    """
    _check_place(name_or_path, "model")
    with quiet_transformers(), explained(name_or_path):
        config = transformers.AutoConfig.from_pretrained(name_or_path)
        kind = _CLASSES.get(config.model_type)
        if kind is None:
            raise ModelError(
                f"'{name_or_path}' is no MusicGen but a model of type '{config.model_type}': name "
                "a MusicGen, such as facebook/musicgen-small"
            )
        with enough_memory(f"load '{name_or_path}'", device, _SMALLER):
            model, report = getattr(transformers, kind).from_pretrained(
                name_or_path, config=config, output_loading_info=True
            )
            _check_weights(name_or_path, model, report)
            if adapter is not None:
                model = _with_adapter(model, adapter)
            model = model.to(device).eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(name_or_path)
    return Network(model, tokenizer, device)


@contextmanager
def explained(name_or_path: str) -> Iterator[None]:
    """Turn what transformers raises about a model's files into one line.

    Raises:
        ModelError: the model cannot be found or read.
    """
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, EOFError) as error:
        if isinstance(error, MemoryError | torch.OutOfMemoryError):
            raise
        reason = _first_line(error)
        if os.path.isdir(name_or_path):
            raise ModelError(
                f"'{name_or_path}' is damaged or not a whole model: {reason}"
            ) from error
        raise ModelError(
            f"there is no folder '{name_or_path}', and no model of that name could be had from the "
            f"Hugging Face hub: {reason}"
        ) from error
    except Exception as error:
        # safetensors and tokenizers raise classes of their own, derived from Exception alone.
        if type(error).__module__.split(".")[0] not in _FOREIGN and type(error) is not Exception:
            raise
        raise ModelError(f"'{name_or_path}' is damaged: {_first_line(error)}") from error


# Whose exceptions speak of files.
_FOREIGN = frozenset({"safetensors", "safetensors_rust", "tokenizers", "huggingface_hub", "httpx"})


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from writing progress bars and advice to the terminal."""
    verbosity = transformers.logging.get_verbosity()
    bars = transformers.logging.is_progress_bar_enabled()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers.logging.set_verbosity(verbosity)
        if bars:
            transformers.logging.enable_progress_bar()


def _check_place(name_or_path: str, what: str) -> None:
    """A folder without a configuration, or a file, would be looked for on the hub."""
    path = Path(name_or_path)
    if path.is_file():
        raise ModelError(f"'{name_or_path}' is a file: name the folder that holds the {what}")
    if path.is_dir() and not (path / "config.json").is_file():
        raise ModelError(
            f"'{name_or_path}' holds no model: there is no config.json in it, as "
            "save_pretrained writes it"
        )
    if path.is_dir():
        try:
            json.loads((path / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"'{name_or_path}' is damaged: config.json: {error}") from error


def _check_weights(name_or_path: str, model: Any, report: dict[str, Any]) -> None:
    missing = sorted(report.get("missing_keys", ())) + [
        str(key[0]) for key in report.get("mismatched_keys", ())
    ]
    if missing:
        raise ModelError(
            f"'{name_or_path}' is damaged: {len(missing)} of its weights are missing or misshapen, "
            f"such as {missing[0]}"
        )
    layers = model.audio_encoder.quantizer.layers
    if not any(bool(layer.codebook.embed.any()) for layer in layers):
        raise ModelError(
            f"'{name_or_path}' is untrained: the codebooks of its EnCodec are empty, so that every "
            "token would sound the same"
        )


def _with_adapter(model: Any, adapter: str) -> Any:
    import peft

    if os.path.isdir(adapter) and not os.path.isfile(os.path.join(adapter, "adapter_config.json")):
        raise ModelError(f"'{adapter}' holds no adapter: there is no adapter_config.json in it")
    with explained(adapter):
        return peft.PeftModel.from_pretrained(model, adapter).merge_and_unload()


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
