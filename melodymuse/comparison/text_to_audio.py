"""Any model of transformers that makes sound from words, as a maker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from melodymuse.audio.clip import Clip
from melodymuse.comparison.asking import Asking
from melodymuse.comparison.backends import stated_licence, waveform_cost
from melodymuse.comparison.clips import comparable
from melodymuse.comparison.cost import Usage, watched
from melodymuse.comparison.takes import Brief, Take
from melodymuse.errors import AudioError, ModelError
from melodymuse.optional import need
from melodymuse.waveform.naming import called

TEXT_TO_AUDIO = "text-to-audio"


@dataclass(frozen=True, slots=True, eq=False)
class TextToAudio:
    """Sound by transformers' pipeline "text-to-audio".

    A model that cannot be told a length makes as much as it makes; what is over is cut off.

    Attributes:
        pipeline: transformers' `TextToAudioPipeline`.
        model: the hub's name or the folder that it was loaded from.
        device: where it runs.
        licence: the licence of its weights, as `licences.joint_licence` tells.
        asking: how it is asked.
        loading: what it took to get ready.
        name: what to call it in a report.
    """

    pipeline: Any
    model: str
    device: str
    licence: str
    asking: Asking
    loading: Usage
    name: str = TEXT_TO_AUDIO

    @classmethod
    def load(
        cls,
        name_or_path: str,
        *,
        asking: Asking | None = None,
        device: str = "auto",
        name: str = TEXT_TO_AUDIO,
    ) -> TextToAudio:
        """Load a model from a folder or the hub.

        Raises:
            ModelError: no such model, or one of another kind.
            ControlError: an unknown device.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="a model of sound")
        from melodymuse.waveform.devices import choose_device, enough_memory
        from melodymuse.waveform.licences import joint_licence
        from melodymuse.waveform.loading import SMALLER, explained, quiet_transformers

        chosen = choose_device(device)
        with (
            watched() as loading,
            quiet_transformers(),
            explained(name_or_path),
            enough_memory(f"load '{name_or_path}'", chosen, SMALLER),
        ):
            pipeline = _pipeline(name_or_path, chosen)
        licence = joint_licence(name_or_path, None)
        return cls(pipeline, name_or_path, chosen, licence, asking or Asking(), loading, name)

    def make(self, brief: Brief) -> Take:
        """Make sound of the brief's length.

        Raises:
            AudioError: the model gave silence, or less than can be compared.
            ModelError: not enough memory, or samples that are no numbers.
        """
        from melodymuse.waveform.devices import enough_memory, seeded
        from melodymuse.waveform.loading import SMALLER, quiet_transformers

        prompt, seed = self.asking.words(brief), brief.controls.seed
        with (
            watched() as making,
            quiet_transformers(),
            enough_memory("make sound", self.device, SMALLER),
            seeded(seed, self.device),
        ):
            samples, rate = _sounded(self.pipeline, prompt, brief.seconds)
        if not np.isfinite(samples).all():
            raise ModelError(f"'{self.model}' gave samples that are no numbers: it is damaged")
        clip = Clip(samples[: round(brief.seconds * rate)], rate, f"{self.name} for {brief.label}")
        if clip.peak == 0:
            raise AudioError(f"'{self.model}' gave silence: try another seed")
        model = called(self.model)
        return Take(
            maker=self.name,
            clip=comparable(replace(clip.fitted(), name=clip.name)),
            cost=waveform_cost(self.loading, making, self.device),
            licence=stated_licence(model, self.licence),
            facts=MappingProxyType(
                {"Model": model, "Prompt": prompt, "Seed": str(seed)} | dict(self.asking.facts)
            ),
        )


def _pipeline(name_or_path: str, device: str) -> Any:
    import transformers

    from melodymuse.waveform.loading import check_place

    check_place(name_or_path)
    config = transformers.AutoConfig.from_pretrained(name_or_path)
    mappings = (
        transformers.MODEL_FOR_TEXT_TO_WAVEFORM_MAPPING,
        transformers.MODEL_FOR_TEXT_TO_SPECTROGRAM_MAPPING,
    )
    if not any(type(config) in known for known in mappings):
        raise ModelError(
            f"'{name_or_path}' makes no sound from words but is a model of type "
            f"'{config.model_type}': name another one"
        )
    return transformers.pipeline("text-to-audio", model=name_or_path, device=device)


def _sounded(pipeline: Any, prompt: str, seconds: float) -> tuple[Any, int]:
    """Samples of shape (n, channels), float32, and their rate."""
    found = pipeline(prompt, forward_params=_steps(pipeline, seconds))
    made = np.asarray(found["audio"], np.float32).squeeze()
    return np.atleast_2d(made).T, int(found["sampling_rate"])


def _steps(pipeline: Any, seconds: float) -> dict[str, int]:
    """How many tokens so many seconds are, for models whose codec says it."""
    codec = getattr(pipeline.model.config, "audio_encoder", None)
    if codec is None:
        return {}
    return {"max_new_tokens": round(seconds * codec.sampling_rate / codec.hop_length) + 4}
