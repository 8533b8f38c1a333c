"""From the plan of a piece to its tune."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.score import Hand
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.planning.tune_plan import CLOSE, SAME
from melodymuse.writing.tune.copies import KnownRuns
from melodymuse.writing.tune.stage import Singer, as_grid, tune_piece
from melodymuse.writing.tune.writer import write_tunes
from tests.writing.tune.fake_network import FakeNetwork

NOBODY = KnownRuns(bytes(1024))


def plan(emotion: str = "contentment", **wishes: object) -> Plan:
    profile = EmotionProfile.of(emotion)
    return plan_for(profile, profile, controls_for(profile, bars=8, **wishes))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_feeling_has_a_tune(emotion: str) -> None:
    [tune] = Singer.shipped().tunes([plan(emotion)])
    assert set(tune) == set(range(8))
    notes = [note for bar in tune.values() for note in bar]
    assert len(notes) >= 12
    assert {note.hand for note in notes} == {Hand.RIGHT}
    assert {note.velocity for note in notes} == {0}


def test_another_key_transposes_and_another_tempo_keeps_the_tune() -> None:
    network = FakeNetwork()
    plain, other_key, slower = Singer(network, NOBODY, None).tunes(
        [
            plan(key=key, tempo=tempo)
            for key, tempo in (("C major", 84), ("A major", 84), ("C major", 60))
        ]
    )
    assert plain == other_key == slower


def test_another_seed_gives_another_tune() -> None:
    first, second = Singer(FakeNetwork(), NOBODY, None).tunes([plan(seed=1), plan(seed=2)])
    assert first != second


def test_a_bar_is_written_anew_among_those_that_stand() -> None:
    one = plan()
    [tune] = write_tunes(FakeNetwork(), [tune_piece(one)], known=None)
    bars = list(one.bars)
    bars[1] = replace(bars[1], take=1)
    given = {bar: notes for bar, notes in enumerate(tune) if bar != 1}
    [again] = write_tunes(
        FakeNetwork(), [tune_piece(replace(one, bars=tuple(bars)), given)], known=None
    )
    assert again[1] != tune[1]
    assert again[:1] + again[2:] == tune[:1] + tune[2:]


def test_harmony_that_is_left_open_is_sung_too() -> None:
    [tune] = write_tunes(FakeNetwork(), [tune_piece(plan(harmony="free"))], known=None)
    assert sum(map(len, as_grid(tune).values())) > 8


def test_a_low_temperature_sings_what_is_likely() -> None:
    def eighths(temperature: float) -> float:
        pieces = [tune_piece(plan(seed=seed, temperature=temperature)) for seed in range(6)]
        tunes = write_tunes(FakeNetwork(), pieces, known=None)
        bars = [[note.position for note in bar] for tune in tunes for bar in tune]
        steps = [b - a for bar in bars for a, b in pairwise(bar)]
        return sum(step <= 6 for step in steps) / len(steps)

    # The fake network finds the next place likelier than later ones.
    assert eighths(0.2) > eighths(1.5)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_longer_piece_is_to_begin_with_the_same_phrase(emotion: str) -> None:
    profile = EmotionProfile.of(emotion)
    for seed in range(20):
        short, long = (
            tune_piece(plan_for(profile, profile, controls_for(profile, seed=seed, bars=bars)))
            for bars in (16, 32)
        )
        assert short.plans[:4] == long.plans[:4]


@pytest.mark.parametrize("seed", range(4))
def test_a_lifted_statement_is_an_octave_higher_from_its_upbeat_on(seed: int) -> None:
    wishes = {"key": "C major", "seed": seed, "time_signature": "4/4"}
    straight, lifted, easy = (
        plan(form=form, level=level, **wishes)
        for form, level in (("AA", None), ("AA+", None), ("AA+", "easy"))
    )
    singer = Singer(FakeNetwork(), NOBODY, None)
    before, after, left = singer.tunes([straight, lifted, easy])
    upbeat = 48 - tune_piece(straight).plans[3].upbeat
    moved = [
        [new.pitch - old.pitch for old, new in zip(before[bar], after[bar], strict=True)]
        for bar in range(8)
    ]
    assert not any(map(any, moved[:3])) and {step for bar in moved[4:] for step in bar} == {12}
    assert moved[3] == [12 * (note.position >= upbeat) for note in before[3]]
    assert max(note.pitch for bar in left.values() for note in bar) < 90


def test_before_a_shock_both_hands_rest() -> None:
    hushed = 0
    for seed in range(10):
        one = plan("fear", seed=seed, time_signature="4/4")
        [tune] = Singer(FakeNetwork(), NOBODY, None).tunes([one])
        returns = [sung.locked for sung in tune_piece(one).plans]
        for bar, (planned, locked) in enumerate(zip(one.bars, returns, strict=True)):
            if planned.breaks_off and not locked:
                hushed += 1
                assert all(note.position + note.duration <= 24 for note in tune[bar])
                assert planned.accompaniment and planned.accompaniment.signs.endswith("..")
    assert hushed > 2


def test_a_theme_grows_out_of_what_the_introduction_began_with() -> None:
    profile = EmotionProfile.of("contentment")
    controls = controls_for(profile, bars=16, form="iAA", time_signature="4/4")
    one = plan_for(profile, profile, controls)
    start = one.sections[1].start
    sung = tune_piece(one).plans[start:]
    assert (sung[0].source, sung[0].rhythm, sung[0].pitches) == (0, SAME, CLOSE)


def test_angry_and_excited_tunes_keep_the_rhythm_of_their_hooks() -> None:
    for seed in range(6):
        for emotion in ("anger", "excitement"):
            one = plan(emotion, seed=seed)
            piece = tune_piece(one)
            [tune] = write_tunes(FakeNetwork(), [piece], known=None)
            # What breaks off before a shock loses its end, and with it what recalls that bar.
            if any(own.silence for own in piece.plans):
                continue
            driven = [bar for bar, own in enumerate(piece.plans) if own.onsets]
            assert len(driven) > 1
            for bar in driven:
                assert tuple(n.position for n in tune[bar]) == piece.plans[bar].onsets
