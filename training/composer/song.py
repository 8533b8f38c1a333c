"""A piece of training music on the onset grid, bar by bar, as if its tonic were C."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from melodymuse.music.grid import HIGHEST_PITCH, LOWEST_PITCH, GridChord, GridNote
from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.score import Hand
from melodymuse.writing.measuring import BarPlace
from training.composer.phrases import PhraseMark


@dataclass(frozen=True, slots=True)
class Song:
    """One piece.

    Attributes:
        name: its name within its data set.
        style: one of `STYLES`, None if none.
        metre: one of `METRES`.
        mode: "major" or "minor" for each bar.
        tempo: quarter notes a minute, None where the data set does not know.
        notes: for each bar its notes, positions counted from the bar line; velocity 0 where nobody
            knows it.
        chords: for each bar its chord symbols.
        marks: for each bar what is marked of its phrase, None where nothing is.
        tune: for each bar those of its `notes` that are the tune; None where nobody knows which.
    """

    name: str
    style: str | None
    metre: str
    mode: tuple[str, ...]
    tempo: float | None
    notes: tuple[tuple[GridNote, ...], ...]
    chords: tuple[tuple[GridChord, ...], ...]
    marks: tuple[PhraseMark | None, ...]
    tune: tuple[tuple[GridNote, ...], ...] | None = None

    def place(self, bar: int) -> BarPlace:
        """What is known of a bar beside its notes."""
        mark = self.marks[bar]
        return BarPlace(
            metre=self.metre,
            mode=self.mode[bar],
            tempo=self.tempo,
            style=self.style,
            bar=bar,
            bars=len(self.notes),
            phrase_begins=mark.begins if mark else None,
            phrase_ends=mark.ends if mark else None,
            melodic=mark.melodic if mark else None,
        )


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


def into_bars(
    notes: Iterable[tuple[int, GridNote]], shifts: Sequence[int], bar_steps: int
) -> tuple[tuple[GridNote, ...], ...]:
    """Notes sorted into bars, transposed, playable and without overlaps of one pitch.

    Args:
        notes: (bar, note) pairs, pitches as they sound.
        shifts: for each bar the semitones that bring its tonic to C.
        bar_steps: length of a bar.
    """
    by_bar: list[list[GridNote]] = [[] for _ in shifts]
    for bar, note in notes:
        pitch = note.pitch + shifts[bar]
        if LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
            by_bar[bar].append(replace(note, pitch=pitch))
    playable = [
        (bar * bar_steps, note) for bar, found in enumerate(by_bar) for note in make_playable(found)
    ]
    by_bar = [[] for _ in shifts]
    for start, note in end_before_repeats(playable):
        by_bar[start // bar_steps].append(note)
    return tuple(tuple(sorted(found)) for found in by_bar)


def sung_among(
    notes: Sequence[Sequence[GridNote]],
    sung: Iterable[tuple[int, int]],
    shifts: Sequence[int],
    bar_steps: int,
) -> tuple[tuple[GridNote, ...], ...]:
    """Those of a piece's right-hand notes that are its tune.

    Args:
        notes: of each bar, as `into_bars` gives them.
        sung: (grid step from the first bar line, pitch as it sounds) of the tune's notes.
        shifts: for each bar the semitones that bring its tonic to C.
        bar_steps: length of a bar.
    """
    wanted = {(onset, pitch + shifts[onset // bar_steps]) for onset, pitch in sung}
    return tuple(
        tuple(
            note
            for note in bar
            if note.hand is Hand.RIGHT and (index * bar_steps + note.position, note.pitch) in wanted
        )
        for index, bar in enumerate(notes)
    )


def nearest_shift(pitch_class: int, before: int) -> int:
    """Semitones that bring a tonic to C: the way nearest to the shift before, so that a modulation
    is no jump of an octave."""
    return before + (-pitch_class - before + 6) % 12 - 6
