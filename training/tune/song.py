"""A tune to learn from: its notes bar by bar as if the tonic were C, its chords, its phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.writing.tune.notes import HIGHEST_TUNE, LOWEST_TUNE, Bar, TuneNote

# A gap this short is how a note was sung, not a rest.
_GAP = 3
_MOST_REST = 2
_MIDDLE = 71


@dataclass(frozen=True, slots=True)
class TuneSong:
    """One tune.

    Attributes:
        name: its name within its data set.
        style: one of `STYLES`.
        metre: one of `METRES`.
        modes: "major" or "minor" for each bar.
        bars: for each bar its notes.
        chords: for each bar its chord symbols; one that goes on is not written again.
        phrases: for each bar how many bars lie between it and its phrase's first and last one;
            None where no phrase is known.
    """

    name: str
    style: str
    metre: str
    modes: tuple[str, ...]
    bars: tuple[Bar, ...]
    chords: tuple[tuple[GridChord, ...], ...]
    phrases: tuple[tuple[int, int] | None, ...]


def tune_bars(
    notes: Iterable[tuple[int, int, int]], shifts: Sequence[int], bar_steps: int
) -> tuple[Bar, ...]:
    """Notes as one line in bars: one note at a time, the highest; no gap that is only articulation;
    the whole in the octave where tunes lie.

    Args:
        notes: (onset, duration, pitch) in grid steps from the first bar line, in the real key.
        shifts: for each bar the semitones that bring its tonic to C.
        bar_steps: length of a bar.
    """
    line: dict[int, tuple[int, int]] = {}
    for onset, duration, pitch in sorted(notes):
        if onset >= 0 and onset // bar_steps < len(shifts):
            line[onset] = (duration, pitch)
    onsets = list(line)
    placed = []
    for onset, following in pairwise([*onsets, 1 << 30]):
        duration, pitch = line[onset]
        room = following - onset
        length = room if room - duration <= _GAP else duration
        placed.append((onset, min(length, room), pitch + shifts[onset // bar_steps]))
    if not placed:
        return ((),) * len(shifts)
    octave = 12 * round((_MIDDLE - median(pitch for *_, pitch in placed)) / 12)
    bars: list[list[TuneNote]] = [[] for _ in shifts]
    for onset, length, pitch in placed:
        if LOWEST_TUNE <= pitch + octave <= HIGHEST_TUNE:
            bar, position = divmod(onset, bar_steps)
            bars[bar].append(TuneNote(position, length, pitch + octave))
    return tuple(map(tuple, bars))


def upbeat(bar: Bar, metre: Metre) -> int:
    """Grid steps that, at the end of a phrase's last bar, belong to the next phrase."""
    if not bar:
        return 0
    if bar[0].position >= metre.half_steps and bar[0].position > 0 and len(bar) > 1:
        return metre.bar_steps - bar[0].position
    gaps = [b.position - a.position for a, b in pairwise(bar)]
    gaps.append(max(metre.bar_steps - bar[-1].position, bar[-1].duration))
    longest = max(range(len(gaps)), key=lambda index: gaps[index])
    return metre.bar_steps - bar[longest + 1].position if longest + 1 < len(bar) else 0


def without_long_rests(song: TuneSong) -> TuneSong | None:
    """The song without what nobody sings beyond two bars; None where next to nothing is sung."""
    kept, silent = [], _MOST_REST
    for index, bar in enumerate(song.bars):
        silent = 0 if bar else silent + 1
        if silent <= _MOST_REST:
            kept.append(index)
    if sum(map(len, song.bars)) < 16 or len(kept) < 8:
        return None
    sounding = _sounding(song.chords)
    return TuneSong(
        name=song.name,
        style=song.style,
        metre=song.metre,
        modes=tuple(song.modes[i] for i in kept),
        bars=tuple(song.bars[i] for i in kept),
        chords=tuple(sounding[i] for i in kept),
        phrases=tuple(song.phrases[i] for i in kept),
    )


def _sounding(
    chords: Sequence[tuple[GridChord, ...]],
) -> list[tuple[GridChord, ...]]:
    """Each bar's chords with what still sounds at its bar line."""
    found, last = [], None
    for bar in chords:
        if last is not None and not (bar and bar[0].position == 0):
            bar = (GridChord(0, last.root, last.quality), *bar)
        last = bar[-1] if bar else last
        found.append(bar)
    return found


def metre_of(song: TuneSong) -> Metre:
    """The metre of all its bars."""
    return METRES[song.metre]
