"""Briefs without a picture's reading, and makers that need no engine: for tests of what follows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from melodymuse import api
from melodymuse.audio.clip import Clip
from melodymuse.comparison.cost import Cost
from melodymuse.comparison.metrics.notes import sounded
from melodymuse.comparison.running import read_briefs
from melodymuse.comparison.takes import Brief, Take
from melodymuse.midi.writer import midi_bytes
from tests.comparison.sounds import RATE, noise, plucked


def briefs_for(*pictures: Path) -> tuple[Brief, ...]:
    """What follows from pictures, with seed 7 and pieces of 10 s."""
    return read_briefs(pictures, seconds=10, seed=7)


@dataclass(frozen=True)
class Plucker:
    """Composes as MelodyMuse does, and plays with plain tones instead of a soundfont."""

    name: str = "plucker"

    def make(self, brief: Brief) -> Take:
        piece = api.compose(brief.analysis, seed=brief.controls.seed, bars=4)
        seconds = piece.score.seconds + 1
        samples = plucked([tuple(note) for note in sounded(piece.score)], seconds)  # type: ignore[misc]
        return Take(
            self.name,
            Clip(samples[:, None], RATE, self.name),
            score=piece.score,
            midi=midi_bytes(piece.score),
            cost=Cost(0.1, 0.2, 0.05, 3 * 2**20 if brief.label == "rocket" else 0, "cpu"),
            licence='Free <as> in "tests" & elsewhere',
        )


@dataclass(frozen=True)
class Hisser:
    """Makes noise: a waveform without notes."""

    name: str = "hisser"
    seconds: float = 10.0

    def make(self, brief: Brief) -> Take:
        return Take(self.name, Clip(noise(self.seconds)[:, None], RATE, self.name))
