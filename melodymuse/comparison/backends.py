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
from melodymuse.comparison.asking import DEFAULT_STYLE, Asking
from melodymuse.comparison.clips import LEAST_SECONDS, comparable, read_comparable
from melodymuse.comparison.cost import Cost, Usage, growth, watched
from melodymuse.comparison.takes import Brief, Take
from melodymuse.music.score import TICKS_PER_QUARTER
from melodymuse.planning.controls import Controls
from melodymuse.waveform.naming import DEFAULT_MODEL, called

if TYPE_CHECKING:
    from melodymuse.waveform.musicgen import MusicGen
    from melodymuse.waveform.picturing import Picturing

MELODYMUSE, MUSICGEN = "melodymuse", "musicgen"
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
    def load(cls, sound: Sound | None = None, name: str = MELODYMUSE) -> MelodyMuse:
        """Get ready: see that the piece can be played, and compose a bar to load the networks.

        Raises:
            AudioError, SoundfontError, MissingExtraError: there is no engine or soundfont.
        """
        from melodymuse import api

        wish = Sound() if sound is None else sound
        check_sound(wish, Path("piece.flac"))
        with watched() as loading:
            api.compose("awe", bars=1, seed=0)
        return cls(wish, loading, name)

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
                energy=making.energy,
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
    """Sound by MusicGen, from words that say what the brief asks for.

    Attributes:
        model: the loaded network.
        asking: how it is asked.
        loading: what it took to get ready.
        name: what to call it in a report.
        picturing: lets it hear the picture itself in place of words.
    """

    model: MusicGen
    asking: Asking
    loading: Usage
    name: str = MUSICGEN
    picturing: Picturing | None = None

    @classmethod
    def load(
        cls,
        name_or_path: str = DEFAULT_MODEL,
        *,
        asking: Asking | None = None,
        adapter: str | None = None,
        device: str = "auto",
        name: str = MUSICGEN,
        pictured: str | None = None,
        sample: str | None = None,
    ) -> MusicGenBackend:
        """Load the network, and a projection with a piece of music, as `Picturing.load` does.

        Raises:
            ModelError: no such model, or no MusicGen.
            ControlError: an unknown device.
            MissingExtraError: torch or transformers is not installed.
        """
        from melodymuse.optional import need
        from melodymuse.waveform.musicgen import MusicGen

        need("torch", "transformers", purpose="MusicGen")
        from melodymuse.waveform.network import import_libraries

        # Those of MelodyMuse are loaded by now: looking at the pictures needed them.
        import_libraries()
        picturing = None
        if pictured is not None:
            from melodymuse.waveform.picturing import Picturing

            picturing = Picturing.load(pictured, sample)
        with watched() as loading:
            model = MusicGen.load(name_or_path, device, adapter=adapter)
        return cls(model, asking or Asking(), loading, name, picturing)

    def make(self, brief: Brief) -> Take:
        """Make sound of the brief's length.

        Raises:
            AudioError: the model gave silence.
            ModelError: not enough memory.
        """
        asked, facts = self.model, dict(self.asking.facts)
        if self.picturing is None:
            prompt = self.asking.words(brief)
        else:
            prompt, facts = self.picturing.prompt, {}
            asked = self.picturing.applied(self.model, brief.picture)
        with watched() as making:
            made = asked.generate(prompt, seconds=brief.seconds, seed=brief.controls.seed)
        clip = comparable(replace(made, name=f"{self.name} for {brief.label}"))
        model = called(asked.name)
        facts = {"Model": model, "Prompt": prompt, "Seed": str(brief.controls.seed)} | facts
        return Take(
            maker=self.name,
            clip=clip,
            cost=waveform_cost(self.loading, making, self.model.device),
            licence=stated_licence(model, self.model.licence),
            facts=MappingProxyType(facts),
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


def stated_licence(model: str, weights: str) -> str:
    """What a report says of the licence of a model's weights."""
    from melodymuse.waveform.licences import UNKNOWN, forbids_sale

    if weights == UNKNOWN:
        return f"Weights of {model}: licence unknown, ask their maker."
    sale = " Not for commercial use." if forbids_sale(weights) else ""
    return f"Weights of {model}: {weights}.{sale}"


def waveform_cost(loading: Usage, making: Usage, device: str) -> Cost:
    """What a waveform took, which needed no playing."""
    return Cost(
        load_seconds=loading.seconds,
        make_seconds=making.seconds,
        sound_seconds=None,
        memory=growth(loading, making),
        device=device,
        energy=making.energy,
    )


def bars_for(controls: Controls, seconds: float) -> int:
    """The whole number of bars, at least 1, whose length is nearest to so many seconds."""
    return max(1, round(seconds / bar_seconds(controls)))


def bar_seconds(controls: Controls) -> float:
    """How long a bar lasts."""
    return controls.time_signature.bar_ticks / TICKS_PER_QUARTER * 60 / controls.tempo


def prompt_for(brief: Brief, style: str = DEFAULT_STYLE) -> str:
    """What the brief asks for in words, for a model of words and sound."""
    return Asking(style).words(brief)
