"""What of a tune stands while it is written: the piece that is asked, its bars so far, and what the
plan takes over from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.theory import MODES
from melodymuse.planning.tune_plan import TunePlan
from melodymuse.writing.tune.adapting import adapt
from melodymuse.writing.tune.holding import held
from melodymuse.writing.tune.network import Floats
from melodymuse.writing.tune.notes import Bar, TuneNote, chord_steps
from melodymuse.writing.tune.phrase_features import Sung
from melodymuse.writing.tune.told import (
    STYLES,
    as_row,
    beat_chords,
    motion_class,
    notes_class,
    off_beat_class,
    place_class,
    register_class,
    upbeat_class,
)


@dataclass(frozen=True, slots=True)
class TunePiece:
    """A tune to be.

    Attributes:
        plans: one a bar; phrases begin where `since` is 0.
        chords: of every bar, as if the tonic were C.
        metre: of all bars.
        mode: "major" or "minor".
        streams: gives the random numbers of a place, called with a phrase's first bar, the bar
            after its last, and a take.
        given: bars that stand already, by index.
        boldness: 1 as usual; lower is safer, higher is wilder.
    """

    plans: Sequence[TunePlan]
    chords: Sequence[Sequence[GridChord]]
    metre: Metre
    mode: str
    streams: Callable[..., Random]
    given: Mapping[int, Bar] = field(default_factory=dict)
    boldness: float = 1.0


@dataclass(frozen=True, slots=True)
class Script:
    """What of a bar stands already: its notes (None: to be written), and its upbeat."""

    body: Bar | None
    tail: Bar | None
    given: bool = False

    def stands(self, plan: TunePlan) -> bool:
        """Whether nothing of the bar is left to write."""
        if self.given:
            return True
        return self.body is not None and (not plan.upbeat or self.tail is not None)


class Writing:
    """A piece while it is written: the bars that stand, and the network's memory of them."""

    def __init__(self, piece: TunePiece, state: Floats) -> None:
        self.piece = piece
        self.chords = chord_steps(piece.chords, piece.metre.bar_steps)
        starts = [i for i, plan in enumerate(piece.plans) if plan.since == 0 or i == 0]
        self.phrases = list(zip(starts, [*starts[1:], len(piece.plans)], strict=True))
        self.beats = beat_chords(self.chords, piece.metre)
        # A piece's first phrase leads to what it began with, whatever follows it: it does not
        # depend on the piece's length.
        self.beats[self.phrases[0][1] - 1, -1] = self.beats[0, 0]
        self.tune: list[Bar] = []
        self.state = state
        self.last = 0
        self.until = 0

    def held(self, bars: Sequence[Sequence[TuneNote]], index: int) -> list[Bar]:
        """A phrase's bars with what comes before a rest held; given ones as they are."""
        begin, end = self.phrases[index]
        piece = self.piece
        longer = held(bars, piece.plans[begin:end], self.chords[begin:end], piece.mode)
        return [piece.given.get(begin + n, bar) for n, bar in enumerate(longer)]

    def scripts(self, begin: int, end: int) -> list[Script]:
        """What of each bar of a phrase stands already."""
        return [self._script(bar) for bar in range(begin, end)]

    def _script(self, bar: int) -> Script:
        plan, steps = self.piece.plans[bar], self.piece.metre.bar_steps
        if bar in self.piece.given:
            return Script(self.piece.given[bar], None, given=True)
        body = tail = None
        if plan.locked and plan.source is not None and plan.source < len(self.tune):
            upbeat = self.piece.plans[plan.source].upbeat if plan.to_end == 0 else 0
            kept = tuple(n for n in self.tune[plan.source] if n.position < steps - upbeat)
            body = self._adapted(kept, plan.source, bar)
        source = plan.upbeat_source
        if plan.upbeat and source is not None and source < len(self.tune):
            notes = tuple(n for n in self.tune[source] if n.position >= steps - plan.upbeat)
            tail = self._adapted(notes, source, bar) if notes else None
        return Script(body, tail)

    def _adapted(self, notes: Bar, source: int, bar: int) -> Bar:
        return adapt(
            notes, self.chords[source].tolist(), self.chords[bar].tolist(), self.piece.mode
        )

    def told(self, begin: int, end: int) -> Iterator[Sequence[int]]:
        """The classes that the network is told of each bar of a phrase."""
        metre = list(METRES).index(self.piece.metre.name)
        mode = MODES.index(self.piece.mode)
        for plan in self.piece.plans[begin:end]:
            yield as_row(
                {
                    "metre": metre,
                    "mode": mode,
                    "style": 1 + STYLES.index(plan.style),
                    "since": place_class(plan.since),
                    "to_end": place_class(plan.to_end),
                    "notes": 0 if plan.notes is None else notes_class(plan.notes),
                    "register": 0 if plan.register is None else register_class(plan.register),
                    "motion": 0 if plan.motion is None else motion_class(plan.motion),
                    "off_beat": 0 if plan.off_beat is None else off_beat_class(plan.off_beat),
                    "upbeat": upbeat_class(plan.upbeat),
                    "pitches": plan.pitches,
                    "rhythm": plan.rhythm,
                }
            )

    def sung(self, bars: Sequence[Bar], begin: int) -> list[Sung]:
        """Notes where they stand, of bars from one on."""
        steps = self.piece.metre.bar_steps
        return [
            Sung(
                (begin + index) * steps + note.position,
                note.duration,
                note.pitch,
                int(self.chords[begin + index, note.position]),
            )
            for index, bar in enumerate(bars)
            for note in bar
        ]
