"""What a piece is made like: its form, harmonic rhythm, texture and tempo, read off its notes.

Nothing of what it sings or of its chords is kept: a plan made from a model has notes of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any

from melodymuse.errors import ControlError, MidiError
from melodymuse.music.chord_hearing import heard_chords
from melodymuse.music.grid import (
    GRID_PER_QUARTER,
    METRES,
    TICKS_PER_GRID,
    GridBar,
    GridNote,
    Metre,
)
from melodymuse.music.score import Hand, Score, TempoMark
from melodymuse.planning.accompaniment import Pattern
from melodymuse.planning.bar_controls import PHRASE_BARS, BarControls
from melodymuse.planning.controls import LIMITS, within_limits
from melodymuse.planning.form import CODA, INTRODUCTION, SectionPlan
from melodymuse.writing.continuing import grid_bars
from melodymuse.writing.figure_reading import middle_home, signs_of
from melodymuse.writing.measuring import BarPlace, average, measure_bar
from melodymuse.writing.recall import similarity
from melodymuse.writing.vocabulary import encode_bar

# Bars of a section where nobody has marked any: two phrases, or one in short pieces.
_SECTION_BARS, _SHORT = 2 * PHRASE_BARS, 16
# From which mean likeness of their tunes on two sections have one theme.
_SAME_THEME = 0.3
# Fewest marks of sections that make a form.
_FEWEST_MARKS = 2
_LAST_BARS = 2
# Standard deviation of a bar's velocities below which nobody meant them.
_FLAT = 2.0
_EIGHTH, _SIXTEENTH = 6, 3
# What a tune may ask for: within what the tune network has learned.
_SUNG = {"notes": (0.5, 2.2), "off_beat": (0.0, 0.9), "motion": (1.2, 4.0), "centre": (62.0, 79.0)}
_LEAST_TUNE, _MANY_FINE = 8, 0.1
_OCTAVE = 12


@dataclass(frozen=True, slots=True)
class Model:
    """What a piece is like.

    Attributes:
        score: the piece, from its first bar with notes on.
        bars: what each bar is like, nothing left open.
        means: name -> mean of each of `measuring.QUANTITIES`; without those of velocities where all
            are about equal, as notation programs write them.
        sections: its form, themes that come again under one letter.
        changes: the grid steps of every bar at which a harmony begins.
        patterns: what the left hand does in every bar; None where it is silent.
        sings: how its tune goes, as `Plan.sings` has it.
        tempo: quarter notes a minute, for most of its time.
        ritardando: share of the tempo that its last bars lose.
    """

    score: Score
    bars: tuple[BarControls, ...]
    means: Mapping[str, float]
    sections: tuple[SectionPlan, ...]
    changes: tuple[tuple[int, ...], ...]
    patterns: tuple[Pattern | None, ...]
    sings: Mapping[str, float]
    tempo: float
    ritardando: float

    @property
    def form(self) -> str:
        """Its sections as `Controls.form` has them."""
        named = {INTRODUCTION: "i", CODA: "o"}
        return "".join(named.get(section.theme, section.theme) for section in self.sections)


def model_of(score: Score) -> Model:
    """What a score is like.

    Raises:
        ControlError: a metre that the network has not learned, or too many bars.
        MidiError: it has no notes.
    """
    if not score.notes:
        raise MidiError("there is no note in it: nothing can be made like it")
    if str(score.time_signature) not in METRES:
        raise ControlError(
            f"no model for {score.time_signature}: use a piece in one of {', '.join(METRES)}"
        )
    score = _from_first_note(score)
    if score.bars > LIMITS["bars"][1]:
        raise ControlError(
            f"{score.bars} bars are too many to be like: at most {LIMITS['bars'][1]:g}, so trim it"
        )
    metre, bars = METRES[str(score.time_signature)], grid_bars(score)
    tempo = _steady(score)
    measured = [
        measure_bar(
            notes, BarPlace(metre.name, score.key.mode, tempo, "pop", bar=n, bars=len(bars))
        )
        for n, (notes, _) in enumerate(bars)
    ]
    means = {name: within_limits(name, value or 0.0) for name, value in average(measured).items()}
    if means["dynamics"] < _FLAT:
        del means["dynamics"], means["loudness"]
    last = score.tempos[-1]
    slower = 1 - last.bpm / tempo if last.onset >= _final(score) else 0.0
    sections = _sections(score, bars)
    return Model(
        score,
        tuple(_closed(bar, means) for bar in measured),
        MappingProxyType(means),
        sections,
        tuple(_changes(bars, metre)),
        tuple(_patterns([notes for notes, _ in bars], sections, metre)),
        MappingProxyType(_sings(score, metre)),
        tempo,
        within_limits("ritardando", round(slower, 3)),
    )


def _from_first_note(score: Score) -> Score:
    """The score without the bars before its first note."""
    bar_ticks = score.time_signature.bar_ticks
    silent = min(note.onset for note in score.notes) // bar_ticks
    if not silent:
        return score
    start = silent * bar_ticks
    begun = [mark for mark in score.tempos if mark.onset <= start][-1]
    later = [mark for mark in score.tempos if mark.onset > start]

    def moved(things: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            replace(thing, onset=thing.onset - start) for thing in things if thing.onset >= start
        )

    return replace(
        score,
        notes=moved(score.notes),
        bars=score.bars - silent,
        tempos=(TempoMark(0, begun.bpm), *moved(later)),
        chords=moved(score.chords),
        sections=moved(score.sections),
        pedals=(),
        tune=frozenset(),
    )


def _final(score: Score) -> int:
    """The tick from which on a slower tempo is a final ritardando."""
    return score.end - _LAST_BARS * score.time_signature.bar_ticks


def _steady(score: Score) -> float:
    """The tempo that holds at the middle one of its bars, by speed."""
    bars = range(0, score.end, score.time_signature.bar_ticks)
    held = [[mark.bpm for mark in score.tempos if mark.onset <= tick][-1] for tick in bars]
    return within_limits("tempo", median(held))


def _closed(bar: BarControls, means: Mapping[str, float]) -> BarControls:
    """A bar as it can be asked for: within the limits, silent ones as the others are."""
    values = {name: getattr(bar, name) for name in means}
    asked: dict[str, Any] = {
        name: means[name] if value is None else within_limits(name, value)
        for name, value in values.items()
    }
    return replace(bar, **asked)


def _sections(score: Score, bars: Sequence[GridBar]) -> tuple[SectionPlan, ...]:
    """The form that is marked; else sections of equal length, of one theme if they sing alike."""
    bar_ticks = score.time_signature.bar_ticks
    marks = {section.onset // bar_ticks: section.name for section in score.sections}
    if len(marks) >= _FEWEST_MARKS and 0 in marks:
        starts = sorted(marks)
        themes = _named([marks[start] for start in starts])
    else:
        size = _SECTION_BARS if len(bars) >= _SHORT else PHRASE_BARS
        starts = [*range(0, len(bars), size)]
        if len(starts) > 1 and len(bars) - starts[-1] < size // 2:
            starts.pop()
        themes = _alike([encode_bar(*bar) for bar in bars], starts)
    sections: list[SectionPlan] = []
    for theme, (start, stop) in zip(themes, pairwise([*starts, len(bars)]), strict=True):
        statement = sum(section.theme == theme for section in sections)
        sections.append(SectionPlan(theme, statement, start, stop - start))
    return tuple(sections)


def _named(names: Sequence[str]) -> list[str]:
    """Letters for marked sections: A' and "Verse 2" are of the theme of A and "Verse"."""
    plain = [name.rstrip("' 0123456789").casefold() for name in names]
    framing = {INTRODUCTION.casefold(): INTRODUCTION, CODA.casefold(): CODA}
    ends = {0: INTRODUCTION, len(plain) - 1: CODA}
    letters: dict[str, str] = {}
    found = []
    for place, name in enumerate(plain):
        framed = framing.get(name)
        if framed is not None and ends.get(place) == framed and len(plain) > 1:
            found.append(framed)
        else:
            found.append(letters.setdefault(name, _letter(len(letters))))
    return found


def _alike(bars: Sequence[Any], starts: Sequence[int]) -> list[str]:
    """A letter for each section: that of the first one which sings like it, or a new one."""
    themes: list[str] = []
    spans = [range(start, stop) for start, stop in pairwise([*starts, len(bars)])]
    for place, span in enumerate(spans):
        like = next(
            (
                themes[earlier]
                for earlier in range(place)
                if fmean(
                    similarity(bars[a], bars[b]) for a, b in zip(spans[earlier], span, strict=False)
                )
                >= _SAME_THEME
            ),
            None,
        )
        themes.append(like or _letter(len(set(themes))))
    return themes


def _letter(number: int) -> str:
    return ascii_uppercase[min(number, len(ascii_uppercase) - 1)]


def _changes(bars: Sequence[GridBar], metre: Metre) -> Iterator[tuple[int, ...]]:
    """Where in each bar another harmony begins: as written, else as heard, on the beat."""
    written = any(chords for _, chords in bars)
    before = None
    for notes, chords in bars:
        beats: dict[int, None] = {}
        for chord in chords if written else heard_chords(notes, metre):
            if (chord.root, chord.quality) != before:
                beats[chord.position // metre.beat_steps * metre.beat_steps] = None
            before = chord.root, chord.quality
        yield tuple(beats)


def _sings(score: Score, metre: Metre) -> dict[str, float]:
    """How the tune goes: notes a quarter, share between beats, mean step, middle, finest value."""
    sung = score.sung
    if len(sung) < _LEAST_TUNE:
        return {}
    places = [round(note.onset / TICKS_PER_GRID) for note in sung]
    bars = len({place // metre.bar_steps for place in places})
    steps = [abs(b.pitch - a.pitch) for a, b in pairwise(sung)]
    measured = {
        "notes": len(sung) / (bars * metre.bar_steps / GRID_PER_QUARTER),
        "off_beat": fmean(place % metre.beat_steps > 0 for place in places),
        "motion": fmean(min(step, _OCTAVE) for step in steps),
        "centre": fmean(note.pitch for note in sung) - score.key.shift_from_c,
    }
    fine = fmean(place % _EIGHTH > 0 for place in places) > _MANY_FINE
    bounded = {
        name: min(max(value, _SUNG[name][0]), _SUNG[name][1]) for name, value in measured.items()
    }
    return {**bounded, "finest": _SIXTEENTH if fine else _EIGHTH}


def _patterns(
    bars: Sequence[Sequence[GridNote]], sections: Sequence[SectionPlan], metre: Metre
) -> list[Pattern | None]:
    """The left hand of every bar as a figure, at home in one place for a section."""
    found: list[Pattern | None] = []
    for section in sections:
        hands = [
            [note for note in bars[bar] if note.hand is Hand.LEFT]
            for bar in range(section.start, section.start + section.bars)
        ]
        home = middle_home(hands)
        found += [Pattern(signs_of(notes, metre), home) if notes else None for notes in hands]
    return found
