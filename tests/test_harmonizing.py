"""Chords and hands under a tune: the tune stays, the hands serve it."""

from __future__ import annotations

from fractions import Fraction
from statistics import fmean

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError, MidiError
from melodymuse.midi.document import Document, read_document
from melodymuse.midi.file import paired_events
from melodymuse.midi.reader import score_of
from melodymuse.midi.view import parts_of
from melodymuse.music.chord_names import chord_name
from melodymuse.music.score import Hand
from melodymuse.music.theory import QUALITIES, Key
from tests.test_extending import lost, metre, song, tempo
from tests.tunes import PERIOD, sung


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_the_tune_stays_event_by_event_and_the_hands_have_tracks_of_their_own(
    engine: Engine,
) -> None:
    before = sung(PERIOD)
    found = engine.harmonize(before, "sadness", seed=3)
    after = read_document(found.document.to_bytes())
    assert lost(before, after) == []
    assert after.tracks[1] == before.tracks[1]
    assert [part.name for part in parts_of(after)] == ["Melody", "Piano RH", "Piano LH"]
    assert len({part.channel for part in parts_of(after)}) == 3
    assert sum(len(part.notes) for part in parts_of(after)[1:]) == found.added > 20
    # As a piece the tune is the right hand's top line.
    tune = [(n.onset, n.pitch) for n in paired_events(before.tracks[1].events)]
    right = found.piece.score.hand(Hand.RIGHT)
    assert {(n.onset, n.pitch) for n in right} >= set(tune)
    for onset, pitch in tune:
        assert max(n.pitch for n in right if n.onset == onset) == pitch


def test_the_chords_carry_the_tune(engine: Engine) -> None:
    score = engine.harmonize(sung(), "contentment", seed=1).piece.score
    names = [chord_name(chord, score.key) for chord in score.chords]
    assert score.key == Key("C", "major")
    assert names[0] == "C" and names[-1] == "C" and len(set(names)) >= 3
    inside = []
    for note in paired_events(sung().tracks[1].events):
        chord = [c for c in score.chords if c.onset <= note.onset][-1]
        inside.append((note.pitch - chord.root) % 12 in QUALITIES[chord.quality])
    assert fmean(inside) > 0.6


def test_a_seed_gives_the_same_bytes_and_the_emotion_another_texture(engine: Engine) -> None:
    calm, again, wild = (
        engine.harmonize(sung(), emotion, seed=5)
        for emotion in ("contentment", "contentment", "excitement")
    )
    assert calm.document == again.document
    assert wild.added > calm.added


def test_named_chords_stand_where_they_are_named(engine: Engine) -> None:
    score = engine.harmonize(sung(), seed=1, chords="C | Am | F | G").piece.score
    names = [chord_name(chord, score.key) for chord in score.chords]
    assert names == ["C", "Am", "F", "G", "C", "Am", "F", "C"]


def test_an_upbeat_stays_before_the_first_bar_line(engine: Engine) -> None:
    upbeat = sung(((67, 1), *PERIOD), metre(0, 1, 2), tempo(0, 96), metre(480, 4, 2))
    found = engine.harmonize(upbeat, "contentment", seed=2)
    assert lost(upbeat, found.document) == []
    new = [n for part in parts_of(found.document)[1:] for n in part.notes]
    assert min(note.onset for note in new) == 480
    score = found.piece.score
    assert score.bars == 9
    assert [(n.onset, n.pitch) for n in score.notes if n.onset < 1920] == [(1440, 67)]
    told = engine.harmonize(sung(((67, 1), *PERIOD)), "contentment", seed=2, pickup=Fraction(1))
    assert told.piece.score.notes == score.notes


def test_other_metres_keep_their_own_and_tempo_changes_stay(engine: Engine) -> None:
    waltz = sung(
        [(72, 0.5), (76, 0.5), (79, 0.5)] * 8, metre(0, 3, 3), tempo(0, 60), tempo(960, 50)
    )
    found = engine.harmonize(waltz, "contentment", seed=2)
    assert lost(waltz, found.document) == []
    new = [n for part in parts_of(found.document)[1:] for n in part.notes]
    assert max(note.onset for note in new) >= 7 * 720
    assert all((n.end or 0) <= 8 * 720 for n in new)


def test_the_chords_may_have_a_track(engine: Engine) -> None:
    found = engine.harmonize(sung(), "contentment", seed=1, chord_track=True)
    assert found.document.tracks[-1].events[0].data == b"\xff\x03Chords"
    read = score_of(found.document).chords
    assert [(c.onset, c.root) for c in read] == [
        (c.onset, c.root) for c in found.piece.score.chords
    ]


@pytest.mark.parametrize(
    ("document", "wishes", "error", "message"),
    [
        (song(), {}, MidiError, "several parts could be the tune"),
        (sung(), {"tracks": [7]}, MidiError, "no notes in track 7"),
        (sung(), {"tempo": 90}, ControlError, "tempo is the tune's own"),
        (sung(), {"bars": 9}, ControlError, "bars is the tune's own"),
        (sung(), {"emotion": "joy"}, ControlError, "unknown emotion 'joy'"),
        (sung(PERIOD, metre(0, 5, 2)), {}, MidiError, "no bars can be written in 5/4"),
        (sung(PERIOD, metre(0, 4, 2), metre(3840, 3, 2)), {}, MidiError, "metre changes in bar 3"),
        (sung([(None, 4)]), {}, MidiError, "no tune in the file"),
        (sung(channel=9), {}, MidiError, "no tune in the file"),
    ],
)
def test_what_cannot_be_harmonised_is_refused(
    engine: Engine,
    document: Document,
    wishes: dict[str, object],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        engine.harmonize(document, **wishes)  # type: ignore[arg-type]


def test_of_several_parts_the_one_that_is_named_is_the_tune(engine: Engine) -> None:
    both = Document(1, 480, (*sung().tracks, *song().tracks[1:]))
    found = engine.harmonize(both, "contentment", seed=1)
    assert lost(both, found.document) == []
    named = engine.harmonize(song(), "contentment", seed=1, tracks=[1])
    assert named.added and lost(song(), named.document) == []
