"""The picture itself as MusicGen's condition, in place of words: what an eye sees is projected to
where the text encoder's states stand; a piece of music may be a second condition.

After "Imagic" of Goh & Treleaven, "Image-to-Music and Music-to-Image" (University College London),
who join their picture tower to MusicGen's transformer; the second condition is their wish.  Here
MusicGen stays as it is and the projection alone learns (``python -m training.musicgen.pictured``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers.modeling_outputs import BaseModelOutput

from melodymuse.audio.clip import Clip, read_clip
from melodymuse.errors import ModelError
from melodymuse.vision.features import Pixels
from melodymuse.waveform.loading import check_place, explained
from melodymuse.waveform.musicgen import MusicGen
from melodymuse.waveform.naming import JOIN
from melodymuse.waveform.network import Network

CONFIG_FILE, WEIGHTS_FILE = "projector.json", "projector.safetensors"
# The tower that needs no download.
EYE = "eye"
# What stands for the words in files and reports.
PICTURE, AND_SAMPLE = "the picture itself", ", and a piece of music"
# So much of a piece of music is heard.
SAMPLE_SECONDS = 10.0

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a projection is made of.

    Attributes:
        tower: what looks at pictures: `EYE`, or a CLIP's folder or hub name.
        inputs: numbers that the tower gives.
        sound_inputs: numbers that the codec's encoder gives for a moment.
        states: size of the text encoder's states.
        width: of the hidden layer.
        tokens: states that a picture becomes.
        sound_tokens: states that a piece of music becomes.
    """

    tower: str
    inputs: int
    sound_inputs: int
    states: int
    width: int = 256
    tokens: int = 8
    sound_tokens: int = 8


class Projector(torch.nn.Module):  # type: ignore[misc]
    """From rows of pictures and of moments of sound to states."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(shape.inputs))
        self.register_buffer("deviation", torch.ones(shape.inputs))
        self.picture = torch.nn.Sequential(
            torch.nn.Linear(shape.inputs, shape.width),
            torch.nn.GELU(),
            torch.nn.Linear(shape.width, shape.tokens * shape.states),
        )
        self.sound = torch.nn.Linear(shape.sound_inputs, shape.states)
        self.moment = torch.nn.Parameter(torch.zeros(shape.sound_tokens, shape.states))

    def forward(self, pictures: torch.Tensor, sounds: torch.Tensor) -> torch.Tensor:
        """States of shape (n, tokens + sound_tokens, states).

        Args:
            pictures: shape (n, inputs).
            sounds: shape (n, sound_tokens, sound_inputs).
        """
        rows = self.picture((pictures - self.mean) / self.deviation)
        seen = rows.reshape(len(rows), self.shape.tokens, self.shape.states)
        return torch.cat([seen, self.sound(sounds) + self.moment], dim=1)


class PictureEncoder(torch.nn.Module):  # type: ignore[misc]
    """Stands where the text encoder stood: its tokens are the number of a condition, repeated."""

    main_input_name = "input_ids"

    def __init__(self, text_encoder: Any, projector: Projector, conditions: Conditions) -> None:
        super().__init__()
        self.config = text_encoder.config
        self.project = projector
        self.register_buffer("pictures", conditions.pictures, persistent=False)
        self.register_buffer("sounds", conditions.sounds, persistent=False)

    def forward(self, input_ids: torch.Tensor, **_: Any) -> BaseModelOutput:
        """The states of the conditions that are numbered."""
        chosen = input_ids[:, 0]
        states = self.project(self.pictures[chosen], self.sounds[chosen])
        return BaseModelOutput(last_hidden_state=states)


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """Pictures, some with a piece of music, by name; it also stands where the tokenizer stood.

    Attributes:
        names: what each is called.
        pictures: shape (n, inputs).
        sounds: shape (n, sound_tokens, sound_inputs); zeros where there is none.
        heard: shape (n,): whether there is one.
        tokens: states that a picture becomes.
    """

    names: Sequence[str]
    pictures: torch.Tensor
    sounds: torch.Tensor
    heard: torch.Tensor
    tokens: int

    def __call__(self, texts: Sequence[str], **_: Any) -> Mapping[str, torch.Tensor]:
        """Tokens and mask, as of words; the states of a sound that is not there do not count."""
        numbers = torch.tensor([self.names.index(text) for text in texts])
        size = self.tokens + self.sounds.shape[1]
        mask = torch.ones((len(texts), size), dtype=torch.long)
        mask[:, self.tokens :] = self.heard[numbers].long()[:, None]
        return {"input_ids": numbers[:, None].repeat(1, size), "attention_mask": mask}


def conditions_of(
    network: Network,
    shape: Shape,
    given: Mapping[str, tuple[Row, Clip | None]],
) -> Conditions:
    """The conditions of pictures, as `look` saw them, and pieces of music, by name."""
    moments = [
        torch.zeros(shape.sound_tokens, shape.sound_inputs)
        if sample is None
        else hear(network, sample, shape.sound_tokens)
        for _, sample in given.values()
    ]
    return Conditions(
        tuple(given),
        torch.from_numpy(np.stack([row for row, _ in given.values()])),
        torch.stack(moments),
        torch.tensor([sample is not None for _, sample in given.values()]),
        shape.tokens,
    )


def conditioned(network: Network, projector: Projector, conditions: Conditions) -> Network:
    """The network with conditions in place of words; its model changes."""
    network.model.text_encoder = PictureEncoder(
        network.model.text_encoder, projector, conditions
    ).to(network.device)
    return replace(network, tokenizer=conditions)


def look(tower: str, pictures: Sequence[Pixels]) -> Row:
    """What a tower sees: shape (n, inputs).

    Of the eye: the eight emotions' probabilities, valence and arousal, and what it measures.

    Raises:
        ModelError, MissingExtraError: a CLIP that cannot be used.
    """
    if tower != EYE:
        from melodymuse.vision.eyes.clip import ClipEncoder

        return ClipEncoder.load(tower).places_of_pictures(pictures).astype(np.float32)
    from melodymuse import api

    rows = []
    for pixels in pictures:
        seen = api.analyze(pixels)
        felt = seen.profile
        measured = seen.features.as_dict().values()
        rows.append([*felt.probabilities, felt.valence, felt.arousal, *measured])
    return np.array(rows, np.float32)


def hear(network: Network, sample: Clip, tokens: int) -> torch.Tensor:
    """What the codec's encoder makes of the first `SAMPLE_SECONDS` of music: shape (tokens,
    sound_inputs), a mean over each part."""
    samples = sample.mono(network.sample_rate)[: round(SAMPLE_SECONDS * network.sample_rate)]
    sound = torch.from_numpy(samples)[None, None].to(network.device)
    with torch.no_grad():
        frames = network.model.audio_encoder.encoder(sound)
    parts: torch.Tensor = torch.nn.functional.adaptive_avg_pool1d(frames, tokens)[0].T.cpu()
    return parts


@dataclass(frozen=True, slots=True, eq=False)
class Picturing:
    """A projection from a folder, for the MusicGen that it was learned with.

    Attributes:
        name: the folder.
        projector: its weights.
        sample: a piece of music beside the picture.
    """

    name: str
    projector: Projector
    sample: Clip | None = None

    @classmethod
    def load(cls, folder: str, sample: str | os.PathLike[str] | None = None) -> Picturing:
        """Read what `save_projector` wrote, and a sound file.

        Raises:
            ModelError: no such folder, or a damaged one.
            AudioError: no such sound, or no sound.
            MissingExtraError: torch, transformers or soundfile is not installed.
        """
        from safetensors.torch import load_file

        place = Path(folder)
        if not place.is_dir():
            raise ModelError(f"there is no folder '{folder}': training.musicgen.pictured makes one")
        check_place(folder, CONFIG_FILE)
        with explained(folder):
            said = json.loads((place / CONFIG_FILE).read_text(encoding="utf-8"))
            projector = Projector(Shape(**said))
            projector.load_state_dict(load_file(place / WEIGHTS_FILE))
        return cls(folder, projector.eval(), None if sample is None else read_clip(sample))

    @property
    def prompt(self) -> str:
        """What stands for the words, by which the condition is asked for."""
        return PICTURE if self.sample is None else PICTURE + AND_SAMPLE

    def applied(self, model: MusicGen, image: Any) -> MusicGen:
        """A model that hears a picture (and the piece of music) when it is told `prompt`; the one
        that is given changes with it.

        Args:
            model: a loaded MusicGen.
            image: a picture, as `melodymuse.analyze` takes it.

        Raises:
            ImageError: the picture cannot be read.
            ModelError: it was learned with another model, or its tower cannot be used.
        """
        from melodymuse.vision import load_image

        network, shape = model.network, self.projector.shape
        fits = shape_for(network, shape.tower, shape.inputs)
        if (fits.states, fits.sound_inputs) != (shape.states, shape.sound_inputs):
            raise ModelError(f"'{self.name}' was learned with another model than '{model.name}'")
        row = look(shape.tower, [load_image(image)])[0]
        conditions = conditions_of(network, shape, {self.prompt: (row, self.sample)})
        joined = conditioned(network, self.projector, conditions)
        return MusicGen(f"{model.name}{JOIN}{self.name}", model.licence, joined)


def shape_for(network: Network, tower: str, inputs: int) -> Shape:
    """The usual shape for a model and a tower."""
    config = network.model.config
    return Shape(
        tower, inputs, int(config.audio_encoder.hidden_size), int(config.text_encoder.d_model)
    )


def save_projector(projector: Projector, folder: Path) -> None:
    """Write a projection into a folder, over one that is there; the weights first."""
    from safetensors.torch import save

    from melodymuse.files import whole_file, write_text

    with whole_file(folder / WEIGHTS_FILE, overwrite=True) as place:
        place.write_bytes(save(projector.state_dict()))
    text = json.dumps(asdict(projector.shape), indent=1) + "\n"
    write_text(folder / CONFIG_FILE, text, overwrite=True)
