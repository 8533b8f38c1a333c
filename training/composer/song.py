"""A piece of training music on the onset grid, bar by bar, as if its tonic were C."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from melodymuse.composition.vocabulary import GridChord, GridNote
from melodymuse.score.hands import FINGERS, WIDEST_SPAN
from melodymuse.score.model import Hand


@dataclass(frozen=True, slots=True)
class Song:
    """One piece.

    Attributes:
        name: its name within its data set.
        bar_steps: length of a bar in grid steps.
        mode: "major" or "minor" for each bar.
        tempo: quarter notes a minute, None where the data set does not know.
        loudness_known: whether the velocities were played rather than filled in.
        notes: for each bar its notes, positions counted from the bar line.
        chords: for each bar its chord symbols.
    """

    name: str
    bar_steps: int
    mode: tuple[str, ...]
    tempo: float | None
    loudness_known: bool
    notes: tuple[tuple[GridNote, ...], ...]
    chords: tuple[tuple[GridChord, ...], ...]


def make_playable(notes: Iterable[GridNote]) -> tuple[GridNote, ...]:
    """What two hands can strike: at each onset at most five notes a hand within a tenth.

    The outer voices win: the right hand keeps its highest notes (the melody), the left its lowest
    (the bass).  Arrangements with a sung melody over a full piano part need this; piano music
    passes unchanged but for broken tenths and wider.
    """
    struck: dict[tuple[int, Hand], list[GridNote]] = defaultdict(list)
    for note in notes:
        struck[note.position, note.hand].append(note)
    kept: list[GridNote] = []
    for (_, hand), chord in struck.items():
        outward = sorted(chord, key=lambda note: note.pitch, reverse=hand is Hand.RIGHT)
        reach = [n for n in outward if abs(n.pitch - outward[0].pitch) <= WIDEST_SPAN]
        kept += _distinct(reach)[:FINGERS]
    return tuple(sorted(kept))


def _distinct(chord: Sequence[GridNote]) -> list[GridNote]:
    """One note a pitch, the longest."""
    longest: dict[int, GridNote] = {}
    for note in chord:
        known = longest.get(note.pitch)
        if known is None or note.duration > known.duration:
            longest[note.pitch] = note
    return list(longest.values())


def end_before_repeats(
    notes: Sequence[tuple[int, GridNote]],
) -> list[tuple[int, GridNote]]:
    """Shorten notes that would still sound when their pitch is struck again in the same hand.

    Args:
        notes: (grid step of the bar line, note) pairs in any order.
    """
    next_onset: dict[tuple[Hand, int], int] = {}
    mended = []
    for start, note in sorted(notes, key=lambda pair: -(pair[0] + pair[1].position)):
        onset = start + note.position
        following = next_onset.get((note.hand, note.pitch))
        if following is not None and onset + note.duration > following:
            note = replace(note, duration=max(1, following - onset))
        next_onset[note.hand, note.pitch] = onset
        mended.append((start, note))
    return mended[::-1]
