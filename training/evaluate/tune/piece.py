"""What is measured of a piece: its tune, its chords, its form, and what the hands play.

Times are grid steps (twelve a quarter) from the first bar line, pitches as they sound.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from melodymuse.music.grid import METRES, TICKS_PER_GRID, Metre
from melodymuse.music.score import Hand, Score
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.bar_controls import PHRASE_BARS

# Neighbours further apart than two quarters do not follow one another as a step or a leap.
TWO_QUARTERS = 24
# The generic degree of each pitch class above the tonic, in major and in minor alike.
_DEGREES = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
# A returning theme is written A', A'' ...; introduction and coda have longer names.
_PRIME = "'"


class Sound(NamedTuple):
    """A note: onset and duration in grid steps, MIDI pitch."""

    onset: int
    duration: int
    pitch: int

    @property
    def end(self) -> int:
        """Where it is let go."""
        return self.onset + self.duration


class Harmony(NamedTuple):
    """A chord: the grid step from which it sounds, the pitch classes of its root and its tones."""

    onset: int
    root: int
    tones: frozenset[int]


class Part(NamedTuple):
    """A section: its letter, its first bar, its length in bars."""

    letter: str
    bar: int
    bars: int


@dataclass(frozen=True, slots=True)
class TunePiece:
    """A piece, or an excerpt of one.

    Attributes:
        name: of the song that it is or comes from.
        metre: of all bars.
        bars: its length.
        tonic: pitch class of its tonic.
        tune: its tune, or its top line, one note at a time, by onset.
        right, left: what each hand plays, by onset; without an accompaniment the tune, and nothing.
        chords: by onset, no two neighbours alike; none where nobody knows them.
        parts: its sung sections, by their first bars; none where nobody knows them.
    """

    name: str
    metre: Metre
    bars: int
    tonic: int
    tune: tuple[Sound, ...]
    right: tuple[Sound, ...]
    left: tuple[Sound, ...] = ()
    chords: tuple[Harmony, ...] = ()
    parts: tuple[Part, ...] = ()

    def chord_at(self, step: int) -> Harmony | None:
        """The chord that sounds at a grid step; None before the first."""
        index = bisect_right(self.chords, step, key=lambda chord: chord.onset)
        return self.chords[index - 1] if index else None

    def in_bars(self, notes: Iterable[Sound]) -> list[list[Sound]]:
        """Notes by the bar in which they begin, their onsets still counted from the beginning."""
        found: list[list[Sound]] = [[] for _ in range(self.bars)]
        for note in notes:
            found[note.onset // self.metre.bar_steps].append(note)
        return found

    def patterns(self, notes: Iterable[Sound]) -> list[tuple[int, ...]]:
        """Of each bar where in it something is struck."""
        steps = self.metre.bar_steps
        return [tuple(sorted({n.onset % steps for n in bar})) for bar in self.in_bars(notes)]

    def degree(self, pitch: int) -> int:
        """A pitch as a scale degree, seven an octave; chromatic notes count as the nearest one."""
        octave, step = divmod(pitch - self.tonic, 12)
        return 7 * octave + _DEGREES[step]

    def phrases(self) -> list[tuple[int, int]]:
        """First bar, and the bar after the last one, of each phrase of four bars: those that its
        sections hold, or, where nobody knows them, the whole piece."""
        return [
            (bar, bar + PHRASE_BARS)
            for _, first, bars in self.parts or [Part("", 0, self.bars)]
            for bar in range(first, first + bars - PHRASE_BARS + 1, PHRASE_BARS)
        ]


def neighbours(tune: Sequence[Sound]) -> list[tuple[Sound, Sound]]:
    """Notes that follow one another within two quarters."""
    return [(a, b) for a, b in pairwise(tune) if b.onset - a.onset <= TWO_QUARTERS]


def top_line(notes: Sequence[Sound]) -> tuple[Sound, ...]:
    """The highest note at each onset, unless a higher one still sounds for at least half its
    length."""
    highest: dict[int, Sound] = {}
    for note in notes:
        known = highest.get(note.onset)
        if known is None or (note.pitch, note.duration) > (known.pitch, known.duration):
            highest[note.onset] = note
    line: list[Sound] = []
    above: list[Sound] = []
    for onset in sorted(highest):
        note = highest[onset]
        above = [held for held in above if held.end > onset]
        if all(
            held.pitch <= note.pitch or 2 * (held.end - onset) < note.duration for held in above
        ):
            line.append(note)
        above.append(note)
    return tuple(line)


def joined(chords: Iterable[Harmony]) -> tuple[Harmony, ...]:
    """Chords without those that only say again what sounds already."""
    kept: list[Harmony] = []
    for chord in chords:
        if not kept or kept[-1][1:] != chord[1:]:
            kept.append(chord)
    return tuple(kept)


def chord(onset: int, root: int, quality: str) -> Harmony:
    """A chord of one of the `QUALITIES`."""
    return Harmony(onset, root, frozenset((root + step) % 12 for step in QUALITIES[quality]))


def piece_of(score: Score, name: str) -> TunePiece:
    """A composed piece; its tune is the right hand's top line."""
    metre = METRES[str(score.time_signature)]
    hands = {
        hand: tuple(
            Sound(
                round(note.onset / TICKS_PER_GRID),
                max(1, round(note.duration / TICKS_PER_GRID)),
                note.pitch,
            )
            for note in score.hand(hand)
        )
        for hand in Hand
    }
    starts = [section.onset // score.time_signature.bar_ticks for section in score.sections]
    parts = [
        Part(section.name.rstrip(_PRIME), start, until - start)
        for section, start, until in zip(
            score.sections, starts, [*starts[1:], score.bars], strict=True
        )
    ]
    return TunePiece(
        name=name,
        metre=metre,
        bars=score.bars,
        tonic=score.key.pitch_class,
        tune=top_line(hands[Hand.RIGHT]),
        right=hands[Hand.RIGHT],
        left=hands[Hand.LEFT],
        chords=joined(
            chord(symbol.onset // TICKS_PER_GRID, symbol.root, symbol.quality)
            for symbol in score.chords
        ),
        parts=tuple(part for part in parts if len(part.letter) == 1),
    )


def excerpt(piece: TunePiece, first: int, bars: int) -> TunePiece:
    """Some bars of a piece; notes and chords that began before are left out, but for the chord that
    sounds at the first bar line."""
    begin, end = first * piece.metre.bar_steps, (first + bars) * piece.metre.bar_steps

    def cut(notes: Iterable[Sound]) -> tuple[Sound, ...]:
        return tuple(n._replace(onset=n.onset - begin) for n in notes if begin <= n.onset < end)

    sounding = piece.chord_at(begin)
    chords = [c._replace(onset=c.onset - begin) for c in piece.chords if begin < c.onset < end]
    if sounding is not None:
        chords.insert(0, sounding._replace(onset=0))
    parts = [
        part._replace(bar=part.bar - first, bars=min(part.bars, first + bars - part.bar))
        for part in piece.parts
        if first <= part.bar < first + bars
    ]
    return replace(
        piece,
        bars=bars,
        tune=cut(piece.tune),
        right=cut(piece.right),
        left=cut(piece.left),
        chords=tuple(chords),
        parts=tuple(parts),
    )
