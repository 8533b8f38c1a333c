"""A theme in another mood: it is the same theme, and says something else."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

import pytest

from melodymuse.engine import Engine
from melodymuse.errors import ControlError
from melodymuse.midi.file import paired_events
from melodymuse.music.score import Hand, Score
from melodymuse.music.theory import Key
from tests.test_extending import metre, song
from tests.tunes import PERIOD, sung


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def top(score: Score) -> list[tuple[int, int]]:
    """Onset and pitch of the right hand's top line, held notes counted."""
    line: list[tuple[int, int]] = []
    sounding = -1, 0
    for onset in sorted({note.onset for note in score.hand(Hand.RIGHT)}):
        note = max((n for n in score.hand(Hand.RIGHT) if n.onset == onset), key=lambda n: n.pitch)
        if note.onset < sounding[0] and note.pitch < sounding[1]:
            continue
        line.append((onset, note.pitch))
        sounding = note.end, note.pitch
    return line


def test_the_theme_keeps_rhythm_and_contour_in_the_other_mode(engine: Engine) -> None:
    piece = engine.recolor(sung(), "sadness", seed=3)
    assert piece.score.key == Key("C", "minor")
    theme = [(n.onset, n.pitch) for n in paired_events(sung().tracks[1].events)]
    found = top(piece.score)
    assert [onset for onset, _ in found] == [onset for onset, _ in theme]
    steps, were = ([b - a for (_, a), (_, b) in pairwise(line)] for line in (found, theme))
    assert all((a > 0) == (b > 0) and (a < 0) == (b < 0) for a, b in zip(steps, were, strict=True))
    # Degree by degree: C D E F G is C D E flat F G, and the B that leads to C stays.
    assert [p % 12 for _, p in found[:5]] == [0, 2, 3, 5, 7]
    assert found[-2][1] % 12 == 11
    assert piece.score.bars == 8 and str(piece.score.time_signature) == "4/4"


def test_moods_differ_in_pace_loudness_and_texture(engine: Engine) -> None:
    sad, wild = (engine.recolor(sung(), emotion, seed=3).score for emotion in ("sadness", "anger"))
    assert wild.tempos[0].bpm > 1.5 * sad.tempos[0].bpm
    assert len(wild.notes) > len(sad.notes)
    assert fmean(n.velocity for n in wild.notes) > fmean(n.velocity for n in sad.notes) + 15
    assert engine.recolor(sung(), "sadness", seed=3).score == sad


def test_within_the_mode_the_theme_is_the_same_notes_at_most_octaves_away(engine: Engine) -> None:
    score = engine.recolor(sung(), "excitement", seed=1).score
    theme = [(n.onset, n.pitch % 12) for n in paired_events(sung().tracks[1].events)]
    assert [(onset, pitch % 12) for onset, pitch in top(score)] == theme


def test_a_piano_piece_gives_its_top_line_and_the_upbeat_is_kept(engine: Engine) -> None:
    score = engine.recolor(song(), "fear", seed=1).score
    assert score.bars == 4 and score.key.mode == "minor"
    upbeat = sung(((67, 1), *PERIOD), metre(0, 1, 2), metre(480, 4, 2))
    score = engine.recolor(upbeat, "sadness", seed=2).score
    assert score.bars == 9
    assert [(n.onset, n.pitch % 12) for n in score.notes if n.onset < 1920] == [(1440, 7)]


def test_a_piece_of_ours_is_recoloured_and_read_again(engine: Engine) -> None:
    first = engine.compose("contentment", seed=4, bars=8).score
    other = engine.recolor(first.to_bytes(".mid"), "sadness", seed=4)
    assert other.score.bars == 8
    assert other.score.key == Key.of(first.key.pitch_class, "minor")
    assert other.score.provenance is not None and other.score.provenance.emotion == "sadness"
    again = engine.recolor(other.score.to_bytes(".mid"), "contentment", seed=4)
    assert again.score.key.mode == "major"


def test_wishes_go_over_the_feeling_and_the_impossible_is_refused(engine: Engine) -> None:
    score = engine.recolor(sung(), "sadness", seed=1, key="A minor", tempo=88).score
    assert (str(score.key), score.tempos[0].bpm) == ("A minor", 88)
    with pytest.raises(ControlError, match="nothing to compose from"):
        engine.recolor(sung())
    with pytest.raises(ControlError, match="time signature is the tune's own"):
        engine.recolor(sung(), "awe", time_signature="3/4")
