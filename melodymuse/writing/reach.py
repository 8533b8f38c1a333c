"""What a hand can still hold while it strikes something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from melodymuse.music.hands import FINGERS, WIDEST_SPAN
from melodymuse.music.score import Hand, Note


def release_out_of_reach(notes: Sequence[Note], reach: int = WIDEST_SPAN) -> tuple[Note, ...]:
    """The same notes, sorted, let go where the hand that holds them must leave.

    At every onset a hand's keys, held and struck, lie within its reach and are five at most.
    What is furthest from the new notes goes first, then what has been held longest.

    Args:
        notes: of a piece.
        reach: semitones that a hand holds; a tenth if nothing is said.
    """
    ends: dict[Note, int] = {}
    for hand in Hand:
        held: list[Note] = []
        played = sorted(note for note in notes if note.hand is hand)
        for onset, group in groupby(played, key=lambda note: note.onset):
            struck = list(group)
            held, gone = _fit(struck, [note for note in held if note.end > onset], reach)
            ends |= dict.fromkeys(gone, onset)
            held += struck
    released = {note: replace(note, duration=end - note.onset) for note, end in ends.items()}
    return tuple(sorted(released.get(note, note) for note in notes))


def _fit(struck: Sequence[Note], held: Sequence[Note], reach: int) -> tuple[list[Note], list[Note]]:
    """Held notes that can stay while others are struck, and those that cannot."""
    low, high = min(n.pitch for n in struck), max(n.pitch for n in struck)
    stay: list[Note] = []
    gone: list[Note] = []
    near_first = sorted(held, key=lambda n: (max(low - n.pitch, n.pitch - high, 0), -n.onset))
    for note in near_first:
        span = max(high, note.pitch) - min(low, note.pitch)
        keys = {n.pitch for n in (*struck, *stay, note)}
        if span <= reach and len(keys) <= FINGERS:
            stay.append(note)
            low, high = min(low, note.pitch), max(high, note.pitch)
        else:
            gone.append(note)
    return stay, gone
