"""The metres that the note generator has learned, on its onset grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from melodymuse.score.model import TimeSignature

GRID_PER_QUARTER = 12


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
