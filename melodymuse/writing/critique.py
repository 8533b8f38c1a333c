"""What a teacher would strike out of a bar; where it is too much, the generator tries again.

Each fault weighs; what an emotion asks for (leaps, dissonance) is no fault in its pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

from melodymuse.music.grid import GRID_PER_QUARTER, METRES, GridBar, GridChord, GridNote
from melodymuse.music.score import Hand
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.bar_controls import BarControls
from melodymuse.planning.plan import BarPlan
from melodymuse.planning.recall import FAINT, LIKENESS_BOUNDS

# A melody's comfortable compass.
LOWEST_TUNE, HIGHEST_TUNE = 52, 93
_LEAP, _STEP = 9, 4
# What of the tune lies outside the chord passes by steps of a tone at most.
_PASSING = 2
_WILD_LEAPS = 6.0
_MILD_DISSONANCE = 0.15
_CLASHES = frozenset({1, 13})
# Below G2 what is closer than a fifth rumbles; held-out songs of POP909 have it on 0.04 % of their
# onsets.
_LOWEST_CLOSE, _FIFTH = 43, 7
_THIRDS = (3, 4)

_PARALLEL = 2.0
_UNRESOLVED_LEAP = 0.5
_CLASH = 1.0
_FOREIGN_BASS = 1.0
_FOREIGN_ACCENT = 0.7
_STRAY, _UNRESOLVED = 0.5, 0.35
_OUT_OF_COMPASS = 0.5
_NO_TUNE = 2.0
_RUMBLE = 1.0
_FORGOTTEN = 5.0
_OPEN_CLOSE, _IMPERFECT_CLOSE = 1.5, 1.0


def weigh_bar(
    bar: GridBar,
    before: Sequence[GridNote],
    chord: GridChord | None,
    plan: BarPlan,
    similarity: float,
) -> float:
    """How much is wrong with a bar under its plan: with itself, with what it was to bring back, and
    if it is the final one, with how it closes; 0 is nothing.

    Args:
        bar, before, chord: as for `weigh_faults`.
        plan: of the bar.
        similarity: 0..1, of its tune to that of the bar that it recalls (`recall.similarity`).
    """
    faults = weigh_faults(bar, before, chord, plan.controls)
    if plan.recall.likeness > FAINT:
        least = LIKENESS_BOUNDS[plan.recall.likeness - 1]
        faults += _FORGOTTEN * max(least - similarity, 0.0)
    return faults + (weigh_close(bar[0]) if plan.closes else 0.0)


def weigh_faults(
    bar: GridBar, before: Sequence[GridNote], chord: GridChord | None, controls: BarControls
) -> float:
    """How much is wrong with a bar; 0 is nothing.

    Args:
        bar: its notes and chord symbols.
        before: the notes of the bar before.
        chord: what the bar before ends on.
        controls: what was asked for.
    """
    notes, chords = bar
    beat_steps = METRES[controls.metre].beat_steps
    onsets, tune = _by_onset(notes), list(_tune(notes).values())
    return (
        _PARALLEL * _bare_octaves([*list(_by_onset(before).values())[-1:], *onsets.values()])
        + _RUMBLE * _rumbles(onsets)
        + _leap_faults(tune, before, controls)
        + _clashes(onsets, controls)
        + _foreign(onsets, chords, chord, beat_steps)
        + _strays(notes, before, chords, chord, beat_steps)
        + _OUT_OF_COMPASS * sum(not LOWEST_TUNE <= p <= HIGHEST_TUNE for p in tune)
        + (_NO_TUNE if controls.melodic and not tune else 0.0)
    )


def weigh_close(notes: Sequence[GridNote]) -> float:
    """How much is wrong with what a final bar, held to its end, leaves on top: nothing with the
    tonic, more with the third, most with anything else (Caplin 1998, "Classical Form": the perfect
    cadence has the tonic in both outer voices)."""
    degree = max(_tune(notes).values(), default=-1) % 12
    if degree == 0:
        return 0.0
    return _IMPERFECT_CLOSE if degree in _THIRDS else _OPEN_CLOSE


def _by_onset(notes: Sequence[GridNote]) -> Mapping[int, list[GridNote]]:
    onsets: dict[int, list[GridNote]] = defaultdict(list)
    for note in notes:
        onsets[note.position].append(note)
    return dict(sorted(onsets.items()))


def _tune(notes: Sequence[GridNote]) -> dict[int, int]:
    """Onset -> highest pitch of the right hand."""
    tune: dict[int, int] = {}
    for note in notes:
        if note.hand is Hand.RIGHT:
            tune[note.position] = max(note.pitch, tune.get(note.position, 0))
    return dict(sorted(tune.items()))


def _bare_octaves(onsets: Sequence[Sequence[GridNote]]) -> int:
    """Outer voices that move together from octave to octave with nothing between them."""
    outer = [
        (notes[0].pitch, notes[-1].pitch)
        for notes in (sorted(found, key=lambda n: n.pitch) for found in onsets)
        if len(notes) == 2 and notes[0].hand is Hand.LEFT and notes[1].hand is Hand.RIGHT
    ]
    return sum(
        (b[1] - b[0]) % 12 == 0 and (a[1] - a[0]) % 12 == 0 and a[1] != b[1]
        for a, b in pairwise(outer)
    )


def _leap_faults(tune: Sequence[int], before: Sequence[GridNote], controls: BarControls) -> float:
    """Leaps of the tune that no step in the other direction resolves."""
    if controls.leaps is not None and controls.leaps >= _WILD_LEAPS:
        return 0.0
    steps = [b - a for a, b in pairwise([*list(_tune(before).values())[-2:], *tune])]
    return _UNRESOLVED_LEAP * sum(
        abs(leap) > _LEAP and (leap * after > 0 or abs(after) > _STEP)
        for leap, after in pairwise(steps)
    )


def _rumbles(onsets: Mapping[int, Sequence[GridNote]]) -> int:
    """Close intervals low in the bass."""
    low = [sorted(note.pitch for note in notes) for notes in onsets.values()]
    return sum(a < _LOWEST_CLOSE and b - a < _FIFTH for chord in low for a, b in pairwise(chord))


def _clashes(onsets: Mapping[int, Sequence[GridNote]], controls: BarControls) -> float:
    """Semitones and minor ninths struck at once, where dissonance is not asked for."""
    if controls.dissonance is None or controls.dissonance >= _MILD_DISSONANCE:
        return 0.0
    return _CLASH * sum(
        abs(a.pitch - b.pitch) in _CLASHES
        for notes in onsets.values()
        for a, b in combinations(notes, 2)
    )


def _foreign(
    onsets: Mapping[int, Sequence[GridNote]],
    chords: Sequence[GridChord],
    before: GridChord | None,
    beat_steps: int,
) -> float:
    """Notes outside the chord: in the bass of a beat, or on the chord's own accent in the tune."""
    weight = 0.0
    for position, notes in onsets.items():
        inside = _inside(chords, before, position)
        if inside is None:
            continue
        left = [note.pitch for note in notes if note.hand is Hand.LEFT]
        if left and position % beat_steps == 0 and min(left) % 12 not in inside:
            weight += _FOREIGN_BASS
        accented = any(c.position == position for c in chords) or position == 0
        right = [note for note in notes if note.hand is Hand.RIGHT]
        if accented and right:
            top = max(right, key=lambda note: note.pitch)
            if top.pitch % 12 not in inside and top.duration >= GRID_PER_QUARTER:
                weight += _FOREIGN_ACCENT
    return weight


def _strays(
    notes: Sequence[GridNote],
    before: Sequence[GridNote],
    chords: Sequence[GridChord],
    sounding: GridChord | None,
    beat_steps: int,
) -> float:
    """Notes of the tune outside the chord that no step explains: entered and left by more, or on a
    beat and not left by a step.  Where the first one comes from, and the last one goes, is not
    known."""
    line = [*list(_tune(before).items())[-1:], *_tune(notes).items()]
    weight = 0.0
    for (_, last), (position, pitch), (_, following) in zip(line, line[1:], line[2:], strict=False):
        inside = _inside(chords, sounding, position)
        if inside is None or pitch % 12 in inside:
            continue
        left = abs(following - pitch)
        if left > _PASSING and abs(pitch - last) > _PASSING:
            weight += _STRAY
        elif position % beat_steps == 0 and not 1 <= left <= _PASSING:
            weight += _UNRESOLVED
    return weight


def _inside(
    chords: Sequence[GridChord], before: GridChord | None, position: int
) -> frozenset[int] | None:
    """Pitch classes of the chord that sounds at a position, None where there is none."""
    chord = next((c for c in reversed(chords) if c.position <= position), before)
    if chord is None:
        return None
    return frozenset((chord.root + step) % 12 for step in QUALITIES[chord.quality])
