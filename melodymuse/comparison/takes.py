"""What is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from melodymuse.audio.clip import Clip
from melodymuse.comparison.cost import Cost
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import TICKS_PER_QUARTER, Score
from melodymuse.planning.controls import Controls
from melodymuse.vision import Analysis


@dataclass(frozen=True, slots=True)
class Brief:
    """What every maker is asked for, the same for all.

    Attributes:
        picture: the picture's path.
        label: what to call it: its name without suffix, unlike every other's.
        analysis: what was seen in it.
        expressed: the feeling that the music shall have.
        controls: key, tempo, bars and so on that follow from it, and the seed.
        seconds: how long the piece shall be.
        caption: what the picture shows: the user's words, or its light and colours in words; None
            where it is not spoken of.
    """

    picture: Path
    label: str
    analysis: Analysis
    expressed: EmotionProfile
    controls: Controls
    seconds: float
    caption: str | None = None

    @property
    def tempos(self) -> tuple[float, ...]:
        """The one speed asked for as people count it, beats a minute: its quarter notes, and in a
        metre whose beats are divided by three its dotted ones too."""
        metre, quarters = self.controls.time_signature, self.controls.tempo
        beats = quarters * TICKS_PER_QUARTER / metre.beat_ticks
        return (quarters, beats) if metre.is_compound else (quarters,)


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A piece that somebody made for a brief.

    Attributes:
        maker: who: a backend's name, or the name that the user gave to a recording.
        clip: its sound.
        score: its notes; None for a waveform, which has none.
        midi: the notes as a MIDI file, empty without.
        cost: what it took, None for a recording.
        licence: what may be done with it, in a sentence.
        facts: whatever else is known, such as the model and the prompt, by name.
    """

    maker: str
    clip: Clip
    score: Score | None = None
    midi: bytes = b""
    cost: Cost | None = None
    licence: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def wav_bytes(self) -> int:
        """The size of its sound as a WAV file of 16 bits."""
        return 44 + 2 * self.clip.samples.size
