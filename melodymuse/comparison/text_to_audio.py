"""Any model of transformers or diffusers that makes sound from words, as a maker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.comparison.asking import Asking
from melodymuse.comparison.backends import stated_licence, waveform_cost
from melodymuse.comparison.clips import comparable
from melodymuse.comparison.cost import Usage, watched
from melodymuse.comparison.takes import Brief, Take
from melodymuse.errors import AudioError, ControlError, ModelError
from melodymuse.optional import need
from melodymuse.waveform.naming import called

if TYPE_CHECKING:
    from melodymuse.waveform.diffusion import Diffusion

TEXT_TO_AUDIO = "text-to-audio"
# How pipelines of diffusers call the length that is wished for, in seconds.
_LENGTHS = (
    "audio_length_in_s",  # AudioLDM, MusicLDM
    "audio_end_in_s",  # Stable Audio
    "audio_duration",  # ACE-Step
    "audio_duration_s",  # LongCat
    "duration",  # Stable Audio 3
)

Sound = tuple[NDArray[np.float32], int]


class Sounder(Protocol):
    """A network that makes sound from words."""

    def __call__(self, prompt: str, seconds: float, seed: int) -> Sound:
        """Samples of shape (n, channels) and their rate, about so long or longer."""


@dataclass(frozen=True, slots=True, eq=False)
class TextToAudio:
    """Sound by transformers' pipeline "text-to-audio", or by a pipeline of diffusers.

    A model that cannot be told a length makes as much as it makes; what is over is cut off.

    Attributes:
        sounder: the network.
        model: the hub's name or the folder that it was loaded from.
        device: where it runs.
        licence: the licence of its weights, as `licences.joint_licence` tells.
        asking: how it is asked.
        loading: what it took to get ready.
        name: what to call it in a report.
    """

    sounder: Sounder
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
        steps: int | None = None,
        name: str = TEXT_TO_AUDIO,
    ) -> TextToAudio:
        """Load a model from a folder or the hub.

        Args:
            name_or_path: the folder or the name.
            asking: how it is asked.
            device: where it shall run.
            steps: of a diffusion model, how often it takes noise away.
            name: what to call it in a report.

        Raises:
            ModelError: no such model, or one of another kind.
            ControlError: an unknown device, or steps of a model that takes none.
            MissingExtraError: torch, transformers or diffusers is not installed.
        """
        need("torch", "transformers", purpose="a model of sound")
        from melodymuse.waveform.devices import choose_device
        from melodymuse.waveform.diffusion import is_diffusion
        from melodymuse.waveform.licences import joint_licence

        chosen = choose_device(device)
        diffuses = is_diffusion(name_or_path)
        if steps is not None and not diffuses:
            raise ControlError(f"'{name_or_path}' is no diffusion model: leave out the steps")
        with watched() as loading:
            sounder: Sounder = (
                _Diffuser.load(name_or_path, chosen, steps)
                if diffuses
                else _Transformer.load(name_or_path, chosen)
            )
        licence = joint_licence(name_or_path, None)
        return cls(sounder, name_or_path, chosen, licence, asking or Asking(), loading, name)

    def make(self, brief: Brief) -> Take:
        """Make sound of the brief's length.

        Raises:
            AudioError: the model gave silence, or less than can be compared.
            ModelError: not enough memory, or samples that are no numbers.
        """
        prompt, seed = self.asking.words(brief), brief.controls.seed
        with watched() as making:
            samples, rate = self.sounder(prompt, brief.seconds, seed)
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


@dataclass(frozen=True, slots=True, eq=False)
class _Transformer:
    """A `TextToAudioPipeline` of transformers."""

    pipeline: Any
    device: str

    @classmethod
    def load(cls, name_or_path: str, device: str) -> _Transformer:
        import transformers

        from melodymuse.waveform.devices import enough_memory
        from melodymuse.waveform.loading import SMALLER, check_place, explained, quiet_transformers

        check_place(name_or_path)
        with (
            quiet_transformers(),
            explained(name_or_path),
            enough_memory(f"load '{name_or_path}'", device, SMALLER),
        ):
            config = transformers.AutoConfig.from_pretrained(name_or_path)
            mappings = (
                transformers.MODEL_FOR_TEXT_TO_WAVEFORM_MAPPING,
                transformers.MODEL_FOR_TEXT_TO_SPECTROGRAM_MAPPING,
            )
            if not any(type(config) in known for known in mappings):
                raise _no_sound(name_or_path, f"a model of type '{config.model_type}'")
            made = transformers.pipeline("text-to-audio", model=name_or_path, device=device)
            return cls(made, device)

    def __call__(self, prompt: str, seconds: float, seed: int) -> Sound:
        from melodymuse.waveform.devices import enough_memory, seeded
        from melodymuse.waveform.loading import SMALLER, quiet_transformers

        with (
            quiet_transformers(),
            enough_memory("make sound", self.device, SMALLER),
            seeded(seed, self.device),
        ):
            found = self.pipeline(prompt, forward_params=self._steps(seconds))
        made = np.asarray(found["audio"], np.float32).squeeze()
        return np.atleast_2d(made).T, int(found["sampling_rate"])

    def _steps(self, seconds: float) -> dict[str, int]:
        """How many tokens so many seconds are, for models whose codec says it."""
        codec = getattr(self.pipeline.model.config, "audio_encoder", None)
        if codec is None:
            return {}
        return {"max_new_tokens": round(seconds * codec.sampling_rate / codec.hop_length) + 4}


@dataclass(frozen=True, slots=True, eq=False)
class _Diffuser:
    """A pipeline of diffusers that takes a length in seconds."""

    model: Diffusion
    length: str
    steps: int | None

    @classmethod
    def load(cls, name_or_path: str, device: str, steps: int | None) -> _Diffuser:
        from melodymuse.waveform.diffusion import Diffusion

        model = Diffusion.load(name_or_path, device)
        length = model.taken(_LENGTHS)
        if length is None:
            raise _no_sound(name_or_path, f"a {type(model.pipeline).__name__}")
        return cls(model, length, steps)

    def __call__(self, prompt: str, seconds: float, seed: int) -> Sound:
        import torch

        made = self.model.ask(prompt, seed=seed, steps=self.steps, **{self.length: seconds})
        samples = torch.as_tensor(made.audios[0]).float().cpu().numpy()
        return np.atleast_2d(samples).T, self._rate

    @property
    def _rate(self) -> int:
        pipeline = self.model.pipeline
        part = getattr(pipeline, "vocoder", None) or pipeline.vae
        return int(getattr(pipeline, "sample_rate", None) or part.config.sampling_rate)


def _no_sound(name_or_path: str, kind: str) -> ModelError:
    return ModelError(f"'{name_or_path}' makes no sound from words but is {kind}: name another one")
