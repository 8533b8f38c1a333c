"""Notes taken out and put in: what was asked for, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

import melodymuse
from melodymuse.errors import ControlError
from melodymuse.midi.document import Document
from melodymuse.midi.file import load_document
from melodymuse.midi.reader import score_of
from melodymuse.music.score import Hand, Note, Score
from melodymuse.retouching import changed_score, retouch


@pytest.fixture(scope="module")
def score() -> Score:
    return melodymuse.compose("contentment", bars=4, seed=2).score


@pytest.fixture
def document(score: Score) -> Document:
    return load_document(score.to_bytes(".mid"))


def test_a_note_is_moved_and_all_else_stays(score: Score, document: Document) -> None:
    old = score.notes[5]
    new = replace(old, pitch=old.pitch + 24, velocity=100, duration=old.duration + 120)
    after = score_of(retouch(document, [old], [new]))
    assert set(after.notes) ^ set(score.notes) == {old, new}
    assert (after.pedals, after.tempos, after.sections) == (
        score.pedals,
        score.tempos,
        score.sections,
    )


def test_taking_out_and_putting_in_again_gives_the_same_notes(
    score: Score, document: Document
) -> None:
    some = score.notes[::7]
    assert score_of(retouch(retouch(document, some, []), [], some)).notes == score.notes


def test_a_key_that_is_held_is_struck_when_it_is_let_go(score: Score, document: Document) -> None:
    held = max(score.hand(Hand.LEFT), key=lambda note: note.duration)
    within = replace(held, onset=held.onset + held.duration // 2)
    notes = score_of(retouch(document, [], [within])).notes
    ours = [n for n in notes if n.pitch == held.pitch and n.onset == held.end]
    assert ours and held in notes


def test_ticks_of_another_resolution_are_met(score: Score) -> None:
    data = score.to_bytes(".mid")
    document = load_document(data)
    finer = replace(
        document,
        division=960,
        chunks=tuple(
            replace(track, events=tuple(e._replace(tick=e.tick * 2) for e in track.events))
            for track in document.tracks
        ),
    )
    after = retouch(finer, score.notes[:1], [])
    assert score_of(after).notes == score.notes[1:]


def test_what_cannot_be_is_refused(score: Score, document: Document) -> None:
    away = Note(7, 10, 60, 64, Hand.RIGHT)
    with pytest.raises(ControlError, match="no note of pitch 60 at tick 7"):
        retouch(document, [away], [])
    other_hand = {Hand.LEFT: Hand.RIGHT, Hand.RIGHT: Hand.LEFT}
    first = score.notes[0]
    with pytest.raises(ControlError, match="has no note"):
        retouch(document, [replace(first, hand=other_hand[first.hand])], [])
    with pytest.raises(ControlError, match="beyond the last bar"):
        retouch(document, [], [replace(away, onset=score.end)])
    with pytest.raises(ControlError, match="21 to 108"):
        retouch(document, [], [replace(away, pitch=109)])


def test_chords_stand_but_where_bars_are_new(score: Score, document: Document) -> None:
    assert changed_score(document, score).chords == score.chords
    anew = changed_score(document, score, range(1, 2))
    bar = score.time_signature.bar_ticks

    def sounding(chords: object, tick: int) -> tuple[int, str]:
        return next(
            (c.root, c.quality)
            for c in chords  # type: ignore[attr-defined]
            if c.onset <= tick < c.onset + c.duration
        )

    for tick in (0, bar - 1, 2 * bar, 3 * bar):
        assert sounding(anew.chords, tick) == sounding(score.chords, tick)
    assert all(a.onset + a.duration == b.onset for a, b in pairwise(anew.chords))
    heard = changed_score(document)
    assert heard.chords and heard.chords[0].onset == 0
