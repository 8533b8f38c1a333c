"""The event vocabulary: what the note generator reads and writes, one event a step.

An event has four parts: where in the bar it stands, what it is (a chord symbol, or a pitch in one
hand), how long it lasts and how loud it is.  A bar begins with a BAR event.  Within a bar events
ascend by (position, item): at one position first the chord symbol, then the left hand from the
bottom up, then the right hand from the bottom up.  Harmony and notes are written as if the tonic
were C; the mode is kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from melodymuse.music.grid import GRID_PER_QUARTER, KEYS_ON_PIANO, LOWEST_PITCH, GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.music.theory import QUALITIES

# Positions: 0..47 on the onset grid of the longest bar (4/4), then BAR.
BAR_POSITION = 4 * GRID_PER_QUARTER
POSITIONS = BAR_POSITION + 1

# Items: none (for BAR), then chord symbols, then left-hand pitches, then right-hand pitches.
QUALITY_NAMES = tuple(QUALITIES)
NO_ITEM = 0
FIRST_CHORD = 1
FIRST_LEFT = FIRST_CHORD + 12 * len(QUALITY_NAMES)
FIRST_RIGHT = FIRST_LEFT + KEYS_ON_PIANO
ITEMS = FIRST_RIGHT + KEYS_ON_PIANO

# Durations: none (BAR and chord symbols), then grid steps from a 48th note to two bars of 4/4.
DURATION_STEPS = (1, 2, 3, 4, 6, 8, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 96)
DURATIONS = len(DURATION_STEPS) + 1
# Half-way from each to the next.
_BETWEEN_DURATIONS = tuple((shorter + longer) / 2 for shorter, longer in pairwise(DURATION_STEPS))

# Velocities: none (also of notes whose loudness nobody knows), then sixteen classes of eight, each
# played at its middle.
VELOCITY_STEP = 8
VELOCITIES = 128 // VELOCITY_STEP + 1

PART_SIZES = (POSITIONS, ITEMS, DURATIONS, VELOCITIES)


class Event(NamedTuple):
    """One step: indices into positions, items, durations and velocities."""

    position: int
    item: int
    duration: int
    velocity: int


BAR_EVENT = Event(BAR_POSITION, NO_ITEM, 0, 0)


def pitch_item(pitch: int, hand: Hand) -> int:
    """The item of a pitch in a hand."""
    first = FIRST_LEFT if hand is Hand.LEFT else FIRST_RIGHT
    return first + pitch - LOWEST_PITCH


def chord_item(root: int, quality: str) -> int:
    """The item of a chord symbol."""
    return FIRST_CHORD + root % 12 * len(QUALITY_NAMES) + QUALITY_NAMES.index(quality)


def is_chord(item: int) -> bool:
    """Whether an item is a chord symbol."""
    return FIRST_CHORD <= item < FIRST_LEFT


def is_note(item: int) -> bool:
    """Whether an item is a pitch in a hand."""
    return item >= FIRST_LEFT


def item_pitch(item: int) -> tuple[int, Hand]:
    """Pitch and hand of a note item."""
    if item >= FIRST_RIGHT:
        return item - FIRST_RIGHT + LOWEST_PITCH, Hand.RIGHT
    return item - FIRST_LEFT + LOWEST_PITCH, Hand.LEFT


def item_chord(item: int) -> tuple[int, str]:
    """Root (from the tonic) and quality of a chord item."""
    root, quality = divmod(item - FIRST_CHORD, len(QUALITY_NAMES))
    return root, QUALITY_NAMES[quality]


def duration_class(steps: int) -> int:
    """The class nearest to a length in grid steps (the shorter of two equally near)."""
    return bisect_left(_BETWEEN_DURATIONS, steps) + 1


def velocity_class(velocity: int) -> int:
    """The class of a MIDI velocity 1..127; 0, unknown, is no class."""
    return velocity // VELOCITY_STEP + 1 if velocity else 0


def class_velocity(velocity: int) -> int:
    """The MIDI velocity in the middle of a class."""
    return (velocity - 1) * VELOCITY_STEP + VELOCITY_STEP // 2


def encode_bar(notes: Iterable[GridNote], chords: Iterable[GridChord]) -> tuple[Event, ...]:
    """A bar as events, BAR first, ascending.

    A pitch that comes twice in a hand at once is kept once.  Positions must lie in 0..47 and
    pitches in 21..108.
    """
    events = {
        (chord.position, chord_item(chord.root, chord.quality)): Event(
            chord.position, chord_item(chord.root, chord.quality), 0, 0
        )
        for chord in chords
    }
    for note in notes:
        item = pitch_item(note.pitch, note.hand)
        events.setdefault(
            (note.position, item),
            Event(
                note.position, item, duration_class(note.duration), velocity_class(note.velocity)
            ),
        )
    return (BAR_EVENT, *(events[place] for place in sorted(events)))


def decode_bar(events: Iterable[Event]) -> tuple[tuple[GridNote, ...], tuple[GridChord, ...]]:
    """The notes and chord symbols of a bar's events; the inverse of `encode_bar` up to classes."""
    notes, chords = [], []
    for event in events:
        if is_chord(event.item):
            chords.append(GridChord(event.position, *item_chord(event.item)))
        elif is_note(event.item):
            pitch, hand = item_pitch(event.item)
            steps = DURATION_STEPS[event.duration - 1]
            notes.append(
                GridNote(event.position, hand, pitch, steps, class_velocity(event.velocity))
            )
    return tuple(notes), tuple(chords)
