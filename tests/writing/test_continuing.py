from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from melodymuse.errors import ControlError
from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EmotionProfile
from melodymuse.music.score import Hand, Note, Score, Section, TempoMark, TimeSignature
from melodymuse.music.theory import Key
from melodymuse.planning.controls import controls_for
from melodymuse.planning.recall import CLOSE, LOOSE, Recall
from melodymuse.writing.composer import compose_score
from melodymuse.writing.continuing import continue_score, grid_bars, plan_more
from melodymuse.writing.network import NoteNetwork


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


@pytest.fixture(scope="module")
def opening(network: NoteNetwork) -> Score:
    """Eight bars out of a MIDI file, as a user's would come."""
    profile = EmotionProfile.of("contentment")
    controls = controls_for(profile, seed=5, key="D major", bars=8, time_signature="4/4")
    return read_midi(midi_bytes(compose_score(controls, profile, network=network)))


def test_the_opening_stays_and_the_new_bars_follow(network: NoteNetwork, opening: Score) -> None:
    longer = continue_score(opening, 8, seed=1, network=network)
    assert longer.bars == 16
    assert tuple(n for n in longer.notes if n.onset < opening.end) == opening.notes
    new = [note for note in longer.notes if note.onset >= opening.end]
    assert {note.onset // 1920 for note in new} == set(range(8, 16))
    assert {note.hand for note in new} == set(Hand)
    final = [note.pitch for note in new if note.onset >= longer.end - 1920]
    assert min(final) % 12 == opening.key.pitch_class
    assert broken_conventions(midi_bytes(longer)) == ()


def test_the_new_bars_are_of_the_same_kind(network: NoteNetwork, opening: Score) -> None:
    longer = continue_score(opening, 16, seed=2, network=network)
    new = [note for note in longer.notes if note.onset >= opening.end]
    # Twice as many bars: about twice as many notes, about as high.
    assert 1.2 < len(new) / len(opening.notes) < 2.8
    mean = sum(note.pitch for note in new) / len(new)
    assert abs(mean - sum(n.pitch for n in opening.notes) / len(opening.notes)) < 5


def test_the_same_seed_goes_on_alike(network: NoteNetwork, opening: Score) -> None:
    first, second, other = (
        continue_score(opening, 4, seed=seed, network=network) for seed in (3, 3, 4)
    )
    assert first == second and first.notes != other.notes


@pytest.mark.parametrize(("bars", "back"), [(8, 8), (7, 4), (4, 4), (3, 3), (1, 1)])
def test_new_bars_recall_as_many_whole_phrases_back_as_there_are(
    opening: Score, bars: int, back: int
) -> None:
    """Up to two; closely in the first half of a phrase, loosely in the second."""
    start = replace(
        opening,
        notes=tuple(
            replace(note, duration=min(note.duration, bars * 1920 - note.onset))
            for note in opening.notes
            if note.onset < bars * 1920
        ),
        bars=bars,
    )
    new = plan_more(start, grid_bars(start), 8, seed=0)[bars:]
    likenesses = [CLOSE if bar % 4 < 2 else LOOSE for bar in range(bars, bars + 8)]
    assert [plan.recall for plan in new] == [
        Recall(bar - back, likeness)
        for bar, likeness in zip(range(bars, bars + 8), likenesses, strict=True)
    ]
    assert new[-1].closes and not any(plan.closes for plan in new[:-1])


def test_one_bar_by_hand_off_the_grid_is_enough(network: NoteNetwork) -> None:
    score = Score(
        notes=(Note(7, 300, 60, 80, Hand.RIGHT), Note(1913, 7, 40, 60, Hand.LEFT)),
        time_signature=TimeSignature(),
        key=Key("A", "minor"),
        bars=1,
        tempos=(TempoMark(0, 90),),
    )
    longer = continue_score(score, 2, network=network)
    assert longer.bars == 3
    assert longer.sections == (Section(0, "opening"), Section(1920, "continued"))


def test_a_waltz_goes_on_as_a_waltz(network: NoteNetwork) -> None:
    profile = EmotionProfile.of("sadness")
    controls = controls_for(profile, seed=2, time_signature="3/4", bars=4)
    opening = compose_score(controls, profile, network=network)
    longer = continue_score(opening, 4, network=network)
    assert longer.end == 8 * 1440
    assert broken_conventions(midi_bytes(longer)) == ()


def test_after_a_ritardando_the_tempo_comes_back(network: NoteNetwork) -> None:
    profile = EmotionProfile.of("awe")
    controls = controls_for(profile, seed=5, bars=8, tempo=80, ritardando=0.4)
    opening = compose_score(controls, profile, network=network)
    longer = continue_score(opening, 4, network=network)
    assert opening.tempos[-1].bpm == pytest.approx(48)
    assert longer.tempos == (*opening.tempos, TempoMark(opening.end, 80))


def test_a_tempo_of_its_own_stays(network: NoteNetwork, opening: Score) -> None:
    marks = (TempoMark(0, 60), TempoMark(4 * opening.time_signature.bar_ticks, 90))
    moved = replace(opening, tempos=marks)
    assert continue_score(moved, 2, network=network).tempos == marks


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"bars": 1}, "bars to add must lie between 2 and 256, not 1"),
        ({"bars": 257}, "bars to add must lie between"),
        ({"bars": 2.5}, "bars must be a whole number, not 2.5"),
        ({"seed": -1}, "seed must lie between"),
        ({"seed": "1"}, "seed must be a whole number"),
        ({"temperature": 0.0}, "temperature must lie between"),
        ({"temperature": float("nan")}, "temperature must lie between"),
    ],
)
def test_impossible_wishes_are_refused(opening: Score, wish: dict[str, Any], message: str) -> None:
    with pytest.raises(ControlError, match=message):
        continue_score(opening, **{"bars": 4, **wish})


def test_a_metre_that_the_network_has_not_learned_is_refused(opening: Score) -> None:
    odd = replace(opening, notes=(), time_signature=TimeSignature(7, 8))
    with pytest.raises(ControlError, match="no model for 7/8: use a piece in one of 4/4"):
        continue_score(odd, 4)
