"""Emotions, sliders, faults and cost: what is measured on composed pieces."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="evaluation needs scikit-learn: 'melodymuse[train]'")

from melodymuse.errors import MelodyMuseError
from melodymuse.hearing.cues import Sounded, sounded_notes
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.score import Hand, Note, Score
from melodymuse.writing.network import NoteNetwork
from tests.training.evaluate_scores import BAR, QUARTER, one_note, plausible, score_of
from training.evaluate import emotions
from training.evaluate.cost import compose_and_count, measure_cost
from training.evaluate.emotions import DEAF_TO, tell_emotions
from training.evaluate.faults import (
    Attempt,
    attempt_all,
    count_faults,
    ends_on_tonic,
    unplayable_holds,
    unplayable_strikes,
)
from training.evaluate.sweep import judge_curves, sweep


@pytest.fixture(autouse=True)
def small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests ask a few trees know."""
    monkeypatch.setattr(emotions, "TREES", 40)


def voice(emotion: str, seed: int) -> list[Sounded]:
    """A caricature: each emotion has a harmony of its own, everything else is chance."""
    random = Random(seed)
    shape = EMOTIONS.index(emotion)
    pitches = [50 + step for step in range(12) if (shape + 1) * 37 >> step % 8 & 1]
    return [
        Sounded(i / 4, 0.25, random.choice(pitches), random.randrange(40, 90)) for i in range(60)
    ]


def test_eight_voices_are_told_apart_by_harmony_alone() -> None:
    meant = [emotion for emotion in EMOTIONS for _ in range(5)]
    pieces = [voice(emotion, seed) for seed, emotion in enumerate(meant)]
    for without in DEAF_TO.values():
        told = tell_emotions(pieces, meant, without)
        assert told["accuracy"] > 0.6 and told["chance"] == 1 / 8
        assert told["interval"][0] < told["accuracy"] < told["interval"][1]
        assert len(told["heard"]) == len(meant) and set(told["by_emotion"]) == set(EMOTIONS)


def test_one_repeated_note_is_heard_as_chance() -> None:
    meant = [emotion for emotion in EMOTIONS for _ in range(8)]
    pieces = [sounded_notes(one_note(seed)) for seed in range(len(meant))]
    assert tell_emotions(pieces, meant)["accuracy"] < 0.3


def test_emotions_with_too_few_pieces_are_left_out_and_one_alone_is_refused() -> None:
    meant = ["awe"] * 6 + ["fear"] * 6 + ["anger"] * 2
    pieces = [voice(emotion, seed) for seed, emotion in enumerate(meant)]
    told = tell_emotions(pieces, meant)
    assert set(told["by_emotion"]) == {"awe", "fear"} and told["chance"] == 0.5
    assert told["meant"] == meant[:12]
    with pytest.raises(MelodyMuseError, match="two pieces"):
        tell_emotions(pieces[:6], meant[:6])


def test_an_even_rise_a_jump_and_a_wrong_way() -> None:
    places = np.linspace(-1, 1, 5)
    even = judge_curves(places, np.array([places, places + 9]), 1)
    assert [even["spearman_of_means"], even["monotone"]] == pytest.approx([1, 1])
    assert even["largest_step"] == pytest.approx(1 / 4)
    jump = judge_curves(places, np.array([[0.0, 0, 0, 1, 1]]), 1)
    assert jump["largest_step"] == 1 and jump["monotone"] == 1 / 4
    wrong = judge_curves(places, np.array([places]), -1)
    assert wrong["spearman"] == pytest.approx(-1) and wrong["monotone"] == 0
    flat = judge_curves(places, np.ones((2, 5)), 1)
    assert flat["spearman"] == 0 and flat["largest_step"] is None


def test_the_sliders_of_what_ships() -> None:
    swept = sweep(NoteNetwork.shipped(), seeds=1, steps=3)
    assert set(swept) == {"valence", "arousal"}
    arousal = swept["arousal"]
    assert arousal["places"] == [-1, 0, 1] and arousal["pieces"] == 3
    assert np.array(arousal["features"]["velocity_mean"]["curves"]).shape == (1, 3)
    assert arousal["features"]["velocity_mean"]["spearman"] == pytest.approx(1)


def chord(*pitches: int, onset: int = 0, duration: int = BAR, hand: Hand = Hand.LEFT) -> list[Note]:
    return [Note(onset, duration, pitch, 64 + pitch % 7, hand) for pitch in pitches]


def test_hands() -> None:
    tenth = chord(40, 56)
    assert unplayable_strikes(score_of(tenth, 1)) == 0
    assert unplayable_strikes(score_of(chord(40, 57), 1)) == 1
    assert unplayable_strikes(score_of(chord(40, 42, 44, 46, 48, 50), 1)) == 1
    assert unplayable_strikes(score_of([*tenth, *chord(80, hand=Hand.RIGHT)], 1)) == 0
    # The bass held under a strike that is out of its reach; let go in time, it is playable.
    far = chord(60, onset=QUARTER, duration=QUARTER)
    assert unplayable_holds(score_of([*chord(40), *far], 1)) == 1
    assert unplayable_holds(score_of([*chord(40, duration=QUARTER), *far], 1)) == 0
    assert unplayable_strikes(score_of([*chord(40), *far], 1)) == 0


def test_endings() -> None:
    tonic = chord(36, 60, 64, 67)
    assert ends_on_tonic(score_of(tonic, 1))
    assert not ends_on_tonic(score_of(tonic, 1, mode="minor"))
    assert not ends_on_tonic(score_of(tonic, 2))
    assert not ends_on_tonic(score_of(chord(40, 60, 67), 1))
    assert not ends_on_tonic(score_of([*tonic, *chord(70)], 1))
    assert not ends_on_tonic(score_of(chord(36, 60, duration=QUARTER), 1))
    assert ends_on_tonic(
        score_of([*chord(36), *chord(60, 63, onset=QUARTER, duration=3 * QUARTER)], 1, "minor")
    )


def with_provenance(score: Score, model: Score) -> Score:
    return replace(score, provenance=model.provenance)


def test_faults_are_counted() -> None:
    ((good),) = attempt_all(NoteNetwork.shipped(), 1, seed=3)
    assert good.score is not None and good.error == ""
    bad = with_provenance(plausible(0), good.score)
    counts = count_faults(
        [
            good,
            Attempt(bad, "", 2.0),
            Attempt(with_provenance(score_of(chord(40, 60), 1), good.score), "", 1.0),
            Attempt(None, "ValueError", 3.0),
        ]
    )
    assert counts["pieces"] == 4 and counts["failures"] == {"ValueError": 1}
    assert counts["unplayable_strikes"] == counts["pieces_with_unplayable_strikes"] == 1
    assert counts["missing_endings"] == 2 and counts["empty_pieces"] == 0


def test_failures_do_not_end_the_count() -> None:
    class Broken:
        """No network."""

    attempts = list(attempt_all(Broken(), 3, seed=0))  # type: ignore[arg-type]
    assert [attempt.error for attempt in attempts] == ["AttributeError"] * 3
    assert count_faults(attempts)["failures"] == {"AttributeError": 3}


def test_pieces_to_break_come_in_all_lengths_and_for_mixed_feelings() -> None:
    bars = [a.score.bars for a in attempt_all(NoteNetwork.shipped(), 4, seed=0) if a.score]
    assert bars == [16, 16, 8, 8]


def test_cost_counts_every_event() -> None:
    cost = compose_and_count(1, None)
    assert cost["pieces"] == 1
    # A piece of sixteen bars and some two hundred notes.
    assert 150 < cost["events_a_processor_second"] * cost["processor_seconds_a_piece"] < 2000
    assert cost["events_a_second"] <= cost["events_a_processor_second"] * 1.5


def test_cost_is_measured_in_a_process_of_its_own() -> None:
    cost = measure_cost(1, None)
    assert cost["pieces"] == 1 and 30 < cost["peak_megabytes"] < 400


def test_a_missing_model_is_told_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MelodyMuseError, match="process of its own failed") as error:
        measure_cost(1, tmp_path)
    assert "step.onnx is missing" in str(error.value)
