"""Which hand plays which note, for piano music that arrives without staves.

A pitch splits the keyboard at every onset: notes below it go to the left hand, the others to the
right.  The path of splits is the cheapest one through all onsets (dynamic programming, after
Nakamura, Ono & Sagayama 2014, "Merged-output HMM for piano fingering of both hands", ISMIR, which
shows that the hands' ranges and their continuity carry most of the information): hands dislike
wide stretches, more than five notes, crossing to the other's side of the keyboard, and a split
that moves; they like a split that falls into a gap.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.score import Hand

LOWEST_SPLIT, HIGHEST_SPLIT = 40, 84
COMFORTABLE_SPAN = 12
WIDEST_SPAN = 16
FINGERS = 5

_STRETCH = 1.2
_UNREACHABLE = 3.0
_TOO_MANY = 6.0
_GAP = 0.25
_WIDEST_GAP = 12
_FAR_SIDE = 0.04
_MOVE = 1.0
_RIGHT_HAND_HOME, _LEFT_HAND_HOME = 58, 55


def split_hands(notes: Sequence[tuple[int, int, int]]) -> list[Hand]:
    """A hand for each note.

    Args:
        notes: (onset, duration, pitch) in any one time unit, in any order.

    Returns:
        One `Hand` for each note, in the order given.
    """
    if not notes:
        return []
    order = sorted(range(len(notes)), key=lambda index: (notes[index][0], notes[index][2]))
    groups: list[list[int]] = []
    for index in order:
        if groups and notes[groups[-1][0]][0] == notes[index][0]:
            groups[-1].append(index)
        else:
            groups.append([index])
    splits = _cheapest_path(_group_costs(notes, groups))
    hands = [Hand.RIGHT] * len(notes)
    for group, split in zip(groups, splits, strict=True):
        for index in group:
            hands[index] = Hand.LEFT if notes[index][2] < split else Hand.RIGHT
    return hands


def _group_costs(
    notes: Sequence[tuple[int, int, int]], groups: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Cost of each split (columns) at each onset (rows), over all notes that sound there."""
    splits = np.arange(LOWEST_SPLIT, HIGHEST_SPLIT + 1)
    costs = np.empty((len(groups), len(splits)))
    sounding: list[int] = []
    for row, group in enumerate(groups):
        onset = notes[group[0]][0]
        sounding = [i for i in sounding if notes[i][0] + notes[i][1] > onset] + list(group)
        pitches = sorted({notes[index][2] for index in sounding})
        by_left_count = [_partition_cost(pitches, count) for count in range(len(pitches) + 1)]
        costs[row] = np.asarray(by_left_count)[np.searchsorted(pitches, splits)]
    return costs


def _partition_cost(pitches: Sequence[int], left_count: int) -> float:
    left, right = pitches[:left_count], pitches[left_count:]
    cost = 0.0
    for hand in (left, right):
        if hand:
            span = hand[-1] - hand[0]
            cost += _STRETCH * max(0, span - COMFORTABLE_SPAN)
            cost += _UNREACHABLE * max(0, span - WIDEST_SPAN)
            cost += _TOO_MANY * max(0, len(hand) - FINGERS)
    cost += _FAR_SIDE * sum(max(0, pitch - _LEFT_HAND_HOME) for pitch in left)
    cost += _FAR_SIDE * sum(max(0, _RIGHT_HAND_HOME - pitch) for pitch in right)
    if left and right:
        cost -= _GAP * min(right[0] - left[-1], _WIDEST_GAP)
    return cost


def _cheapest_path(costs: NDArray[np.float64]) -> list[int]:
    """Viterbi with a price of `_MOVE` a semitone that the split moves between onsets."""
    rows, columns = costs.shape
    positions = np.arange(columns)
    move = _MOVE * np.abs(positions[:, None] - positions[None, :])
    best = costs[0].copy()
    came_from = np.zeros((rows, columns), np.int64)
    for row in range(1, rows):
        through = best[:, None] + move
        came_from[row] = through.argmin(axis=0)
        best = through[came_from[row], positions] + costs[row]
    column = int(best.argmin())
    path = [column]
    for row in range(rows - 1, 0, -1):
        column = int(came_from[row, column])
        path.append(column)
    return [LOWEST_SPLIT + column for column in reversed(path)]
