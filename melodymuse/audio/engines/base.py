"""What every engine does: play a timeline through a soundfont into stereo samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from melodymuse.audio.clip import Samples
from melodymuse.audio.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Room:
    """The room that the piano stands in: how much of it is heard, and what it is like.

    The room is the same whatever engine and version plays, because none is left at its default.

    Attributes:
        level: reverberation, 0 (none) to 1 (17 dB under the piano).
        size: 0 to 1; 0.5 is a small hall: a sound takes 1.8 seconds to die away by 60 dB.
        damping: how fast high frequencies die away, 0 to 1.
        width: stereo width of the reverberation, 0 (mono) to 1.
    """

    level: float
    size: float = 0.5
    damping: float = 0.4
    width: float = 0.8


class Engine(Protocol):
    """A synthesiser that is there and works."""

    @property
    def name(self) -> str:
        """As ``--engine`` names it."""

    @property
    def description(self) -> str:
        """Name and version, as written into the file's tags."""

    def play(
        self, timeline: Timeline, soundfont: Path, *, rate: int, frames: int, room: Room
    ) -> Samples:
        """Play from the beginning; the same input gives the same samples.

        Args:
            timeline: what to play.
            soundfont: a file that `read_soundfont` found sound.
            rate: frames a second.
            frames: how many to give; the piece may be cut off or followed by silence.
            room: the reverberation.

        Raises:
            AudioError: the engine refuses the soundfont or the piece.
        """
