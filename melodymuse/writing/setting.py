"""Setting: the network's bars, which think in C, become notes and chord symbols in the real key."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from melodymuse.music.grid import TICKS_PER_GRID, GridBar, GridChord, GridNote, Metre
from melodymuse.music.score import ChordSymbol, Hand, Note
from melodymuse.music.theory import QUALITIES
from melodymuse.planning.levels import ANY_HANDS
from melodymuse.planning.plan import BarPlan
from melodymuse.streams import stream
from melodymuse.writing.reach import release_out_of_reach
from melodymuse.writing.touch import Touch, shape_velocities
from melodymuse.writing.vocabulary import VELOCITY_STEP

# What a chord is called when the other third sounds in it.
_OTHER_THIRD = {
    "major": "minor",
    "minor": "major",
    "dominant-seventh": "minor-seventh",
    "minor-seventh": "dominant-seventh",
    "major-seventh": "minor",
}
_SUSPENSIONS = {"suspended-second": 2, "suspended-fourth": 5}
_MINOR_THIRD, _MAJOR_THIRD = 3, 4


def set_bars(
    bars: Sequence[GridBar],
    plans: Sequence[BarPlan],
    metre: Metre,
    *,
    shift: int,
    seed: int,
    touch: Touch,
    later: Mapping[int, Touch] = MappingProxyType({}),
) -> tuple[tuple[Note, ...], tuple[ChordSymbol, ...]]:
    """Written bars as they are played and printed.

    Args:
        bars: notes and chord symbols of every bar of the piece; empty where others stand already.
        plans: the plan of every bar.
        metre: of all bars.
        shift: semitones from the tonic C, in which the network thinks, to the real one.
        seed: of the piece.
        touch: how its velocities shall be.
        later: how they shall be from a bar on, where that changes.
    """
    bar_ticks, beat_ticks = metre.bar_steps * TICKS_PER_GRID, metre.beat_steps * TICKS_PER_GRID
    end = len(bars) * bar_ticks
    chords = place_chords([chords for _, chords in bars], metre.bar_steps, shift, end)
    planned = {
        index * bar_ticks + chord.position * TICKS_PER_GRID
        for index, plan in enumerate(plans)
        for chord in plan.harmony or ()
    }
    struck = place_notes([notes for notes, _ in bars], metre.bar_steps, shift, seed)
    final = end - bar_ticks if plans[-1].closes else end
    reach = min((plan.bounds.reach for plan in plans), default=ANY_HANDS.reach)
    held = release_out_of_reach(let_go(struck, chords, planned, final, end), reach)
    notes: list[Note] = []
    starts = [0, *sorted(later), len(bars)]
    for start, stop in pairwise(starts):
        played = [note for note in held if start <= note.onset // bar_ticks < stop]
        own = later.get(start, touch)
        notes += shape_velocities(played, bar_ticks, beat_ticks, own, stop - start, start)
    return tuple(notes), fit_symbols(chords, notes)


def place_notes(
    bars: Iterable[Sequence[GridNote]], bar_steps: int, shift: int, seed: int
) -> tuple[Note, ...]:
    """Notes in ticks in the real key, sorted.

    Velocities are spread within their class, so that dynamics are not a staircase: those of each
    bar by a stream of its own.
    """
    half = VELOCITY_STEP // 2
    notes = []
    for index, bar in enumerate(bars):
        random = stream(seed, "velocity", index)
        notes += [
            Note(
                onset=(index * bar_steps + note.position) * TICKS_PER_GRID,
                duration=note.duration * TICKS_PER_GRID,
                pitch=note.pitch + shift,
                velocity=min(max(note.velocity + random.randrange(-half, half), 1), 127),
                hand=note.hand,
            )
            for note in bar
        ]
    return tuple(sorted(notes))


def let_go(
    notes: Sequence[Note],
    chords: Sequence[ChordSymbol],
    clear_at: Collection[int],
    final: int,
    end: int,
) -> tuple[Note, ...]:
    """End each note where a pianist would let it go.

    A key is let go before it is struck again, by either hand.  The left hand lets go of what does
    not belong to a new chord, and of everything where a planned chord comes; there the right hand,
    which may suspend elsewhere, lets go of what does not belong.  What was before the final bar
    ends at its bar line; the final chord is held to the end.

    Args:
        notes: sorted notes of a piece.
        chords: its chord symbols.
        clear_at: ticks of planned chords.
        final: tick of the final bar, or the end where none closes.
        end: tick of the final bar line.
    """
    planned = sorted(clear_at)
    cleared = [chord for chord in chords if chord.onset in clear_at]
    next_stroke: dict[int, int] = {}
    mended = []
    for note in reversed(notes):
        until = min(next_stroke.get(note.pitch, end), end)
        if note.onset < final:
            left = note.hand is Hand.LEFT
            until = min(until, final, _end_by_harmony(note, chords if left else cleared))
            if left:
                later = bisect_right(planned, note.onset)
                until = min([until, *planned[later : later + 1]])
        mended.append(note if until == note.end else replace(note, duration=until - note.onset))
        next_stroke[note.pitch] = note.onset
    return tuple(sorted(mended))


def _end_by_harmony(note: Note, chords: Sequence[ChordSymbol]) -> int:
    """Where the first later chord begins that a note does not belong to, or the note's own end."""
    for chord in chords[bisect_right(chords, note.onset, key=lambda chord: chord.onset) :]:
        if chord.onset >= note.end:
            break
        if (note.pitch - chord.root) % 12 not in QUALITIES[chord.quality]:
            return chord.onset
    return note.end


def place_chords(
    bars: Iterable[Sequence[GridChord]], bar_steps: int, shift: int, end: int
) -> tuple[ChordSymbol, ...]:
    """Chord symbols in ticks in the real key, each lasting until the next; repeats are joined."""
    placed = [
        ChordSymbol(
            (index * bar_steps + chord.position) * TICKS_PER_GRID,
            1,
            (chord.root + shift) % 12,
            chord.quality,
        )
        for index, bar in enumerate(bars)
        for chord in bar
    ]
    return _joined(placed, end)


def fit_symbols(chords: Sequence[ChordSymbol], notes: Sequence[Note]) -> tuple[ChordSymbol, ...]:
    """Chord symbols that do not contradict what sounds: the third that is played is the third that
    is printed, and a suspension is printed only where it is played.  Both are sorted."""
    fitted = []
    # Neither chords nor notes that have ended come again: long pieces cost no more a bar.
    sounding: list[Note] = []
    following = 0
    for chord in chords:
        until = chord.onset + chord.duration
        first, following = following, bisect_left(notes, until, key=lambda note: note.onset)
        sounding = [note for note in sounding if note.end > chord.onset]
        sounding += [note for note in notes[first:following] if note.end > chord.onset]
        above = {(note.pitch - chord.root) % 12 for note in sounding}
        fitted.append(replace(chord, quality=_fitting(chord.quality, above)))
    return _joined(fitted, chords[-1].onset + chords[-1].duration) if chords else ()


def _fitting(quality: str, above: Collection[int]) -> str:
    """The quality that the sounding steps above the root allow."""
    minor, major = _MINOR_THIRD in above, _MAJOR_THIRD in above
    if quality in _SUSPENSIONS:
        if _SUSPENSIONS[quality] in above or minor == major:
            return quality
        return "major" if major else "minor"
    third = QUALITIES[quality][1]
    contradicted = minor != major and third == (_MINOR_THIRD if major else _MAJOR_THIRD)
    return _OTHER_THIRD.get(quality, quality) if contradicted else quality


def _joined(chords: Sequence[ChordSymbol], end: int) -> tuple[ChordSymbol, ...]:
    """Chords without repeats, each lasting until the next; the network may name none."""
    kept: list[ChordSymbol] = []
    for chord in chords:
        if not kept or (kept[-1].root, kept[-1].quality) != (chord.root, chord.quality):
            kept.append(chord)
    ends = [*(chord.onset for chord in kept[1:]), end][: len(kept)]
    return tuple(
        replace(chord, duration=until - chord.onset)
        for chord, until in zip(kept, ends, strict=True)
    )
