"""The melody of a piece: the line that a listener follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from melodymuse.music.grid import GRID_PER_QUARTER, TICKS_PER_GRID
from melodymuse.music.score import TICKS_PER_QUARTER, Note

# Grid steps of a sixteenth and of a triplet.
_DIVISIONS = (GRID_PER_QUARTER // 4, GRID_PER_QUARTER // 3)
# How early a note may be struck and still belong to its beat.
_EARLY = TICKS_PER_GRID


def melody_of(notes: Iterable[Note]) -> list[tuple[int, int]]:
    """The melody among notes as (grid step, pitch), in time: the highest at each onset, unless a
    higher one still sounds for at least half its length.

    Every beat is taken as sixteenths or as triplets, whichever is nearer, so that a line that was
    played is the one that is written.
    """
    tops: dict[int, Note] = {}
    for step, note in _on_grid(notes):
        if step not in tops or note.pitch > tops[step].pitch:
            tops[step] = note
    melody: list[tuple[int, int]] = []
    held: list[Note] = []
    for step, note in sorted(tops.items()):
        held = [other for other in held if other.end > note.onset]
        if all(
            other.pitch <= note.pitch or 2 * (other.end - note.onset) < note.duration
            for other in held
        ):
            melody.append((step, note.pitch))
            held.append(note)
    return melody


def _on_grid(notes: Iterable[Note]) -> Iterable[tuple[int, Note]]:
    beats: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        beats[(note.onset + _EARLY) // TICKS_PER_QUARTER].append(note)
    for beat, struck in beats.items():
        places = [note.onset / TICKS_PER_GRID - beat * GRID_PER_QUARTER for note in struck]
        division = min(_DIVISIONS, key=lambda size: _distance(places, size))
        for note, place in zip(struck, places, strict=True):
            yield beat * GRID_PER_QUARTER + round(place / division) * division, note


def _distance(places: Sequence[float], division: int) -> float:
    return sum(abs(place - round(place / division) * division) for place in places)
