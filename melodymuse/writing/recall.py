"""Memory of earlier bars: which earlier bar a bar recalls, how closely, and what came next there.

The network is told at every bar which earlier bar it resembles and how much; at every step it sees
the recalled bar's next event.  In training the plan is read off the music, in composing the form
makes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from melodymuse.music.grid import GridNote
from melodymuse.planning.recall import Recall, likeness_of
from melodymuse.writing.vocabulary import (
    DURATION_STEPS,
    FIRST_RIGHT,
    Event,
    is_note,
    item_pitch,
)

FURTHEST_BACK = 40
# A bar four (eight ...) bars back is preferred over an equally similar neighbour: periods are
# built of fours.
_PERIOD = 4
_PERIOD_BONUS = 0.05

NO_EVENT = Event(0, 0, 0, 0)


def similarity(bar: Sequence[Event], other: Sequence[Event]) -> float:
    """Jaccard index 0..1 of two bars' tunes, sets of (position, pitch).

    The left hand does not count: under the same figure a theme may be forgotten.
    """
    ours, theirs = ({(n.position, n.pitch) for n in tune_of(b)} for b in (bar, other))
    union = len(ours | theirs)
    return len(ours & theirs) / union if union else 0.0


def tune_of(bar: Sequence[Event]) -> tuple[GridNote, ...]:
    """The right hand's highest note at each onset, unless a higher one still sounds for at least
    half its length; velocities 0, since they may be others the next time."""
    # Items ascend within a position, so the highest is the last.
    tops = {event.position: event for event in bar if event.item >= FIRST_RIGHT}
    tune: list[GridNote] = []
    for position, event in tops.items():
        pitch, hand = item_pitch(event.item)
        length = DURATION_STEPS[event.duration - 1]
        if all(
            held.pitch <= pitch or 2 * (held.position + held.duration - position) < length
            for held in tune
        ):
            tune.append(GridNote(position, hand, pitch, length, 0))
    return tuple(tune)


def read_recalls(bars: Sequence[Sequence[Event]]) -> tuple[Recall, ...]:
    """For each bar of a piece the earlier one that it resembles most."""
    sets = [{event[:2] for event in bar if is_note(event.item)} for bar in bars]
    recalls = []
    for index, ours in enumerate(sets):
        best, best_bar, best_similarity = 0.0, None, 0.0
        for earlier in range(index - 1, max(-1, index - 1 - FURTHEST_BACK), -1):
            shared = len(ours & sets[earlier])
            if not shared:
                continue
            jaccard = shared / (len(ours) + len(sets[earlier]) - shared)
            preference = jaccard + (_PERIOD_BONUS if (index - earlier) % _PERIOD == 0 else 0.0)
            if preference > best:
                best, best_bar, best_similarity = preference, earlier, jaccard
        recalls.append(Recall(best_bar, likeness_of(best_similarity)))
    return tuple(recalls)


def next_recalled(recalled: Sequence[Event], current: Event, start: Event) -> Event:
    """The recalled bar's first event after the place of the current one.

    Args:
        recalled: a whole bar, BAR event first.
        current: the event just written.
        start: the BAR event, which stands before everything else in a bar and also means that
            nothing is left in the recalled bar.
    """
    if current == start:
        return recalled[1] if len(recalled) > 1 else start
    index = bisect_right(recalled, current[:2], lo=1, key=lambda event: event[:2])
    return recalled[index] if index < len(recalled) else start
