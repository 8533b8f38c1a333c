"""Some bars of one metre of a MIDI file, as the composer reads them, and the way back to ticks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from melodymuse.midi.bars import BarMap
from melodymuse.midi.document import Document
from melodymuse.midi.reader import Hands
from melodymuse.midi.stretch import Reading, read_stretch, reading_of
from melodymuse.music.score import TICKS_PER_QUARTER, Score


@dataclass(frozen=True, slots=True)
class Window:
    """Bars of a file.

    Attributes:
        score: what is played in them.
        reading: how bars of the file became bars of the score.
        start: tick of the file at which they begin.
        quarter: ticks of a quarter note in the file.
    """

    score: Score
    reading: Reading
    start: int
    quarter: Fraction

    @classmethod
    def of(cls, document: Document, players: Hands, bars: BarMap, first: int, last: int) -> Window:
        """Some bars of one metre, by their indices and both included.

        Raises:
            MidiError: none can be written in their metre.
        """
        reading = reading_of(bars.bars[first].metre)
        score = read_stretch(document, players, bars, first, last)
        return cls(score, reading, bars.bars[first].start, document.quarter)

    def tick(self, tick: int) -> int:
        """The tick of the file at a tick of the score."""
        scale = self.quarter / TICKS_PER_QUARTER / self.reading.stretch
        return self.start + round(tick * scale)

    def place(self, tick: int) -> int:
        """The tick of the score at a tick of the file."""
        quarters = (tick - self.start) / self.quarter
        return round(round(quarters * TICKS_PER_QUARTER) * self.reading.stretch)


def alike(bars: BarMap, index: int, other: int) -> bool:
    """Whether two bars, by their indices, have one metre and one length."""
    one, two = bars.bars[index], bars.bars[other]
    return one.metre == two.metre and abs((one.end - one.start) - (two.end - two.start)) <= 1
