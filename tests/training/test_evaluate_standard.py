"""The standard features, against what one counts by hand."""

from __future__ import annotations

import pytest

from melodymuse.music.score import Hand, Note
from tests.training.evaluate_scores import BAR, QUARTER, one_note, plausible, score_of
from training.evaluate.standard import entropy, feature_table, melody_of, standard_features


def test_one_repeated_note_has_perfect_scale_consistency_and_nothing_else() -> None:
    features = standard_features(one_note(0, bars=4))
    assert features["scale_consistency"] == features["groove_consistency"] == 1
    assert (
        features["polyphony"] == features["notes_per_onset"] == features["notes_per_quarter"] == 1
    )
    assert features["melody_repeats"] == features["inter_onset_mean"] == 1
    nothing = (
        "pitch_range",
        "pitch_class_entropy",
        "polyphony_rate",
        "empty_beat_rate",
        "inter_onset_sd",
        "inter_onset_entropy",
        "triplet_share",
        "velocity_sd",
        "melody_interval_entropy",
        "melody_leaps",
    )
    assert {name: features[name] for name in nothing} == dict.fromkeys(nothing, 0)


def test_two_bars_counted_by_hand() -> None:
    # A held fifth, then a triplet over half a bar, then silence; in the second bar C again.
    triplet = QUARTER * 2 // 3
    notes = [
        Note(0, 2 * QUARTER, 48, 60, Hand.LEFT),
        Note(0, QUARTER, 67, 80, Hand.RIGHT),
        *(
            Note(2 * QUARTER + i * triplet // 2, triplet // 2, pitch, 80, Hand.RIGHT)
            for i, pitch in enumerate((60, 61, 62))
        ),
        Note(BAR, QUARTER, 48, 100, Hand.LEFT),
    ]
    features = standard_features(score_of(notes, 2))
    # Sounding: 1 quarter of two pitches, 1 + 1 + 1 of one, 4 of none.
    assert features["polyphony"] == pytest.approx(5 / 4)
    assert features["polyphony_rate"] == pytest.approx(1 / 8)
    assert features["empty_beat_rate"] == pytest.approx(4 / 8)
    assert features["notes_per_onset"] == pytest.approx(6 / 5)
    assert features["notes_per_quarter"] == pytest.approx(6 / 8)
    assert features["triplet_share"] == pytest.approx(2 / 6)
    assert features["inter_onset_mean"] == pytest.approx(4 / 4)
    assert features["length_mean"] == pytest.approx((2 + 1 + 3 / 3 + 1) / 6)
    assert features["velocity_mean"] == pytest.approx(80)
    assert features["pitches_used"] == 5 and features["pitch_range"] == 19
    # C C C# D G: C is played three times; all but C# lie in C major, and in F and G major.
    assert features["scale_consistency"] == pytest.approx(5 / 6)
    # Pitches in order 48 67 60 61 62 48.
    assert features["pitch_interval_mean"] == pytest.approx((19 + 7 + 1 + 1 + 14) / 5)
    # Of 48 places four differ: both bars begin on the first.
    assert features["groove_consistency"] == pytest.approx(1 - 3 / 48)
    # The tune 67 60 61 62 48: one leap of more than a fifth.
    assert melody_of(notes)[-1] == (48, 48)
    assert features["melody_leaps"] == pytest.approx(1 / 4)


def test_entropy() -> None:
    assert entropy([1, 1, 1]) == 0
    assert entropy("abcd") == pytest.approx(2)


def test_a_table_has_a_row_a_score() -> None:
    names, values = feature_table([plausible(seed) for seed in range(3)])
    assert values.shape == (3, len(names)) and len(names) == 22


def test_silence_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="two onsets"):
        standard_features(score_of([Note(0, QUARTER, 60, 64, Hand.RIGHT)], 1))
