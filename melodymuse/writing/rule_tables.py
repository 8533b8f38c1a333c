"""What a bar's plan allows at each of its positions, tabled once for all the events of the bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import (
    GRID_PER_QUARTER,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    GridChord,
    GridNote,
    Metre,
)
from melodymuse.music.score import Hand
from melodymuse.music.theory import HIGHEST_SHIFT, LOWEST_SHIFT, QUALITIES
from melodymuse.planning.accompaniment import Pattern
from melodymuse.planning.levels import Bounds
from melodymuse.planning.plan import BarPlan
from melodymuse.writing.figuring import Strike, strikes_of
from melodymuse.writing.keeping import Kept, keep
from melodymuse.writing.vocabulary import (
    BAR_POSITION,
    FIRST_CHORD,
    FIRST_LEFT,
    FIRST_RIGHT,
    ITEMS,
    NO_ITEM,
    POSITIONS,
    chord_item,
    duration_class,
    pitch_item,
    velocity_class,
)

Mask = NDArray[np.bool_]

SIXTEENTH, TRIPLET = GRID_PER_QUARTER // 4, GRID_PER_QUARTER // 3
# Pitches, as if the tonic were C, that the piano has in every key: so that a piece is the same,
# transposed, in each of them.
LOWEST, HIGHEST = LOWEST_PITCH - LOWEST_SHIFT, HIGHEST_PITCH - HIGHEST_SHIFT
# What stands at a position so far: nothing, a chord symbol or the like, notes of the left hand.
NOTHING_HERE, SOME_HERE, LEFT_HERE, LEFT_TWICE_HERE, LEFT_FULL_HERE = range(5)
# The position that is due where none is.
NO_DUE = POSITIONS
# By what stands at a position and by position, the last one for before the bar: the items.
ALLOWED = (LEFT_FULL_HERE + 1, POSITIONS + 1, ITEMS)

# The items of the left hand and of the right.
HANDS = (slice(FIRST_LEFT, FIRST_RIGHT), slice(FIRST_RIGHT, ITEMS))
_PITCHES = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
_IN_REACH = (_PITCHES >= LOWEST) & (_PITCHES <= HIGHEST)
_WITHIN_BEAT = np.arange(BAR_POSITION) % GRID_PER_QUARTER
_DUPLE, _TRIPLE = _WITHIN_BEAT % SIXTEENTH == 0, _WITHIN_BEAT % TRIPLET == 0
# What a chord may stand on, in semitones above its root: on its fifth it would be a six-four chord,
# which wants to resolve (Piston 1941, "Harmony"), and on its seventh it would have to fall.
_BASSES = frozenset({0, 3, 4})
# How near below a tune's note the right hand's others may lie; how high the left hand may go
# however low the tune, and however high.
_NEAREST, _LEFT_HANDS_OWN, _LEFT_HIGHEST = 3, 55, 62
# What contradicts a chord's third, or what is suspended in its place (semitones above the root).
_FALSE_THIRDS = {2: (3, 4), 3: (4,), 4: (3,), 5: (3, 4)}


def _fits() -> Mask:
    """(POSITIONS, POSITIONS): the positions that go with one: within its beat those of the same
    division, by two or by three."""
    fits = np.ones((POSITIONS, POSITIONS), bool)
    for position in np.flatnonzero(_WITHIN_BEAT):
        beat = position // GRID_PER_QUARTER * GRID_PER_QUARTER
        within = slice(beat, beat + GRID_PER_QUARTER)
        division = _DUPLE if position % GRID_PER_QUARTER % SIXTEENTH == 0 else _TRIPLE
        fits[position, within] = division[within]
    return fits


FITS = _fits()


@dataclass(frozen=True, slots=True, eq=False)
class RuleTable:
    """What a bar's plan allows before anything stands in it.

    Attributes:
        allowed: bool `ALLOWED`.
        open: bool (POSITIONS,), where events may stand.
        due: (POSITIONS + 1,), by position + 1 the next one that must not be passed over.
        until: (POSITIONS,), the least item that must stand at a position before the next one.
        least: (POSITIONS,), what must stand there at least, such as `LEFT_HERE`.
        tune: (POSITIONS, 3), item, duration and velocity class of the given note, 0 where none is.
        closes: whether it is the final bar.
    """

    allowed: Mask
    open: Mask
    due: NDArray[np.intp]
    until: NDArray[np.intp]
    least: NDArray[np.intp]
    tune: NDArray[np.intp]
    closes: bool


def tabled(
    plan: BarPlan,
    metre: Metre,
    stale_chord: int | None,
    tune: tuple[GridNote, ...],
    figure: tuple[int, ...] = (),
    kept: Kept | None = None,
) -> RuleTable:
    """The table of a bar; arguments as for `BarRules.begin`."""
    controls = plan.controls
    firm = bool(controls.phrase_begins or controls.phrase_ends or plan.closes)
    closing_mode = controls.mode if plan.closes else None
    stale = stale_chord if plan.harmony is None else None
    pattern = None if plan.closes else plan.accompaniment
    own = () if pattern or plan.closes else figure
    return _tabled(
        plan.harmony,
        metre,
        firm,
        plan.closes,
        closing_mode,
        stale,
        tune,
        own,
        pattern,
        plan.bounds,
        kept,
    )


@lru_cache(maxsize=256)
def _tabled(
    harmony: tuple[GridChord, ...] | None,
    metre: Metre,
    firm: bool,
    closes: bool,
    mode: str | None,
    stale: int | None,
    tune: tuple[GridNote, ...],
    figure: tuple[int, ...],
    pattern: Pattern | None,
    bounds: Bounds,
    kept: Kept | None,
) -> RuleTable:
    planned = {chord.position: chord for chord in harmony or ()}
    allowed = np.zeros(ALLOWED, bool)
    allowed[:, BAR_POSITION, NO_ITEM] = True
    until = np.zeros(POSITIONS, np.intp)
    for keys in HANDS:
        allowed[:, :BAR_POSITION, keys] = _IN_REACH
    if harmony is None:
        allowed[NOTHING_HERE, :BAR_POSITION, FIRST_CHORD:FIRST_LEFT] = True
    if planned:
        _keep_planned_chords(allowed, planned, metre.beat_steps, firm)
        until[list(planned)] = FIRST_LEFT
    if stale is not None:
        allowed[NOTHING_HERE, 0] = False
        allowed[NOTHING_HERE, 0, FIRST_CHORD:FIRST_LEFT] = True
        allowed[NOTHING_HERE, 0, stale] = False
        until[0] = FIRST_CHORD
    fixed = {*planned, *(note.position for note in tune), *([0] if stale is not None else ())}
    strokes = [p for p in figure if all(FITS[p, other] for other in fixed)]
    if figure:
        for position in {*range(BAR_POSITION)} - {*strokes, *planned}:
            allowed[:, position, HANDS[0]] = False
    if closes:
        triad = _keys_above(0, QUALITIES["major" if mode == "major" else "minor"])
        for keys in HANDS:
            allowed[:, :, keys] &= triad
    if tune:
        _serve_tune(allowed, planned, metre.beat_steps, min(note.pitch for note in tune))
        if bounds.right == 1:
            allowed[:, :BAR_POSITION, HANDS[1]] = False
    struck = _lay_figure(allowed, until, strokes, tune)
    given = _lay_tune(allowed, until, tune, metre.beat_steps, bounds.span)
    least = np.zeros(POSITIONS, np.intp)
    if pattern is not None:
        bound = _strikes(pattern, harmony or (), metre, firm, tune, bounds)
        _bind_left_hand(allowed, least, bound, metre.bar_steps)
    stays: set[int] = set()
    if kept is not None:
        keep(allowed, until, least, kept, (NOTHING_HERE, SOME_HERE, LEFT_HERE))
        stays |= kept.places
    due = sorted(fixed | struck | stays | {*np.flatnonzero(least).tolist()})
    places = _open(metre, closes, due, bounds) & allowed[NOTHING_HERE, :POSITIONS].any(axis=1)
    return RuleTable(allowed, places, _next_due(due), until, least, given, closes)


def _open(metre: Metre, closes: bool, due: Sequence[int], bounds: Bounds) -> Mask:
    """Sixteenths and triplets of every beat, as far as the bounds let them, less those that clash
    with what is due; in the final bar the beats of its first half alone."""
    mask = np.zeros(POSITIONS, bool)
    if closes:
        mask[: metre.half_steps + 1 : metre.beat_steps] = True
        return mask
    divisions = _WITHIN_BEAT % bounds.finest == 0
    if bounds.triplets and metre.beat_steps == GRID_PER_QUARTER:
        divisions = divisions | _TRIPLE
    mask[: metre.bar_steps] = divisions[: metre.bar_steps]
    for position in due:
        mask &= FITS[position]
    return mask


def _next_due(due: Sequence[int]) -> NDArray[np.intp]:
    return np.array(
        [next((p for p in due if p >= first), NO_DUE) for first in range(POSITIONS + 1)], np.intp
    )


def _keep_planned_chords(
    allowed: Mask, planned: Mapping[int, GridChord], beat_steps: int, firm: bool
) -> None:
    """A chord tone first, in the left hand, where a planned chord comes and wherever the left hand
    strikes a beat; and no third that it does not have."""
    left, right = HANDS
    for position in range(BAR_POSITION):
        in_force = max((p for p in planned if p <= position), default=None)
        if in_force is None:
            continue
        chord = planned[in_force]
        tones = QUALITIES[chord.quality]
        true = ~_keys_above(chord.root, _FALSE_THIRDS[tones[1]])
        allowed[:, position, left] &= true
        allowed[:, position, right] &= true
        before_left = allowed[:LEFT_HERE, position]
        if position == in_force:
            bass = (0,) if firm else tuple(step for step in tones if step in _BASSES)
            before_left[:, left] &= _keys_above(chord.root, bass)
            before_left[:, right] = False
            before_left[NOTHING_HERE] = False
            before_left[NOTHING_HERE, chord_item(chord.root, chord.quality)] = True
        elif position % beat_steps == 0:
            before_left[:, left] &= _keys_above(chord.root, tones)


def _serve_tune(
    allowed: Mask, planned: Mapping[int, GridChord], beat_steps: int, lowest: int
) -> None:
    """Below a tune both hands keep to the planned chord, the right one to the beat; the left one
    stays below the tune's lowest note."""
    left, right = HANDS
    highest = min(max(lowest - 1, _LEFT_HANDS_OWN), _LEFT_HIGHEST)
    allowed[:, :BAR_POSITION, left] &= highest >= _PITCHES
    for position in range(BAR_POSITION):
        if position % beat_steps:
            allowed[:, position, right] = False
        in_force = max((p for p in planned if p <= position), default=None)
        if in_force is not None:
            chord = planned[in_force]
            tones = _keys_above(chord.root, QUALITIES[chord.quality])
            allowed[:, position, left] &= tones
            allowed[:, position, right] &= tones


def _lay_figure(
    allowed: Mask, until: NDArray[np.intp], strokes: Sequence[int], tune: Sequence[GridNote]
) -> set[int]:
    """Let nothing of the right hand come before the left hand's stroke where a figure has one;
    where it has and the left hand finds a key."""
    left, right = HANDS
    sung = {note.position: note.pitch for note in tune}
    struck = set()
    for position in strokes:
        room = allowed[SOME_HERE, position, left] & (
            sung.get(position, HIGHEST_PITCH + 1) > _PITCHES
        )
        if room.any():
            struck.add(position)
            until[position] = max(until[position], FIRST_LEFT)
            allowed[:LEFT_HERE, position, right] = False
    return struck


def _lay_tune(
    allowed: Mask, until: NDArray[np.intp], tune: Sequence[GridNote], beat_steps: int, span: int
) -> NDArray[np.intp]:
    """Let the tune's notes through on top of the right hand, and nothing above them or nearer below
    than a third; between them something only where a note is held for longer than a beat."""
    given = np.zeros((POSITIONS, 3), np.intp)
    if not tune:
        return given
    left, right = HANDS
    sounding: dict[int, GridNote] = {}
    for note in sorted(tune):  # one at a time: each ends where the next one begins
        sounding = {place: other for place, other in sounding.items() if place < note.position}
        sounding |= dict.fromkeys(range(note.position, note.position + note.duration), note)
    for position in range(BAR_POSITION):
        top = sounding.get(position)
        if top is None:
            allowed[:, position, right] = False
            continue
        allowed[:, position, right] &= top.pitch - _NEAREST >= _PITCHES
        if top.position < position:
            if top.duration <= beat_steps:
                allowed[:, position, right] = False
            continue
        item = pitch_item(top.pitch, Hand.RIGHT)
        given[position] = item, duration_class(top.duration), velocity_class(top.velocity)
        allowed[:, position, right] &= top.pitch - span <= _PITCHES
        allowed[:, position, left] &= top.pitch > _PITCHES
        if not until[position]:
            allowed[NOTHING_HERE, position, item] = True
        # Where the tune goes so low that no bass has room below it, the chord stands on the tune.
        if until[position] < FIRST_LEFT or not allowed[SOME_HERE, position, left].any():
            allowed[SOME_HERE, position, item] = True
        allowed[LEFT_HERE:, position, item] = True
        until[position] = item
    return given


def _strikes(
    pattern: Pattern,
    harmony: tuple[GridChord, ...],
    metre: Metre,
    firm: bool,
    tune: Sequence[GridNote],
    bounds: Bounds,
) -> tuple[Strike, ...]:
    """A pattern's strikes below a tune; beats that the tune divides by three are so divided."""
    highest = max(min((note.pitch for note in tune), default=HIGHEST) - 1, _LEFT_HANDS_OWN)
    in_thirds = frozenset(
        note.position // GRID_PER_QUARTER
        for note in tune
        if note.position % GRID_PER_QUARTER % SIXTEENTH
    )
    return strikes_of(pattern, harmony, metre, highest, firm, in_thirds, bounds)


def _bind_left_hand(
    allowed: Mask, least: NDArray[np.intp], strikes: Sequence[Strike], bar_steps: int
) -> None:
    """The left hand strikes where a pattern does, as many keys and as it says, and nowhere else;
    a strike for which the other rules leave no key is theirs alone."""
    left, right = HANDS
    open_left = allowed[:, :bar_steps, left].copy()
    allowed[:, :bar_steps, left] = False
    for strike in strikes:
        here = open_left[:, strike.position]
        keys = np.isin(_PITCHES, list(strike.first | strike.further))
        first = np.isin(_PITCHES, list(strike.first)) & here[SOME_HERE]
        if strike.least > 1:
            first &= np.append(
                np.logical_or.accumulate((keys & here[LEFT_HERE])[::-1])[-2::-1], False
            )
        at = allowed[:, strike.position]
        if not first.any():
            at[:, left] = here
            continue
        begun = LEFT_HERE + strike.least - 1
        at[SOME_HERE, left] = first
        at[NOTHING_HERE, left] = first & here[NOTHING_HERE]
        at[LEFT_HERE : LEFT_HERE + strike.most - 1, left] = keys & here[LEFT_HERE]
        at[:begun, right] = False
        least[strike.position] = begun


@lru_cache(maxsize=512)
def _keys_above(root: int, steps: tuple[int, ...]) -> Mask:
    """Keys on the piano that stand so many semitones, or octaves more, above a root."""
    return np.isin((_PITCHES - root) % 12, steps)
