"""What is asked of MusicGen, beside the words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from melodymuse.errors import ControlError

Progress = Callable[[int, int], None]
"""Told again and again how many frames of tokens are made, and how many there will be."""

# Inclusive limits of each number; the longest keeps EnCodec's decoder under 3 GB.
LIMITS: dict[str, tuple[float, float]] = {
    "seconds": (1, 300),
    "seed": (0, 2**63 - 1),
    "guidance": (1, 20),
    "top_k": (0, 2**31),
    "temperature": (0.01, 5),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the model, beside the words.

    Attributes:
        seconds: length, 1..300.
        seed: the only source of randomness, 0..2^63-1.
        guidance: how strictly the words are followed, 1 (no guidance)..20.
        top_k: how many of the likeliest tokens are drawn from; 0 draws from all.
        temperature: 0.01 (the likeliest only)..1 (as learned)..5 (wild).

    Raises:
        ControlError: a value out of range.
    """

    seconds: float
    seed: int
    guidance: float = 3.0
    top_k: int = 250
    temperature: float = 1.0

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ControlError(f"{name} must be a number, not {value!r}")
            if not low <= value <= high:
                raise ControlError(f"{name} must lie between {low:g} and {high:g}, not {value:g}")
        for name in ("seed", "top_k"):
            if not isinstance(getattr(self, name), int):
                raise ControlError(f"{name} must be a whole number, not {getattr(self, name)!r}")
