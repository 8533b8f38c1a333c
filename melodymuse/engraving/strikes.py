"""A strike: what one hand strikes at one instant, and how long it then waits for the next."""

from __future__ import annotations

from dataclasses import dataclass

from melodymuse.music.score import Note


@dataclass(frozen=True, slots=True)
class Strike:
    """What one hand strikes at one onset; `following` is its next onset, or the piece's end.

    All times are ticks of the score.
    """

    onset: int
    following: int
    notes: tuple[Note, ...]

    @property
    def wait(self) -> int:
        """The time to the hand's next onset."""
        return self.following - self.onset
