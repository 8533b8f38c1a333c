from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from random import Random
from statistics import pstdev

import pytest

from melodymuse.composition.composer import compose_score
from melodymuse.composition.controls import controls_for
from melodymuse.composition.generator import NoteNetwork
from melodymuse.emotion import EMOTIONS, EmotionProfile
from melodymuse.errors import ModelError
from melodymuse.score.conventions import broken_conventions
from melodymuse.score.midi_writer import midi_bytes
from melodymuse.score.model import Hand, Score
from melodymuse.theory import MODES, Key


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


@pytest.fixture(scope="module")
def pieces(network: NoteNetwork) -> list[Score]:
    """One for each emotion, of lengths, keys and seeds drawn once."""
    random = Random(7)
    scores = []
    for seed, emotion in enumerate(EMOTIONS):
        key = Key.of(random.randrange(12), random.choice(MODES))
        profile = EmotionProfile.of(emotion)
        controls = controls_for(profile, seed=seed, key=key, bars=random.choice((4, 7, 16)))
        scores.append(compose_score(controls, profile, network=network))
    return scores


def test_no_piece_breaks_a_convention(pieces: list[Score]) -> None:
    for score in pieces:
        assert broken_conventions(midi_bytes(score)) == ()


def test_pieces_begin_at_once_and_end_on_the_tonic(pieces: list[Score]) -> None:
    for score in pieces:
        assert score.notes[0].onset == 0
        final = score.end - score.time_signature.bar_ticks
        closing = [note for note in score.notes if note.onset >= final]
        bass = min((n for n in closing if n.onset == final), key=lambda note: note.pitch)
        assert bass.pitch % 12 == score.key.pitch_class and bass.hand is Hand.LEFT
        third = 4 if score.key.mode == "major" else 3
        chord = {(score.key.pitch_class + step) % 12 for step in (0, third, 7)}
        assert {note.pitch % 12 for note in closing} <= chord
        assert bass.pitch == min(note.pitch for note in closing)
        assert all(note.end <= final for note in score.notes if note.onset < final)
        last_strokes = {note.pitch: note.end for note in closing}
        assert set(last_strokes.values()) == {score.end}


def test_each_bar_sounds_in_some_hand_and_both_hands_play(pieces: list[Score]) -> None:
    for score in pieces:
        bars = {note.onset // score.time_signature.bar_ticks for note in score.notes}
        assert bars == set(range(score.bars))
        assert all(score.hand(hand) for hand in Hand)


def test_hands_can_play_what_they_strike(pieces: list[Score]) -> None:
    for score in pieces:
        for hand in Hand:
            played = sorted(score.hand(hand), key=lambda note: note.onset)
            for _, struck in groupby(played, key=lambda note: note.onset):
                pitches = [note.pitch for note in struck]
                assert len(pitches) <= 5 and max(pitches) - min(pitches) <= 16


def test_no_key_is_struck_while_either_hand_holds_it(pieces: list[Score]) -> None:
    for score in pieces:
        strokes = defaultdict(list)
        for note in score.notes:
            strokes[note.pitch].append(note)
        for notes in strokes.values():
            assert all(a.end <= b.onset for a, b in pairwise(sorted(notes)))


def test_dynamics_speak(pieces: list[Score]) -> None:
    for score in pieces:
        assert pstdev(note.velocity for note in score.notes) > 10


def test_the_last_dominant_stands_on_its_root(pieces: list[Score]) -> None:
    for score in pieces:
        middle = score.end - score.time_signature.bar_ticks * 3 // 2
        sounding = [n for n in score.notes if n.onset <= middle < n.end]
        bass = min(sounding, key=lambda note: note.pitch)
        assert (bass.pitch - score.key.pitch_class) % 12 == 7


def test_chords_follow_one_another_to_the_end(pieces: list[Score]) -> None:
    for score in pieces:
        assert score.chords[0].onset == 0 and score.chords[-1].root == score.key.pitch_class
        ends = [chord.onset + chord.duration for chord in score.chords]
        assert ends == [*[chord.onset for chord in score.chords[1:]], score.end]


def test_no_harmony_stays_longer_than_two_bars_and_a_bit(pieces: list[Score]) -> None:
    for score in pieces:
        # Two whole bars, and what is left of the bar in which the chord came in.
        longest = 3 * score.time_signature.bar_ticks
        assert all(chord.duration < longest for chord in score.chords)


def test_the_same_controls_give_the_same_piece(network: NoteNetwork) -> None:
    profile = EmotionProfile.of("awe")
    controls = controls_for(profile, seed=11, bars=4)
    first, second = (compose_score(controls, profile, network=network) for _ in range(2))
    assert first == second
    other = compose_score(replace(controls, seed=12), profile, network=network)
    assert other.notes != first.notes


def test_controls_are_heard(network: NoteNetwork) -> None:
    """Twice as dense, louder, higher: averages over a few pieces move the way they should."""
    profile = EmotionProfile.of("contentment")

    def averages(**overrides: float) -> tuple[float, float, float]:
        scores = [
            compose_score(
                controls_for(profile, seed=s, key="C major", bars=8, tempo=90, **overrides),
                profile,
                network=network,
            )
            for s in range(3)
        ]
        notes = [note for score in scores for note in score.notes]
        velocity = sum(note.velocity for note in notes) / len(notes)
        pitch = sum(note.pitch for note in notes) / len(notes)
        return len(notes) / len(scores), velocity, pitch

    sparse = averages(density=2.0, loudness=50.0, register=56.0)
    dense = averages(density=5.0, loudness=95.0, register=68.0)
    assert dense[0] > 1.5 * sparse[0]
    assert dense[1] > sparse[1] + 25
    assert dense[2] > sparse[2] + 6


def test_a_folder_without_a_network_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"step\.onnx is missing"):
        NoteNetwork(tmp_path)
    (tmp_path / "step.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="no usable ONNX model"):
        NoteNetwork(tmp_path)
