"""Writing tunes: with a network whose answers are known, and with the one that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES, GridChord
from melodymuse.planning.controls import controls_for
from melodymuse.planning.form import plan_sections
from melodymuse.planning.planner import plan_for
from melodymuse.planning.tune_manner import MANNERS
from melodymuse.planning.tune_plan import FINAL, HALF, RETURN, RHYTHM, SAME, TunePlan
from melodymuse.planning.tune_planning import plan_tune
from melodymuse.streams import stream
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.network import TuneNetwork
from melodymuse.writing.tune.notes import NEXT_BAR, Bar, Tune, TuneNote
from melodymuse.writing.tune.script import TunePiece
from melodymuse.writing.tune.stage import tune_piece
from melodymuse.writing.tune.writer import write_tunes
from melodymuse.writing.vocabulary import duration_class
from tests.writing.tune.fake_network import C, FakeNetwork, G, phrase, piece

# Which of the numbers of a phrase is its notes a quarter.
DENSITY = 39
HALF_CLOSE = {"cadence": HALF, "cadence_at": 24}
CLOSE = {"cadence": FINAL, "cadence_at": 0}
TWO_PHRASES = [*phrase(4, **HALF_CLOSE), *phrase(4, **CLOSE)]
CHORDS = [(c,) for c in (C, G, C, G, C, G, G, C)]


def write(*pieces: TunePiece, takes: int = 3) -> list[Tune]:
    return write_tunes(FakeNetwork(), pieces, takes=takes, known=None)


def onsets(tune: Sequence[Bar], bar_steps: int = 48) -> list[tuple[int, int]]:
    return [(i * bar_steps + n.position, n.duration) for i, bar in enumerate(tune) for n in bar]


def test_a_tune_has_a_bar_for_each_plan_and_one_voice() -> None:
    [tune] = write(piece(TWO_PHRASES, CHORDS))
    assert len(tune) == 8
    placed = onsets(tune)
    assert placed
    assert all(a + d <= b for (a, d), (b, _) in pairwise(placed))


def test_what_comes_before_a_rest_is_held_but_where_it_is_given() -> None:
    clipped = (TuneNote(0, 6, 64),)
    returns = TunePlan(source=0, locked=True, to_end=1)
    plans = [*phrase(2), returns, TunePlan(since=1)]
    [tune] = write(replace(piece(plans, CHORDS[:4]), given=dict.fromkeys((0, 1, 3), clipped)))
    assert tune == (clipped, clipped, (TuneNote(0, returns.held, 64),), clipped)


def test_the_same_seed_gives_the_same_tune_and_another_seed_another() -> None:
    same = [write(piece(TWO_PHRASES, CHORDS, seed=5))[0] for _ in range(2)]
    assert same[0] == same[1]
    assert write(piece(TWO_PHRASES, CHORDS, seed=6))[0] != same[0]


def test_a_tune_is_the_same_alone_and_among_others() -> None:
    pieces = [piece(TWO_PHRASES, CHORDS, seed=seed) for seed in range(4)]
    together = write(*pieces)
    assert [write(one)[0] for one in pieces] == together


def test_chords_and_what_colours_them_stand_on_strong_beats() -> None:
    [tune] = write(piece(TWO_PHRASES, CHORDS))
    tones = {0: {0, 4, 7, 2, 9}, 7: {7, 11, 2, 9, 4}}
    for bar, [chord] in zip(tune, CHORDS, strict=True):
        assert all(n.pitch % 12 in tones[chord.root] for n in bar if n.position in (0, 24))


def test_a_phrase_closes_where_and_as_it_is_planned() -> None:
    [tune] = write(piece(TWO_PHRASES, CHORDS))
    assert tune[3][-1].position == 24
    assert tune[3][-1].pitch % 12 in (2, 7, 11)
    [last] = tune[7]
    assert (last.position, last.pitch % 12) == (0, 0)
    assert last.duration >= 24


def test_given_bars_stand_as_they_are_and_are_read() -> None:
    bar = (TuneNote(0, 12, 61), TuneNote(12, 84, 66))
    network = FakeNetwork()
    [tune] = write_tunes(network, [piece(TWO_PHRASES, CHORDS, given={1: bar})], takes=2, known=None)
    assert tune[1] == bar
    read = {tuple(event[:2].tolist()) for step in network.read for event in step}
    assert (12, duration_class(84)) in read


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(EMOTIONS),
    st.integers(1, 42),
    st.sampled_from(sorted(METRES)),
    st.integers(0, 99),
)
def test_every_plan_is_sung_in_one_voice_within_its_bars(
    emotion: str, bars: int, metre: str, seed: int
) -> None:
    profile = EmotionProfile.of(emotion)
    wishes = controls_for(profile, bars=bars, time_signature=metre, seed=seed)
    one = tune_piece(plan_for(profile, profile, wishes))
    [tune] = write(one, takes=2)
    steps = METRES[metre].bar_steps
    placed = onsets(tune, steps)
    assert len(tune) == bars
    assert all(0 <= n.position < steps for bar in tune for n in bar)
    assert all(a + d <= b for (a, d), (b, _) in pairwise(placed))
    assert sum(placed[-1]) <= bars * steps
    for bar, one_plan in zip(tune, one.plans, strict=True):
        # A cadence that rhymes, or returns, stands where its model does.
        if one_plan.cadence_at is not None:
            rhymes = one_plan.device in (RHYTHM, RETURN) and bar
            assert rhymes or one_plan.cadence_at in {n.position for n in bar}


def test_what_follows_a_bar_leaves_the_phrases_before_it_as_they_were() -> None:
    [tune] = write(piece(TWO_PHRASES, CHORDS))
    other = [*TWO_PHRASES[:5], replace(TWO_PHRASES[5], notes=9, highest=90), *TWO_PHRASES[6:]]
    assert write(piece(other, CHORDS))[0][:4] == tune[:4]


def test_one_phrase_can_be_written_anew() -> None:
    [tune] = write(piece(TWO_PHRASES, CHORDS))
    first = dict(enumerate(tune[:4]))
    [again] = write(piece(TWO_PHRASES, CHORDS, given=first))
    assert again[:4] == tune[:4]


def test_a_theme_that_returns_is_the_same_where_its_chords_are() -> None:
    back = [
        replace(plan, device=RETURN, source=bar, locked=True, pitches=SAME, rhythm=SAME)
        for bar, plan in enumerate(phrase(4, **HALF_CLOSE))
    ]
    other = [(C,), (GridChord(0, 9, "minor"),), (C,), (G,)]
    [tune] = write(piece([*phrase(4, **HALF_CLOSE), *back], [*CHORDS[:4], *other]))
    assert (tune[4], tune[6], tune[7]) == (tune[0], tune[2], tune[3])
    assert [n[:2] for n in tune[5]] == [n[:2] for n in tune[1]]


def test_an_upbeat_comes_again_with_its_phrase() -> None:
    plans = [
        *phrase(4, **HALF_CLOSE, upbeat=6),
        *phrase(4, **HALF_CLOSE, upbeat=6, upbeat_source=3),
        *phrase(4, **CLOSE),
    ]
    [tune] = write(piece(plans))
    first, again = (tuple(n for n in tune[bar] if n.position >= 42) for bar in (3, 7))
    assert first
    assert [n[:2] for n in first] == [n[:2] for n in again]


def test_no_take_may_sing_a_long_run_of_a_training_tune() -> None:
    one = piece(TWO_PHRASES, CHORDS)
    [free] = write(one, takes=8)
    line = [(48 * i + n.position, n.pitch) for i, bar in enumerate(free) for n in bar]
    known = KnownRuns.of([line], log_bytes=12)
    assert known.has_part_of(line)
    [bound] = write_tunes(FakeNetwork(), [one], takes=8, known=known)
    sung = [(48 * i + n.position, n.pitch) for i, bar in enumerate(bound) for n in bar]
    assert not known.has_part_of(sung)


class Sparing:
    """A judge to whom fewer notes a bar sound more real."""

    def __init__(self, sign: float) -> None:
        self.sign = sign

    def real(self, features: Sequence[float]) -> float:
        return self.sign * 4.0 * features[DENSITY]


def test_of_several_takes_the_judges_favourite_stays() -> None:
    pieces = [piece(TWO_PHRASES, CHORDS, seed=seed) for seed in range(6)]
    notes = {}
    for sign in (-1.0, 1.0):
        tunes = write_tunes(FakeNetwork(), pieces, takes=8, known=None, judge=Sparing(sign))
        notes[sign] = sum(len(bar) for tune in tunes for bar in tune)
    assert notes[-1.0] < notes[1.0]


def test_what_stands_already_is_read_in_one_row() -> None:
    whole = {bar: (TuneNote(0, 48, 60),) for bar in range(4)}
    network = FakeNetwork()
    write_tunes(network, [piece(phrase(4), given=whole)], takes=8, known=None)
    assert {len(step) for step in network.read} == {1}
    assert sum(int(event[0]) == NEXT_BAR for step in network.read for event in step) == 4


@pytest.fixture(scope="module")
def shipped() -> TuneNetwork:
    return TuneNetwork.shipped()


def planned(emotion: str, metre: str, mode: str, seed: int) -> TunePiece:
    sections = plan_sections("AAB", 12)
    third = "major" if mode == "major" else "minor"
    tonic, fourth = GridChord(0, 0, third), GridChord(0, 5, third)
    chords = [(tonic,), (fourth,), (tonic,), (G,)] * 2 + [(fourth,), (tonic,), (G,), (tonic,)]
    plans = plan_tune(
        sections, chords, METRES[metre], mode, MANNERS[emotion], partial(stream, seed, "plan")
    )
    return TunePiece(plans, chords, METRES[metre], mode, partial(stream, seed, "tune"))


@pytest.mark.parametrize("metre", METRES)
def test_the_shipped_network_sings_in_every_metre(shipped: TuneNetwork, metre: str) -> None:
    one = planned("contentment", metre, "major", 1)
    [tune] = write_tunes(shipped, [one], known=None)
    steps = METRES[metre].bar_steps
    placed = onsets(tune, steps)
    assert len(placed) >= 16
    assert all(a + d <= b for (a, d), (b, _) in pairwise(placed))
    assert tune[4] == tune[0]
    assert tune[11][-1].pitch % 12 == 0
    assert placed[-1][0] + placed[-1][1] <= steps * 12


def test_a_shipped_tune_is_the_same_alone_and_among_others(shipped: TuneNetwork) -> None:
    pieces = [
        planned(emotion, metre, mode, seed)
        for seed, (emotion, metre, mode) in enumerate(
            [("fear", "4/4", "minor"), ("excitement", "4/4", "major"), ("awe", "3/4", "major")]
        )
    ]
    together = write_tunes(shipped, pieces, known=None)
    assert [write_tunes(shipped, [one], known=None)[0] for one in pieces] == together


def test_plans_without_chords_are_sung_in_the_scale(shipped: TuneNetwork) -> None:
    plans: list[TunePlan] = phrase(4, **CLOSE)
    [tune] = write_tunes(shipped, [piece(plans, [()] * 4)], known=None)
    assert {n.pitch % 12 for bar in tune for n in bar} <= {0, 2, 4, 5, 7, 9, 11}
