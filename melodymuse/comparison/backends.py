"""Who makes pieces: MelodyMuse, MusicGen, or somebody whose recordings the user has.

Any object with `name` and `make` is a backend.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from melodymuse.audio.clip import Clip
from melodymuse.audio.rendering import Sound, check_sound
from melodymuse.comparison.clips import LEAST_SECONDS, comparable, read_comparable
from melodymuse.comparison.cost import Cost, Usage, growth, watched
from melodymuse.comparison.takes import Brief, Take
from melodymuse.errors import ControlError
from melodymuse.music.score import TICKS_PER_QUARTER
from melodymuse.planning.controls import Controls
from melodymuse.waveform.naming import DEFAULT_MODEL, called

if TYPE_CHECKING:
    from melodymuse.waveform.musicgen import MusicGen

MELODYMUSE, MUSICGEN = "melodymuse", "musicgen"
DEFAULT_STYLE = "musical"
# Inclusive; MusicGen goes on by sliding its window of 30 s.
SECONDS_LIMITS = (5.0, 120.0)


class Backend(Protocol):
    """Anything that makes a piece for a brief."""

    @property
    def name(self) -> str:
        """What to call it in a report."""

    def make(self, brief: Brief) -> Take:
        """A piece for the brief."""


@dataclass(frozen=True, slots=True)
class MelodyMuse:
    """Notes by MelodyMuse's networks, sound by a soundfont.

    Attributes:
        sound: the soundfont and how it shall sound.
        loading: what it took to get ready.
        name: what to call it in a report.
    """

    sound: Sound
    loading: Usage
    name: str = MELODYMUSE

    @classmethod
    def load(cls, sound: Sound | None = None) -> MelodyMuse:
        """Get ready: see that the piece can be played, and compose a bar to load the networks.

        Raises:
            AudioError, SoundfontError, MissingExtraError: there is no engine or soundfont.
        """
        from melodymuse import api

        wish = Sound() if sound is None else sound
        check_sound(wish, Path("piece.flac"))
        with watched() as loading:
            api.compose("awe", bars=1, seed=0)
        return cls(wish, loading)

    def make(self, brief: Brief) -> Take:
        """Compose the bars whose sound comes nearest to the length asked, and let them sound.

        Raises:
            AudioError: the piece cannot be rendered.
        """
        from melodymuse import api
        from melodymuse.midi.writer import midi_bytes

        bars = bars_for(brief.controls, brief.seconds - self.sound.tail)
        shortest = (LEAST_SECONDS - self.sound.tail) / bar_seconds(brief.controls)
        bars = max(bars, math.ceil(shortest))
        with watched() as making:
            # Feeling and controls follow from the analysis and the seed as those of the brief did.
            piece = api.compose(brief.analysis, seed=brief.controls.seed, bars=bars)
            midi = midi_bytes(piece.score)
            with watched() as sounding:
                rendering = piece.render(self.sound)
        clip = comparable(replace(rendering.clip, name=f"{self.name} for {brief.label}"))
        return Take(
            maker=self.name,
            clip=clip,
            score=piece.score,
            midi=midi,
            cost=Cost(
                load_seconds=self.loading.seconds,
                make_seconds=making.seconds,
                sound_seconds=sounding.seconds,
                memory=growth(self.loading, making),
                device="cpu",
            ),
            licence="Yours: the music that you compose with MelodyMuse belongs to you.",
            facts=MappingProxyType(
                {
                    "Soundfont": rendering.soundfont.name,
                    "Engine": rendering.engine,
                    "Seed": str(piece.seed),
                }
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class MusicGenBackend:
    """Sound by MusicGen, from a prompt that says what the brief asks for.

    Attributes:
        model: the loaded network.
        style: the prompt's style, one of `waveform.prompts.STYLES`.
        loading: what it took to get ready.
        name: what to call it in a report.
    """

    model: MusicGen
    style: str
    loading: Usage
    name: str = MUSICGEN

    @classmethod
    def load(
        cls, name_or_path: str = DEFAULT_MODEL, *, style: str = DEFAULT_STYLE, device: str = "auto"
    ) -> MusicGenBackend:
        """Load the network.

        Raises:
            ModelError: no such model, or no MusicGen.
            ControlError: an unknown style or device.
            MissingExtraError: torch or transformers is not installed.
        """
        from melodymuse.optional import need
        from melodymuse.waveform.musicgen import MusicGen
        from melodymuse.waveform.prompts import STYLES

        if style not in STYLES:
            raise ControlError(f"unknown prompt style '{style}': use one of {', '.join(STYLES)}")
        need("torch", "transformers", purpose="MusicGen")
        from melodymuse.waveform.network import import_libraries

        # Those of MelodyMuse are loaded by now: looking at the pictures needed them.
        import_libraries()
        with watched() as loading:
            model = MusicGen.load(name_or_path, device)
        return cls(model, style, loading)

    def make(self, brief: Brief) -> Take:
        """Make sound of the brief's length.

        Raises:
            AudioError: the model gave silence.
            ModelError: not enough memory.
        """
        from melodymuse.waveform.licences import UNKNOWN, forbids_sale

        prompt = prompt_for(brief, self.style)
        with watched() as making:
            made = self.model.generate(prompt, seconds=brief.seconds, seed=brief.controls.seed)
        clip = comparable(replace(made, name=f"{self.name} for {brief.label}"))
        weights = self.model.licence
        model = called(self.model.name)
        licence = f"Weights of {model}: {weights}."
        if weights == UNKNOWN:
            licence = f"Weights of {model}: licence unknown, ask their maker."
        elif forbids_sale(weights):
            licence += " Not for commercial use."
        return Take(
            maker=self.name,
            clip=clip,
            cost=Cost(
                load_seconds=self.loading.seconds,
                make_seconds=making.seconds,
                sound_seconds=None,
                memory=growth(self.loading, making),
                device=self.model.device,
            ),
            licence=licence,
            facts=MappingProxyType(
                {
                    "Model": model,
                    "Prompt": prompt,
                    "Style": self.style,
                    "Seed": str(brief.controls.seed),
                }
            ),
        )


@dataclass(frozen=True, slots=True)
class Recordings:
    """Sound files made elsewhere, one for each picture.

    Attributes:
        name: the name that the user gave.
        clips: the sound for each picture, by the brief's label.
        files: where it was read from, by label.
    """

    name: str
    clips: Mapping[str, Clip]
    files: Mapping[str, Path]

    @classmethod
    def read(cls, name: str, files: Mapping[str, Path]) -> Recordings:
        """Read them all, before any work is done.

        Raises:
            AudioError: a file is missing, no sound, silent, too short, or holds no numbers.
        """
        return cls(name, {label: read_comparable(path) for label, path in files.items()}, files)

    def make(self, brief: Brief) -> Take:
        """The recording for the brief's picture."""
        return Take(
            maker=self.name,
            clip=self.clips[brief.label],
            licence="Made elsewhere: ask where it was made what may be done with it.",
            facts=MappingProxyType({"File": self.files[brief.label].name}),
        )


def bars_for(controls: Controls, seconds: float) -> int:
    """The whole number of bars, at least 1, whose length is nearest to so many seconds."""
    return max(1, round(seconds / bar_seconds(controls)))


def bar_seconds(controls: Controls) -> float:
    """How long a bar lasts."""
    return controls.time_signature.bar_ticks / TICKS_PER_QUARTER * 60 / controls.tempo


def prompt_for(brief: Brief, style: str = DEFAULT_STYLE) -> str:
    """What the brief asks for in words, for a model of words and sound."""
    from melodymuse.waveform.prompts import write_prompt

    return write_prompt(style, brief.expressed, brief.controls, brief.caption)
