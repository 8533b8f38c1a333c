"""Diffusion models of diffusers, from a folder or the Hugging Face hub, asked in words."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from melodymuse.errors import ModelError
from melodymuse.optional import need
from melodymuse.waveform.devices import choose_device, enough_memory
from melodymuse.waveform.loading import SMALLER, check_place, explained, quiet_transformers

INDEX_FILE = "model_index.json"


@dataclass(frozen=True, slots=True, eq=False)
class Diffusion:
    """A pipeline on its device.

    Attributes:
        pipeline: diffusers' `DiffusionPipeline`.
        name: the folder or hub name that it was loaded from.
        device: ``"cuda"``, ``"mps"`` or ``"cpu"``.
    """

    pipeline: Any
    name: str
    device: str

    @classmethod
    def load(cls, name_or_path: str, device: str = "auto") -> Diffusion:
        """Read a pipeline with all of its parts, in single precision.

        Raises:
            ModelError: no such model, or a damaged one.
            ControlError: an unknown device.
            MissingExtraError: diffusers is not installed.
        """
        need("diffusers", purpose="a diffusion model")
        import diffusers

        chosen = choose_device(device)
        check_place(name_or_path, INDEX_FILE)
        with (
            quiet_transformers(),
            explained(name_or_path),
            enough_memory(f"load '{name_or_path}'", chosen, SMALLER),
        ):
            _hush(diffusers)
            pipeline = diffusers.DiffusionPipeline.from_pretrained(
                name_or_path, torch_dtype=torch.float32
            )
            pipeline.set_progress_bar_config(disable=True)
            return cls(pipeline.to(chosen), name_or_path, chosen)

    def taken(self, names: Sequence[str]) -> str | None:
        """The first of some names that the pipeline takes as an argument; pipelines name the same
        wish differently."""
        known = inspect.signature(self.pipeline.__call__).parameters
        return next((name for name in names if name in known), None)

    def ask(self, prompt: str, *, seed: int, steps: int | None = None, **wishes: Any) -> Any:
        """What the pipeline gives for a prompt: an output with ``images`` or ``audios``.

        Args:
            prompt: the words.
            seed: what noise it begins with.
            steps: how often it takes noise away; as many as the pipeline is used to when None.
            wishes: further arguments that it takes, see `taken`.

        Raises:
            ModelError: not enough memory, or wishes that the pipeline objects to.
        """
        if steps is not None:
            wishes["num_inference_steps"] = steps
        noise = torch.Generator("cpu").manual_seed(seed)
        with (
            quiet_transformers(),
            enough_memory(f"ask '{self.name}'", self.device, SMALLER),
        ):
            try:
                return self.pipeline(prompt, generator=noise, **wishes)
            except ValueError as error:
                reason = str(error).strip().splitlines()[0]
                raise ModelError(f"'{self.name}' cannot do that: {reason}") from error


def is_diffusion(name_or_path: str) -> bool:
    """Whether a folder or a repository on the hub holds a pipeline of diffusers."""
    path = Path(name_or_path)
    if path.exists():
        return (path / INDEX_FILE).is_file()
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

    check_place(name_or_path)
    with quiet_transformers(), explained(name_or_path):
        try:
            huggingface_hub.hf_hub_download(name_or_path, INDEX_FILE)
        except (EntryNotFoundError, RepositoryNotFoundError):
            return False
    return True


def _hush(diffusers: Any) -> None:
    """Keep diffusers from writing bars and advice to the terminal."""
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
