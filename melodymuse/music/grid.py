"""The grid on which music is planned and written: its steps, the metres on it, notes and chords
within a bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.music.score import TICKS_PER_QUARTER, Hand, TimeSignature

GRID_PER_QUARTER = 12
TICKS_PER_GRID = TICKS_PER_QUARTER // GRID_PER_QUARTER
LOWEST_PITCH, HIGHEST_PITCH = 21, 108
KEYS_ON_PIANO = HIGHEST_PITCH - LOWEST_PITCH + 1


@dataclass(frozen=True, slots=True)
class Metre:
    """A metre.

    Attributes:
        name: as printed, for example "6/8".
        bar_steps: length of a bar in grid steps.
        beat_steps: length of what is counted: a quarter, in 6/8 a dotted one.
        half_steps: where the second half of the bar begins, as harmony feels it.
    """

    name: str
    bar_steps: int
    beat_steps: int
    half_steps: int

    @property
    def time_signature(self) -> TimeSignature:
        """As the score writes it."""
        numerator, denominator = map(int, self.name.split("/"))
        return TimeSignature(numerator, denominator)


METRES: Mapping[str, Metre] = MappingProxyType(
    {
        "4/4": Metre("4/4", 48, 12, 24),
        "3/4": Metre("3/4", 36, 12, 24),
        "6/8": Metre("6/8", 36, 18, 18),
        "2/4": Metre("2/4", 24, 12, 12),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class GridNote:
    """A note within a bar: grid steps from the bar line, pitch as if the tonic were C, velocity
    1..127 or 0 where it is not known."""

    position: int
    hand: Hand
    pitch: int
    duration: int
    velocity: int


@dataclass(frozen=True, slots=True, order=True)
class GridChord:
    """A chord symbol within a bar: root 0..11 counted from the tonic, quality by name."""

    position: int
    root: int
    quality: str


# A bar's notes and chord symbols.
GridBar = tuple[Sequence[GridNote], Sequence[GridChord]]
