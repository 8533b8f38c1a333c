"""Writing tunes phrase by phrase: several takes of each, side by side, of which the best stays.

All takes of all pieces are rows of one batch, and rows do not know of each other: a piece has the
same tune alone and among others.  A bar that returns, or that is given, is not sampled but read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from random import Random

import numpy as np
from numpy.typing import NDArray

from melodymuse.music.grid import METRES, GridChord, Metre
from melodymuse.music.theory import MODES
from melodymuse.planning.tune_plan import CONTRAST, FINAL, SAME, SEQUENCE, STATEMENT, TunePlan
from melodymuse.writing.tune.adapting import adapt
from melodymuse.writing.tune.chord_scales import colours_of, tones_of
from melodymuse.writing.tune.copies import RUN, KnownRuns
from melodymuse.writing.tune.critic import Setting, weigh
from melodymuse.writing.tune.judge import Listener
from melodymuse.writing.tune.likeness import as_classes, next_recalled, recalled_at
from melodymuse.writing.tune.network import Floats, TuneModel
from melodymuse.writing.tune.notes import (
    NEXT_BAR,
    NOTHING_RECALLED,
    PITCHES,
    Bar,
    Classes,
    Tune,
    TuneNote,
    chord_features,
    chord_steps,
    class_pitch,
    classes_of,
    move_bar,
    pitch_class_of,
)
from melodymuse.writing.tune.phrase_features import REMEMBERED_BARS, Sung, phrase_features
from melodymuse.writing.tune.rules import PitchRules, at, may_begin, may_last, near
from melodymuse.writing.tune.told import (
    STYLES,
    as_row,
    beat_chords,
    motion_class,
    notes_class,
    off_beat_class,
    place_class,
    register_class,
    upbeat_class,
)
from melodymuse.writing.vocabulary import DURATION_STEPS, duration_class

TAKES = 16
# How far a note may be held into the next bar.
_OVER_THE_LINE = 24
# What a copied run costs: more than anything else can earn.
_COPIED = 1000.0
# Nats for a note that is struck again, where as many are as POP909 has, and against a third time;
# against the third leg of going to and fro; for a step back after a leap.
_AGAIN, _AND_AGAIN, _ROCKING, _ANSWERED = 0.1, 0.6, 0.7, 0.2
_USUAL_REPEATS = 0.22
_LEAP = 5
_MOST_DEGREES = 4
# How much more boldly a new idea, two bars, is drawn than what goes on with it.
_IDEA, _IDEA_BARS = 1.3, 2
# Share of its notes on the beat that must be chord tones where a moved bar stands as it is.
_FITTING = 0.65
# What a piece's last note costs that is no tonic.
_UNFINISHED = 1.0
# What log odds of the judge count, up to how many, and of how many notes; phrases of how many bars.
_JUDGED, _MOST_ODDS, _FEWEST_JUDGED = 0.6, 4.0, 4
# How far back the critic remembers.
_REMEMBERED_BARS = 16


@dataclass(frozen=True, slots=True)
class Sampling:
    """How boldly notes are drawn: 1 as learned, below it likelier ones."""

    position: float = 0.9
    duration: float = 0.9
    pitch: float = 1.0


@dataclass(frozen=True, slots=True)
class TunePiece:
    """A tune to be.

    Attributes:
        plans: one a bar; phrases begin where `since` is 0.
        chords: of every bar, as if the tonic were C.
        metre: of all bars.
        mode: "major" or "minor".
        streams: gives the random numbers of a place, called with a phrase's first bar, the bar
            after its last, and a take.
        given: bars that stand already, by index.
        boldness: 1 as usual; lower is safer, higher is wilder.
    """

    plans: Sequence[TunePlan]
    chords: Sequence[Sequence[GridChord]]
    metre: Metre
    mode: str
    streams: Callable[..., Random]
    given: Mapping[int, Bar] = field(default_factory=dict)
    boldness: float = 1.0


def write_tunes(
    network: TuneModel,
    pieces: Sequence[TunePiece],
    *,
    takes: int = TAKES,
    sampling: Sampling | None = None,
    known: KnownRuns | None,
    judge: Listener | None = None,
) -> list[Tune]:
    """The tunes of several pieces.

    Args:
        network: the tune network.
        pieces: what is asked.
        takes: how many takes of each phrase the critic hears.
        sampling: how boldly notes are drawn.
        known: runs that no take may have; None lets every take pass.
        judge: says how real a take sounds; None leaves the choice to the critic alone.

    Returns:
        For each piece a tuple of notes a bar.
    """
    writings = [_Writing(piece, network.initial_state(1)) for piece in pieces]
    bold = sampling or Sampling()
    for index in range(max((len(w.phrases) for w in writings), default=0)):
        written = [w for w in writings if index < len(w.phrases)]
        _write_phrase(network, written, index, takes, bold, known, judge)
    return [tuple(w.tune) for w in writings]


class _Writing:
    """A piece while it is written: the bars that stand, and the network's memory of them."""

    def __init__(self, piece: TunePiece, state: Floats) -> None:
        self.piece = piece
        self.chords = chord_steps(piece.chords, piece.metre.bar_steps)
        self.beats = beat_chords(self.chords, piece.metre)
        starts = [i for i, plan in enumerate(piece.plans) if plan.since == 0 or i == 0]
        self.phrases = list(zip(starts, [*starts[1:], len(piece.plans)], strict=True))
        self.tune: list[Bar] = []
        self.state = state
        self.last = 0
        self.until = 0
        self.rules = [PitchRules(plan, piece.metre, piece.mode) for plan in piece.plans]

    def scripts(self, begin: int, end: int) -> list[_Script]:
        """What of each bar of a phrase stands already."""
        return [self._script(bar) for bar in range(begin, end)]

    def _script(self, bar: int) -> _Script:
        plan, steps = self.piece.plans[bar], self.piece.metre.bar_steps
        if bar in self.piece.given:
            return _Script(self.piece.given[bar], None, given=True)
        body = tail = None
        if plan.locked and plan.source is not None and plan.source < len(self.tune):
            upbeat = self.piece.plans[plan.source].upbeat if plan.to_end == 0 else 0
            kept = tuple(n for n in self.tune[plan.source] if n.position < steps - upbeat)
            body = self._adapted(kept, plan.source, bar)
        source = plan.upbeat_source
        if plan.upbeat and source is not None and source < len(self.tune):
            notes = tuple(n for n in self.tune[source] if n.position >= steps - plan.upbeat)
            tail = self._adapted(notes, source, bar) if notes else None
        return _Script(body, tail)

    def _adapted(self, notes: Bar, source: int, bar: int) -> Bar:
        return adapt(
            notes, self.chords[source].tolist(), self.chords[bar].tolist(), self.piece.mode
        )

    def told(self, begin: int, end: int) -> Iterator[Sequence[int]]:
        """The classes that the network is told of each bar of a phrase."""
        metre = list(METRES).index(self.piece.metre.name)
        mode = MODES.index(self.piece.mode)
        for plan in self.piece.plans[begin:end]:
            yield as_row(
                {
                    "metre": metre,
                    "mode": mode,
                    "style": 1 + STYLES.index(plan.style),
                    "since": place_class(plan.since),
                    "to_end": place_class(plan.to_end),
                    "notes": 0 if plan.notes is None else notes_class(plan.notes),
                    "register": 0 if plan.register is None else register_class(plan.register),
                    "motion": 0 if plan.motion is None else motion_class(plan.motion),
                    "off_beat": 0 if plan.off_beat is None else off_beat_class(plan.off_beat),
                    "upbeat": upbeat_class(plan.upbeat),
                    "pitches": plan.pitches,
                    "rhythm": plan.rhythm,
                }
            )

    def sung(self, bars: Sequence[Bar], begin: int) -> list[Sung]:
        """Notes where they stand, of bars from one on."""
        steps = self.piece.metre.bar_steps
        return [
            Sung(
                (begin + index) * steps + note.position,
                note.duration,
                note.pitch,
                int(self.chords[begin + index, note.position]),
            )
            for index, bar in enumerate(bars)
            for note in bar
        ]

    def accept(self, take: _Take) -> None:
        """Let a take stand."""
        self.tune += map(tuple, take.bars)
        self.state, self.last, self.until = take.memory, take.last, take.until


@dataclass(frozen=True, slots=True)
class _Script:
    """What of a bar stands already: its notes (None: to be written), and its upbeat."""

    body: Bar | None
    tail: Bar | None
    given: bool = False


class _Take:
    """One take of a phrase: where it is, and what it has sung."""

    def __init__(
        self, writing: _Writing, scripts: Sequence[_Script], begin: int, end: int, random: Random
    ) -> None:
        self.writing = writing
        self.scripts = list(scripts)
        self.begin, self.end = begin, end
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
        return self.writing.piece.plans[self.bar]

    def _bar_line(self) -> Classes:
        held = duration_class(self.until) if self.until > 0 else 0
        return Classes(NEXT_BAR, held, pitch_class_of(self.last) if self.last else 0)

    def _recalled(self) -> tuple[Classes, ...] | None:
        plan = self.plan
        if plan.source is None:
            return None
        if plan.source < self.begin:
            source = self.writing.tune[plan.source]
        else:
            source = tuple(self.bars[plan.source - self.begin])
        if plan.device == SEQUENCE:
            source = move_bar(source, self._degrees(source), self.writing.piece.mode)
            if plan.pitches == SAME and self._stands_on_chords(source):
                self.scripts[self.bar - self.begin] = _Script(source, None)
        return as_classes(source)

    def _stands_on_chords(self, bar: Bar) -> bool:
        """Whether a moved bar can stand as it is: on its chords, within its bounds, after what is
        held over its bar line."""
        plan, beat = self.plan, self.writing.piece.metre.beat_steps
        chords = self.writing.chords[self.bar]
        strong = [note for note in bar if note.position % beat == 0]
        fitting = [
            note for note in strong if note.pitch % 12 in tones_of(int(chords[note.position]))
        ]
        inside = all(plan.lowest - 2 <= note.pitch <= plan.highest for note in bar)
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
            fitting = sum(n.duration for n in moved if n.pitch % 12 in tones_of(chords[n.position]))
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
        if self.plan.upbeat and left > self.plan.upbeat:
            return left - self.plan.upbeat
        following = self.bar + 1
        if following >= self.end:
            return left
        script = self.scripts[following - self.begin]
        plan = self.writing.piece.plans[following]
        over = _OVER_THE_LINE if plan.silence is None or plan.silence[0] else 0
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
        tones = tones_of(chord)
        settled = tones | colours_of(chord, self.writing.piece.mode)
        self.loose = bool(tones) and note.pitch % 12 not in settled
        self.event = classes_of(note)

    def cross(self) -> bool:
        """Go on with the next bar; False where the phrase ends."""
        self.until -= self.writing.piece.metre.bar_steps
        self.bar += 1
        if self.bar >= self.end:
            return False
        self.bars.append([])
        self.position = -1
        self.event = self._bar_line()
        self.recalled = self._recalled()
        return True

    def boldness(self) -> float:
        """How boldly the bar is drawn: an idea may be less likely than what goes on with it."""
        begins = self.writing.piece.plans[self.begin].device in (STATEMENT, CONTRAST)
        idea = begins and self.plan.since < _IDEA_BARS
        return (_IDEA if idea else 1.0) * self.writing.piece.boldness

    def bias(self) -> Floats:
        """What is added to the logits of its next pitch."""
        found = np.zeros(PITCHES, np.float32)
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


def _write_phrase(
    network: TuneModel,
    writings: Sequence[_Writing],
    index: int,
    takes: int,
    sampling: Sampling,
    known: KnownRuns | None,
    judge: Listener | None,
) -> None:
    """The phrase of an index in each piece: sing all takes to their ends, keep the best."""
    rows: list[_Take] = []
    told: list[Sequence[int]] = []
    beats: list[NDArray[np.int64]] = []
    first_row: dict[int, int] = {}
    for writing in writings:
        begin, end = writing.phrases[index]
        first_row[id(writing)] = len(told) - begin
        told += writing.told(begin, end)
        beats += list(writing.beats[begin:end])
        scripts = writing.scripts(begin, end)
        count = (
            1
            if all(
                _stands(s, p) for s, p in zip(scripts, writing.piece.plans[begin:end], strict=True)
            )
            else takes
        )
        rows += [
            _Take(writing, scripts, begin, end, writing.piece.streams(begin, end, number))
            for number in range(count)
        ]
    table = chord_features()
    chords = table[np.asarray(beats)].reshape(len(beats), -1)
    bars = network.read_bar(np.asarray(told, np.int64), chords)
    finished: list[_Take] = []
    state = np.concatenate([row.writing.state for row in rows], axis=1)
    while rows:
        features, state = network.step(
            np.asarray([row.event for row in rows], np.int64),
            np.asarray([row.recalls() for row in rows], np.int64),
            bars[[first_row[id(row.writing)] + row.bar for row in rows]],
            state,
        )
        going = _go_on(network, rows, features, sampling, table)
        for place, row in enumerate(rows):
            if not going[place]:
                row.memory = state[:, place : place + 1].copy()
                finished.append(row)
        if not all(going):
            keep = [place for place, goes in enumerate(going) if goes]
            rows, state = [rows[place] for place in keep], state[:, keep]
    for writing in writings:
        own = [take for take in finished if take.writing is writing]
        if len(own) > 1:
            own.sort(key=lambda take: _worth(take, known, judge), reverse=True)
        writing.accept(own[0])


def _stands(script: _Script, plan: TunePlan) -> bool:
    """Whether nothing of a bar is left to write."""
    if script.given:
        return True
    return script.body is not None and (not plan.upbeat or script.tail is not None)


def _go_on(
    network: TuneModel,
    rows: Sequence[_Take],
    features: Floats,
    sampling: Sampling,
    table: Floats,
) -> list[bool]:
    """Sing the next note of each row, or cross its bar line; which rows go on."""
    going = [True] * len(rows)
    drawing = []
    for place, row in enumerate(rows):
        stands = row.scripted()
        if stands is None:
            drawing.append(place)
        elif isinstance(stands, TuneNote):
            given = row.scripts[row.bar - row.begin].given
            room = stands.duration if given else row.room(stands.position)
            row.sing(stands._replace(duration=min(stands.duration, room)))
        else:
            going[place] = row.cross()
    if not drawing:
        return going
    drawn = [rows[place] for place in drawing]
    positions = _draw(
        drawn,
        network.positions(features[drawing]),
        [may_begin(r.plan, r.writing.piece.metre, r.position, r.until) for r in drawn],
        sampling.position,
    )
    singing = []
    for place, row, position in zip(drawing, drawn, positions, strict=True):
        if position == NEXT_BAR:
            going[place] = row.cross()
        else:
            singing.append((place, row, position))
    if singing:
        _sing(network, singing, features, sampling, table)
    return going


def _sing(
    network: TuneModel,
    singing: Sequence[tuple[int, _Take, int]],
    features: Floats,
    sampling: Sampling,
    table: Floats,
) -> None:
    """Choose duration and pitch of notes whose place is chosen."""
    own = features[[place for place, _, _ in singing]]
    rows = [row for _, row, _ in singing]
    positions = [position for _, _, position in singing]
    aligned = [row.aligned(position) for row, position in zip(rows, positions, strict=True)]
    lengths = _draw(
        rows,
        network.durations(
            own, np.asarray([(p, a[0]) for p, a in zip(positions, aligned, strict=True)], np.int64)
        ),
        [
            may_last(row.plan, row.writing.piece.metre, position, row.room(position))
            for row, position in zip(rows, positions, strict=True)
        ],
        sampling.duration,
    )
    begins, ends = [], []
    for row, position, length in zip(rows, positions, lengths, strict=True):
        chords = row.writing.chords.ravel()
        begin = row.bar * row.writing.chords.shape[1] + position
        begins.append(int(chords[begin]))
        ends.append(int(chords[min(begin + DURATION_STEPS[length - 1], len(chords) - 1)]))
    logits = network.pitches(
        own,
        np.asarray(
            [(p, d, a[1]) for p, d, a in zip(positions, lengths, aligned, strict=True)], np.int64
        ),
        np.concatenate([table[begins], table[ends]], axis=1),
    )
    allowed = [
        row.writing.rules[row.bar].may_sound(
            position, DURATION_STEPS[length - 1], begin, end, row.last, row.loose
        )
        for row, position, length, begin, end in zip(
            rows, positions, lengths, begins, ends, strict=True
        )
    ]
    biases = np.stack([row.bias() for row in rows])
    pitches = _draw(rows, logits, allowed, sampling.pitch, biases)
    for row, position, length, pitch in zip(rows, positions, lengths, pitches, strict=True):
        row.sing(TuneNote(position, DURATION_STEPS[length - 1], class_pitch(pitch)))


def _draw(
    rows: Sequence[_Take],
    logits: Floats,
    allowed: Sequence[NDArray[np.bool_]],
    temperature: float,
    bias: Floats | float = 0.0,
) -> list[int]:
    """One allowed class in each row; the row remembers how likely it was."""
    wide = logits.astype(np.float64)
    heat = np.asarray([[temperature * row.boldness()] for row in rows])
    tempered = np.where(np.stack(allowed), (wide + bias) / heat, -np.inf)
    weights = np.exp(tempered - tempered.max(axis=1, keepdims=True))
    total = np.cumsum(weights, axis=1)
    chances = np.asarray([row.random.random() for row in rows])
    found = (total <= chances[:, None] * total[:, -1:]).sum(axis=1)
    top = wide.max(axis=1, keepdims=True)
    logs = wide - top - np.log(np.exp(wide - top).sum(axis=1, keepdims=True))
    for place, (row, index) in enumerate(zip(rows, found, strict=True)):
        row.likelihood += float(logs[place, index])
        row.drawn += 1
    return [int(index) for index in found]


def _worth(take: _Take, known: KnownRuns | None, judge: Listener | None) -> float:
    """What critic and judge say of a take, and that no long run of it is a training tune's."""
    writing = take.writing
    steps = writing.piece.metre.bar_steps
    earliest = max(0, take.begin - _REMEMBERED_BARS)
    before = writing.sung(writing.tune[earliest:], earliest)
    notes = writing.sung([tuple(bar) for bar in take.bars], take.begin)
    climax = next(
        (bar for bar in range(take.begin, take.end) if writing.piece.plans[bar].climax), None
    )
    plan = writing.piece.plans[take.begin]
    setting = Setting(
        writing.piece.metre,
        writing.piece.mode,
        before,
        None if climax is None else (climax * steps, (climax + 1) * steps),
        plan.span,
        plan.repeats,
        plan.leaps,
        {
            bar: own.notes
            for bar, own in enumerate(writing.piece.plans[take.begin : take.end], take.begin)
            if own.notes is not None and own.cadence_at is None
        },
    )
    worth = weigh(notes, take.likelihood / max(take.drawn, 1) * 2, setting)
    if writing.piece.plans[take.end - 1].cadence == FINAL and take.last % 12:
        worth -= _UNFINISHED
    if judge is not None and len(notes) >= _FEWEST_JUDGED:
        near_by = [note for note in before if note.onset >= (take.begin - REMEMBERED_BARS) * steps]
        bars = take.end - take.begin
        features = phrase_features(notes, near_by, take.begin, bars, setting.metre, setting.mode)
        worth += _JUDGED * min(max(judge.real(features), -_MOST_ODDS), _MOST_ODDS)
    if known is not None:
        line = [(note.onset, note.pitch) for note in (*before[-(RUN - 1) :], *notes)]
        worth -= _COPIED if known.has_part_of(line) else 0.0
    return worth
