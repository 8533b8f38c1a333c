"""One take of a phrase while it is sung: where it is, what it recalls, what may follow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log
from random import Random

import numpy as np

from melodymuse.planning.tune_plan import CONTRAST, SAME, SEQUENCE, STATEMENT, TunePlan
from melodymuse.writing.tune.chord_scales import (
    PENTATONIC,
    Allowed,
    as_mask,
    colours_of,
    scale_of,
    sung_of,
)
from melodymuse.writing.tune.likeness import as_classes, next_recalled, recalled_at
from melodymuse.writing.tune.network import Floats
from melodymuse.writing.tune.notes import (
    HIGHEST_TUNE,
    LOWEST_TUNE,
    NEXT_BAR,
    NOTHING_RECALLED,
    Bar,
    Classes,
    TuneNote,
    classes_of,
    move_bar,
    pitch_class_of,
)
from melodymuse.writing.tune.rhyming import rhyming
from melodymuse.writing.tune.rules import PitchRules, at, near
from melodymuse.writing.tune.script import Script, Writing
from melodymuse.writing.vocabulary import duration_class

# How far a note may be held into the next bar.
_OVER_THE_LINE = 24
# Nats for a note that is struck again, where as many are as POP909 has, and against a third time;
# against the third leg of going to and fro; for a step back after a leap.
_AGAIN, _AND_AGAIN, _ROCKING, _ANSWERED = 0.1, 0.6, 0.7, 0.2
_USUAL_REPEATS = 0.22
_LEAP = 5
_MOST_DEGREES = 4
# How much more boldly a new idea, two bars, is drawn, and what goes on with it.
_IDEA, _IDEA_BARS, _ELSE = 1.45, 2, 1.08
# Share of its notes on the beat that must be chord tones where a moved bar stands as it is.
_FITTING = 0.65


class Take:
    """One take of a phrase: where it is, and what it has sung."""

    def __init__(
        self, writing: Writing, scripts: Sequence[Script], begin: int, end: int, random: Random
    ) -> None:
        self.writing = writing
        self.scripts = list(scripts)
        self.begin, self.end = begin, end
        self.plans = list(writing.piece.plans[begin:end])
        for bar in range(begin):
            self._rhyme(bar, writing.tune[bar])
        self.random = random
        self.bars: list[list[TuneNote]] = [[]]
        self.bar = begin
        self.position = -1
        self.until = writing.until
        self.last, self.before, self.earlier = writing.last, 0, 0
        self.loose = False
        self.likelihood, self.drawn = 0.0, 0
        self.memory: Floats = writing.state
        self.event = self._bar_line()
        self.recalled = self._recalled()

    @property
    def plan(self) -> TunePlan:
        """The plan of the bar that is written."""
        return self.plans[self.bar - self.begin]

    def sung_in(self, bar: int) -> Bar:
        """An earlier bar of the tune."""
        if bar < self.begin:
            return self.writing.tune[bar]
        return tuple(self.bars[bar - self.begin])

    def _rhyme(self, bar: int, notes: Bar) -> None:
        """Let cadences that recall a bar come to rest where it does."""
        metre = self.writing.piece.metre
        for place, plan in enumerate(self.plans):
            if plan.source == bar:
                chords = self.writing.chords[self.begin + place].tolist()
                self.plans[place] = rhyming(plan, notes, chords, metre)

    def _bar_line(self) -> Classes:
        held = duration_class(self.until) if self.until > 0 else 0
        return Classes(NEXT_BAR, held, pitch_class_of(self.last) if self.last else 0)

    def _recalled(self) -> tuple[Classes, ...] | None:
        plan = self.plan
        if plan.source is None:
            return None
        source = self.sung_in(plan.source)
        if plan.device == SEQUENCE:
            source = move_bar(source, self._degrees(source), self.writing.piece.mode)
            if plan.pitches == SAME and self._stands_on_chords(source):
                self.scripts[self.bar - self.begin] = Script(source, None)
        return as_classes(source)

    def _stands_on_chords(self, bar: Bar) -> bool:
        """Whether a moved bar can stand as it is: on its chords and in their scales, within its
        bounds, after what is held over its bar line."""
        plan, piece = self.plan, self.writing.piece
        beat, mode = piece.metre.beat_steps, piece.mode
        chords = self.writing.chords[self.bar]
        strong = [note for note in bar if note.position % beat == 0]
        fitting = [n for n in strong if n.pitch % 12 in sung_of(int(chords[n.position]), mode)]
        inside = all(
            plan.lowest - 2 <= note.pitch <= plan.highest
            and note.pitch % 12 in scale_of(int(chords[note.position]), mode)
            for note in bar
        )
        free = bool(bar) and self.until <= bar[0].position
        return free and inside and bool(strong) and len(fitting) >= _FITTING * len(strong)

    def _degrees(self, source: Bar) -> int:
        """How far a sequence moves: as planned, or where its strong notes stand on their chord."""
        chords, mode = self.writing.chords[self.bar], self.writing.piece.mode
        beat = self.writing.piece.metre.beat_steps
        strong = [n for n in source if n.position % beat == 0] or list(source)
        wished = self.plan.degrees

        def fit(degrees: int) -> float:
            moved = move_bar(tuple(strong), degrees, mode)
            fitting = sum(
                n.duration for n in moved if n.pitch % 12 in sung_of(int(chords[n.position]), mode)
            )
            away = abs(degrees - wished) + (1.5 if degrees * wished < 0 else 0.0)
            return fitting / max(sum(n.duration for n in strong), 1) - 0.08 * away

        choices = [d for d in range(-_MOST_DEGREES, _MOST_DEGREES + 1) if d]
        return max(choices, key=lambda degrees: (fit(degrees), -abs(degrees), degrees))

    def recalls(self) -> Classes:
        """The recalled bar's next note."""
        if self.recalled is None:
            return NOTHING_RECALLED
        return next_recalled(self.recalled, self.position)

    def aligned(self, position: int) -> tuple[int, int]:
        """The recalled bar's duration and pitch class at a position."""
        return (0, 0) if self.recalled is None else recalled_at(self.recalled, position)

    def scripted(self) -> TuneNote | int | None:
        """What stands next: a note, NEXT_BAR, or None where it is to be written."""
        script, plan = self.scripts[self.bar - self.begin], self.plan
        if script.body is not None:
            for note in script.body:
                if note.position > self.position:
                    return note
            if script.given or not plan.upbeat:
                return NEXT_BAR
        if script.tail is not None and self.position >= (plan.cadence_at or 0):
            return next((n for n in script.tail if n.position > self.position), NEXT_BAR)
        return None

    def room(self, position: int) -> int:
        """Grid steps until a note that begins there must have ended."""
        left = self.writing.piece.metre.bar_steps - position
        if self.plan.onsets:
            return min((at - position for at in self.plan.onsets if at > position), default=left)
        if self.plan.upbeat and left > self.plan.upbeat:
            return left - self.plan.upbeat
        following = self.bar + 1
        if following >= self.end:
            return left
        script = self.scripts[following - self.begin]
        plan = self.plans[following - self.begin]
        over = _OVER_THE_LINE if plan.silence is None or plan.silence[0] else 0
        if plan.onsets:
            over = min(over, plan.onsets[0])
        if plan.cadence_at is not None:
            over = min(over, plan.cadence_at)
        if script.body is not None:
            over = min(over, script.body[0].position) if script.body else over
        return left + over

    def sing(self, note: TuneNote) -> None:
        """Go on with a note."""
        self.bars[-1].append(note)
        self.position, self.until = note.position, note.position + note.duration
        self.earlier, self.before, self.last = self.before, self.last, note.pitch
        chord = int(self.writing.chords[self.bar, note.position])
        mode = self.writing.piece.mode
        settled = sung_of(chord, mode) | colours_of(chord, mode)
        self.loose = bool(chord) and note.pitch % 12 not in settled
        self.event = classes_of(note)

    def cross(self) -> bool:
        """Go on with the next bar; False where the phrase ends."""
        self.until -= self.writing.piece.metre.bar_steps
        self._rhyme(self.bar, tuple(self.bars[-1]))
        self.bar += 1
        if self.bar >= self.end:
            return False
        self.bars.append([])
        self.position = -1
        self.event = self._bar_line()
        self.recalled = self._recalled()
        return True

    def rules(self) -> PitchRules:
        """What pitches may stand in the bar."""
        return PitchRules(self.plan, self.writing.piece.metre, self.writing.piece.mode)

    def boldness(self) -> float:
        """How boldly the bar is drawn: an idea may be less likely than what goes on with it."""
        begins = self.plans[0].device in (STATEMENT, CONTRAST)
        idea = begins and self.plan.since < _IDEA_BARS
        return (_IDEA if idea else _ELSE) * self.writing.piece.boldness

    def bias(self) -> Floats:
        """What is added to the logits of its next pitch."""
        found = np.float32(-self.plan.tense) * _tense(self.writing.piece.mode)
        if self.last:
            wished = self.plan.repeats
            again = _AGAIN + log(wished / (1 - wished)) - log(_USUAL_REPEATS / (1 - _USUAL_REPEATS))
            found[at(self.last)] += again - (_AND_AGAIN if self.before == self.last else 0.0)
            if self.before and self.before != self.last == self.earlier:
                found[at(self.before)] -= _ROCKING
            leap = self.last - self.before if self.before else 0
            if abs(leap) >= _LEAP:
                back = near(self.last, 2) & near(self.before, abs(leap)) & ~at(self.last)
                found[back] += _ANSWERED
        return found


@lru_cache(maxsize=2)
def _tense(mode: str) -> Allowed:
    return ~as_mask(PENTATONIC[mode], LOWEST_TUNE, HIGHEST_TUNE)
