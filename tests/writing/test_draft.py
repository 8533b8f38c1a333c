"""What is given stands: bars written anew among the others, and tunes that are harmonised."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from random import Random

import pytest

from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import GridBar, GridNote
from melodymuse.music.score import Hand
from melodymuse.planning.controls import controls_for
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import score_of, write_plan
from melodymuse.writing.draft import Draft
from melodymuse.writing.generator import write_drafts
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.tune.stage import Singer
from melodymuse.writing.vocabulary import VELOCITY_STEP, decode_bar

BARS = 6


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


def planned(emotion: str, seed: int = 3) -> Plan:
    profile = EmotionProfile.of(emotion)
    return plan_for(profile, profile, controls_for(profile, seed=seed, bars=BARS))


def written(network: NoteNetwork, draft: Draft) -> list[GridBar]:
    (bars,) = write_drafts(network, [draft])
    return [decode_bar(bar) for bar in bars]


@pytest.mark.parametrize("bar", [0, 2, BARS - 1])
def test_one_bar_is_written_anew_alone(network: NoteNetwork, bar: int) -> None:
    plan = planned("contentment")
    (tune,) = Singer.shipped().tunes([plan])
    draft = replace(Draft.of(plan), tune=tune)
    first = written(network, draft)
    anew = draft.anew(first, bar)
    second = written(network, anew)
    assert [a == b for a, b in zip(first, second, strict=True)] == [
        index != bar for index in range(BARS)
    ]
    third = written(network, anew.anew(second, bar))
    assert third[bar] not in (first[bar], second[bar])
    assert third[bar][1] == first[bar][1], "its chords are planned"
    assert score_of(plan, first) == write_plan(plan, network)


def tune_of(plan: Plan, seed: int) -> dict[int, tuple[GridNote, ...]]:
    """A tune of steps on eighths and longer, with rests, that goes on from bar to bar."""
    random = Random(seed)
    pitch, tune = 72, {}
    for bar in range(BARS - 1):
        position, notes = 6 * random.randrange(3), []
        while position < plan.metre.bar_steps:
            pitch = min(max(pitch + random.choice((-4, -2, -1, 1, 2, 3)), 60), 84)
            length = random.choice((6, 6, 12, 18))
            velocity = random.choice((0, 84))
            notes.append(GridNote(position, Hand.RIGHT, pitch, length, velocity))
            position += length + random.choice((0, 0, 6))
        tune[bar] = tuple(notes)
    return tune


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_given_tune_is_the_top_of_the_right_hand(network: NoteNetwork, emotion: str) -> None:
    plan = planned(emotion)
    tune = tune_of(plan, seed=EMOTIONS.index(emotion))
    draft = Draft(plan.bars, plan.metre, 1, tune=tune)
    bars = written(network, draft)
    for bar, given in tune.items():
        notes = sorted(bars[bar][0])
        right = [note for note in notes if note.hand is Hand.RIGHT]
        tops = [max(strike, key=lambda n: n.pitch) for _, strike in groupby(right, onset)]
        told = {(n.position, n.pitch, n.duration) for n in given}
        assert told <= {(n.position, n.pitch, n.duration) for n in tops}
        for note in right:
            above = [n for n in given if n.position <= note.position < n.position + n.duration]
            assert above and note.pitch <= above[-1].pitch
        loud = {(n.position, n.pitch): n.velocity for n in right}
        for note in given:
            if note.velocity:
                assert abs(loud[note.position, note.pitch] - note.velocity) <= VELOCITY_STEP / 2
            left = [n.pitch for n in notes if n.hand is Hand.LEFT and onset(n) == onset(note)]
            assert all(pitch < note.pitch for pitch in left)
        assert bars[bar][1] == plan.bars[bar].harmony
    assert any(note.hand is Hand.LEFT for bar in tune for note in bars[bar][0])


def onset(note: GridNote) -> int:
    return note.position
