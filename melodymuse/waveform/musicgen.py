"""MusicGen (Copet et al. 2023, "Simple and Controllable Music Generation", NeurIPS): words in,
sound out, through Hugging Face transformers.

Conventions: prompts are English; a window is what the model hears at once, 30 s; times are seconds;
tokens are EnCodec's, mostly 50 frames a second in 4 codebooks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from melodymuse.audio.clip import Clip
from melodymuse.errors import AudioError, ControlError, ModelError
from melodymuse.optional import need
from melodymuse.waveform.licences import joint_licence
from melodymuse.waveform.naming import JOIN
from melodymuse.waveform.prompts import check_prompt
from melodymuse.waveform.request import Progress, Request

if TYPE_CHECKING:
    from melodymuse.waveform.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class MusicGen:
    """A loaded model.

    Attributes:
        name: the hub's name or the folder that it was loaded from, with its adapter's if any.
        licence: the licence of its weights, as `licences.joint_licence` tells.
        network: its networks, on their device.
    """

    name: str
    licence: str
    network: Network

    @classmethod
    def load(
        cls, name_or_path: str, device: str = "auto", *, adapter: str | None = None
    ) -> MusicGen:
        """Load a model, and join an adapter to it.

        Args:
            name_or_path: a folder that ``save_pretrained`` wrote, or a name on the Hugging Face
                hub (downloaded once, by transformers): MusicGen or MusicGen-melody.
            device: ``"auto"`` for the best there is, ``"cuda"``, ``"mps"`` or ``"cpu"``.
            adapter: a folder that `training.musicgen` wrote, or a hub name, of a LoRA adapter.

        Raises:
            ModelError: no such model, another kind of model, a damaged one, or too large a one.
            ControlError: an unknown device, or one that this machine does not have.
            MissingExtraError: torch, transformers or peft is not installed.
        """
        need("torch", "transformers", purpose="MusicGen")
        if adapter is not None:
            need("peft", purpose="an adapter")
        from melodymuse.waveform.devices import choose_device
        from melodymuse.waveform.network import load_network

        network = load_network(str(name_or_path), choose_device(device), adapter)
        name = str(name_or_path) if adapter is None else f"{name_or_path}{JOIN}{adapter}"
        return cls(name, joint_licence(str(name_or_path), adapter), network)

    @property
    def device(self) -> str:
        """Where it runs: ``"cuda"``, ``"mps"`` or ``"cpu"``."""
        return self.network.device

    @property
    def hears_melodies(self) -> bool:
        """Whether it can follow the melody of a waveform."""
        return self.network.hears_melodies

    @property
    def sample_rate(self) -> int:
        """Samples a second of what it makes."""
        return self.network.sample_rate

    def generate(
        self,
        prompt: str,
        *,
        seconds: float,
        seed: int,
        guidance: float = 3.0,
        top_k: int = 250,
        temperature: float = 1.0,
        melody: Clip | None = None,
        progress: Progress | None = None,
    ) -> Clip:
        """Make sound from words.

        The same arguments give the same samples on one machine, device and number of threads
        (another number rounds sums differently).  Beyond 30 s the model
        goes on from the last 12 s that it made, as audiocraft's does.

        Args:
            prompt: what to play, in English.
            seconds: length, 1..300, met to the frame (1/50 s).
            seed: the only source of randomness, 0..2^63-1.
            guidance: how strictly the words are followed, 1 (no guidance)..20.
            top_k: how many of the likeliest tokens are drawn from; 0 draws from all.
            temperature: 0.01 (the likeliest only)..1 (as learned)..5 (wild).
            melody: a sound whose melody to follow, repeated where it is shorter.
            progress: called with the tokens' frames made and those to make, as they are made.

        Returns:
            One channel at `sample_rate`; stereo models are averaged.  Made softer as a whole where
            it would exceed full scale.

        Raises:
            ControlError: a value out of range, an empty or overlong prompt, or a melody for a
                model that cannot follow one.
            ModelError: not enough memory, or weights that are damaged.
            AudioError: the model gave silence.
        """
        request = Request(seconds, seed, guidance, top_k, temperature)
        check_prompt(prompt)
        self.check_melody(melody is not None)
        from melodymuse.waveform.sampling import sample

        samples = sample(self.network, prompt, request, melody, progress)
        if not np.isfinite(samples).all():
            raise ModelError(f"'{self.name}' gave samples that are no numbers: it is damaged")
        kept = samples[: math.floor(seconds * self.sample_rate), np.newaxis]
        clip = Clip(kept, self.sample_rate).fitted()
        if clip.peak == 0:
            raise AudioError(f"'{self.name}' gave silence: try another seed or prompt")
        return clip

    def check_melody(self, wanted: bool) -> None:
        """See that a melody can be followed, if one is wanted.

        Raises:
            ControlError: it cannot.
        """
        if wanted and not self.hears_melodies:
            raise ControlError(
                f"'{self.name}' cannot follow a melody: use facebook/musicgen-melody or leave the "
                "melody out"
            )
