"""What is done to a given tune before anything is written under it: its form is read, it is sung in
the other mode, it is moved by octaves."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from melodymuse.music.grid import GridNote, Metre
from melodymuse.music.score import Hand
from melodymuse.music.theory import SCALE_STEPS
from melodymuse.planning.form import plan_sections
from melodymuse.writing.tune.notes import Bar, Tune, TuneNote, degree

# Sections of so many bars where a tune has so many, and from which likeness on one is the same.
_SECTION_BARS = ((8, 16), (4, 8))
_ALIKE = 0.5
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Where a tune lies that leaves both hands room.
LOWEST_MIDDLE, HIGHEST_MIDDLE = 62, 79


def form_of(tune: Tune) -> str:
    """The form of a tune, as the control of that name has it: what begins as an earlier section
    does has its letter."""
    unit = next((unit for unit, least in _SECTION_BARS if len(tune) >= least), len(tune))
    count = max(len(tune) // unit, 1)
    models: dict[str, int] = {}
    form = ""
    for section in plan_sections("A" * count, len(tune)):
        bars = range(min(unit, section.bars))

        def likeness(start: int, first: int = section.start, bars: range = bars) -> float:
            return fmean(_likeness(tune[start + b], tune[first + b]) for b in bars)

        letter = max(models, key=lambda name: likeness(models[name]), default=None)
        if letter is None or likeness(models[letter]) < _ALIKE:
            letter = _LETTERS[min(len(models), len(_LETTERS) - 1)]
            models.setdefault(letter, section.start)
        form += letter
    return form


def _likeness(bar: Bar, other: Bar) -> float:
    """Jaccard index 0..1 of two bars' (position, pitch)."""
    ours, theirs = ({(n.position, n.pitch) for n in b} for b in (bar, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0


def in_mode(tune: Tune, before: str, after: str) -> Tune:
    """A tune in another mode, degree by degree; rhythm and contour stay.

    A seventh degree that leads up to the tonic stays a leading tone in minor; chromatic notes stay
    as far above or below their degree as the mode allows.
    """
    if before == after:
        return tune
    pitches = [note.pitch for bar in tune for note in bar]
    sung = iter(_in_mode(pitches, before, after))
    return tuple(tuple(note._replace(pitch=next(sung)) for note in bar) for bar in tune)


def _in_mode(pitches: Sequence[int], before: str, after: str) -> list[int]:
    found = []
    for index, pitch in enumerate(pitches):
        place, above = degree(pitch, before)
        octave, step = divmod(place, 7)
        natural, other = SCALE_STEPS[before][step], SCALE_STEPS[after][step]
        if above and natural < other:  # raised in minor is what major has anyway
            above = 0
        following = pitches[index + 1] if index + 1 < len(pitches) else None
        if step == 6 and not above and after == "minor" and following == pitch + 1:
            above = 1
        found.append(octave * 12 + other + above)
    return found


def in_reach(tune: Tune, middle: float | None = None) -> int:
    """Semitones, whole octaves, that bring a tune where both hands have room: near a middle pitch,
    or only as far as need be."""
    pitches = [note.pitch for bar in tune for note in bar]
    if not pitches:
        return 0
    own = median(pitches)
    if middle is None:
        middle = min(max(own, LOWEST_MIDDLE), HIGHEST_MIDDLE)
        if middle == own:
            return 0
    wanted = min(max(middle, LOWEST_MIDDLE), HIGHEST_MIDDLE)
    return 12 * round((wanted - own) / 12)


def moved(tune: Tune, semitones: int) -> Tune:
    """A tune moved by semitones."""
    return tuple(tuple(n._replace(pitch=n.pitch + semitones) for n in bar) for bar in tune)


def as_grid(bar: Bar) -> tuple[GridNote, ...]:
    """A bar as notes of the right hand, their loudness left open."""
    return tuple(GridNote(n.position, Hand.RIGHT, n.pitch, n.duration, 0) for n in bar)


def as_tune(bars: Sequence[Sequence[GridNote]], metre: Metre) -> Tune:
    """Notes as one line, one at a time: of several together the highest, each let go when the next
    one begins."""
    tops: dict[int, GridNote] = {}
    for index, bar in enumerate(bars):
        for note in bar:
            onset = index * metre.bar_steps + note.position
            if onset not in tops or note.pitch > tops[onset].pitch:
                tops[onset] = note
    onsets = sorted(tops)
    ends = [*onsets[1:], len(bars) * metre.bar_steps]
    line: list[list[TuneNote]] = [[] for _ in bars]
    for onset, end in zip(onsets, ends, strict=True):
        place, position = divmod(onset, metre.bar_steps)
        top = tops[onset]
        line[place].append(TuneNote(position, min(top.duration, end - onset), top.pitch))
    return tuple(map(tuple, line))
