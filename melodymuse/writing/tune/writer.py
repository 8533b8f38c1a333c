"""Writing tunes phrase by phrase: several takes of each, side by side, of which the best stays.

All takes of all pieces are rows of one batch, and rows do not know of each other: a piece has the
same tune alone and among others.  A bar that returns, or that is given, is not sampled but read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melodymuse.writing.tune.choosing import worth_of
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.judge import Listener
from melodymuse.writing.tune.network import Floats, TuneModel
from melodymuse.writing.tune.notes import NEXT_BAR, Tune, TuneNote, chord_features, class_pitch
from melodymuse.writing.tune.rules import may_begin, may_last
from melodymuse.writing.tune.script import TunePiece, Writing
from melodymuse.writing.tune.take import Take
from melodymuse.writing.vocabulary import DURATION_STEPS

TAKES = 16


@dataclass(frozen=True, slots=True)
class Sampling:
    """How boldly notes are drawn: 1 as learned, below it likelier ones."""

    position: float = 0.9
    duration: float = 0.9
    pitch: float = 1.0


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
    writings = [Writing(piece, network.initial_state(1)) for piece in pieces]
    bold = sampling or Sampling()
    for index in range(max((len(w.phrases) for w in writings), default=0)):
        written = [w for w in writings if index < len(w.phrases)]
        _write_phrase(network, written, index, takes, bold, known, judge)
    return [tuple(w.tune) for w in writings]


def _write_phrase(
    network: TuneModel,
    writings: Sequence[Writing],
    index: int,
    takes: int,
    sampling: Sampling,
    known: KnownRuns | None,
    judge: Listener | None,
) -> None:
    """The phrase of an index in each piece: sing all takes to their ends, keep the best."""
    rows: list[Take] = []
    told: list[Sequence[int]] = []
    beats: list[NDArray[np.int64]] = []
    first_row: dict[int, int] = {}
    for writing in writings:
        begin, end = writing.phrases[index]
        first_row[id(writing)] = len(told) - begin
        told += writing.told(begin, end)
        beats += list(writing.beats[begin:end])
        scripts = writing.scripts(begin, end)
        plans = writing.piece.plans[begin:end]
        stands = all(s.stands(p) for s, p in zip(scripts, plans, strict=True))
        count = 1 if stands else takes
        rows += [
            Take(writing, scripts, begin, end, writing.piece.streams(begin, end, number))
            for number in range(count)
        ]
    table = chord_features()
    chords = table[np.asarray(beats)].reshape(len(beats), -1)
    bars = network.read_bar(np.asarray(told, np.int64), chords)
    finished: list[Take] = []
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
            own.sort(key=lambda take: worth_of(take, known, judge), reverse=True)
        best = own[0]
        writing.tune += writing.held(best.bars, index)
        writing.state, writing.last, writing.until = best.memory, best.last, best.until


def _go_on(
    network: TuneModel,
    rows: Sequence[Take],
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
    singing: Sequence[tuple[int, Take, int]],
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
        row.rules().may_sound(position, DURATION_STEPS[length - 1], begin, end, row.last, row.loose)
        for row, position, length, begin, end in zip(
            rows, positions, lengths, begins, ends, strict=True
        )
    ]
    biases = np.stack([row.bias() for row in rows])
    pitches = _draw(rows, logits, allowed, sampling.pitch, biases)
    for row, position, length, pitch in zip(rows, positions, lengths, pitches, strict=True):
        row.sing(TuneNote(position, DURATION_STEPS[length - 1], class_pitch(pitch)))


def _draw(
    rows: Sequence[Take],
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
