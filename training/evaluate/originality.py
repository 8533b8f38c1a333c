"""The longest run of melody that stands in the training songs as well.

A melody is a sequence of tokens, one from each note to the next: (pitch interval, inter-onset in
grid steps), so that a run is found in any key.  The melody is the highest note of every onset.
Real songs share runs with each other too; that is what a figure is to be held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melodymuse.writing.vocabulary import Event, is_note, item_pitch

GRAM = 8
# Longer waits between melody notes are all one: a rest.
LONGEST_WAIT = 48
_LARGEST_INTERVAL = 127

Tokens = NDArray[np.int32]


def melody_tokens(melody: Sequence[tuple[int, int]]) -> Tokens:
    """Tokens int32 (notes - 1,), none below 0, of (grid step, pitch) pairs in time."""
    tokens = [
        (pitch - before + _LARGEST_INTERVAL) * (LONGEST_WAIT + 1)
        + min(step - earlier, LONGEST_WAIT)
        for (earlier, before), (step, pitch) in pairwise(melody)
    ]
    return np.array(tokens, np.int32)


def melody_of_events(
    events: Iterable[Event], bar: Iterable[int], bar_steps: int
) -> list[tuple[int, int]]:
    """(grid step, pitch) of the highest note of every onset of a song's events.

    Args:
        events: the song's events.
        bar: index of each event's bar.
        bar_steps: length of a bar in grid steps.
    """
    highest: dict[int, int] = {}
    for event, index in zip(events, bar, strict=True):
        if is_note(event[1]):
            step, (pitch, _) = index * bar_steps + event[0], item_pitch(event[1])
            highest[step] = max(highest.get(step, 0), pitch)
    return sorted(highest.items())


class Melodies:
    """Melodies to look for runs in.

    Args:
        melodies: tokens of each song.
    """

    def __init__(self, melodies: Iterable[Tokens]) -> None:
        # A token that nothing matches ends each song; the last one also guards the end.
        ended = [np.append(melody, np.int32(-1)) for melody in melodies]
        self._tokens = np.concatenate(ended) if ended else np.array([-1], np.int32)
        self._order = np.argsort(self._tokens, kind="stable")
        self._sorted = self._tokens[self._order]

    def runs(self, melody: Tokens) -> NDArray[np.int64]:
        """For each place of a melody how many tokens from there on stand here in one run.

        Exact: every place that begins alike is followed until it differs.
        """
        runs = np.zeros(len(melody), np.int64)
        for start, token in enumerate(melody):
            first, last = np.searchsorted(self._sorted, [token, token + 1])
            places = self._order[first:last]
            length = 0
            while len(places):
                length += 1
                if start + length == len(melody):
                    break
                places = places[self._tokens[places + length] == melody[start + length]]
            runs[start] = length
        return runs


def measure_originality(known: Melodies, melodies: Sequence[Tokens]) -> dict[str, Any]:
    """What a set of melodies has in common with known ones.

    Returns:
        "pieces"; "longest_run" (most, in tokens), "longest_run_median" and "longest_run_of_tokens"
        over pieces; "notes_median" of a melody; "shared_grams": share of all runs of `GRAM` tokens
        that are known.
    """
    longest, shared, grams = [], 0, 0
    for melody in melodies:
        runs = known.runs(melody)
        longest.append(int(runs.max()) if len(runs) else 0)
        grams += max(0, len(melody) - GRAM + 1)
        shared += int((runs >= GRAM).sum())
    return {
        "pieces": len(melodies),
        "longest_run": max(longest, default=0),
        "longest_run_median": float(np.median(longest)) if longest else 0.0,
        "longest_runs": longest,
        "melody_notes_median": float(np.median([len(m) + 1 for m in melodies])) if longest else 0.0,
        "shared_grams": shared / grams if grams else 0.0,
    }
