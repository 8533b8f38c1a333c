"""A track of block chords that is no music but says which chord sounds: as in POP909-CL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodymuse.midi.chord_track import name_chord
from melodymuse.music.grid import GRID_PER_QUARTER

# A chord this late still belongs to the beat that it was meant for.
_LATE = GRID_PER_QUARTER // 4


class PlacedChord(NamedTuple):
    """A chord: onset in grid steps, pitch class of the root 0..11, quality by name."""

    onset: int
    root: int
    quality: str


def named_chords(struck: Iterable[tuple[int, int]]) -> list[PlacedChord]:
    """The chords of (onset, pitch) pairs, by onset; what has no name is left out."""
    by_onset: dict[int, list[int]] = defaultdict(list)
    for onset, pitch in struck:
        by_onset[onset].append(pitch)
    named = ((onset, name_chord(pitches)) for onset, pitches in sorted(by_onset.items()))
    return [PlacedChord(onset, *name) for onset, name in named if name is not None]


def off_grid(chords: Sequence[PlacedChord]) -> int:
    """Grid steps by which the song's beats lie after whole quarters: where chords change."""
    return Counter(chord.onset % GRID_PER_QUARTER for chord in chords).most_common(1)[0][0]


def chords_at_beats(
    chords: Sequence[PlacedChord], first_beat: int, beat_steps: int, beats: int
) -> list[PlacedChord | None]:
    """The chord that sounds at each beat; None before the first.

    Args:
        chords: by onset.
        first_beat: grid step of the first beat.
        beat_steps: length of a beat.
        beats: how many beats.
    """
    found: list[PlacedChord | None] = []
    sounding, following = None, 0
    for beat in range(beats):
        latest = first_beat + beat * beat_steps + _LATE
        while following < len(chords) and chords[following].onset <= latest:
            sounding = chords[following]
            following += 1
        found.append(sounding)
    return found
