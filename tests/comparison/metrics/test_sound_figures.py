"""Timbre, spectrum, loudness, tempo and key of sounds that are known."""

from __future__ import annotations

import numpy as np
import pytest

from melodymuse.comparison.metrics import key, loudness, spectrum, tempo, timbre
from melodymuse.errors import AudioError
from melodymuse.music.theory import Key
from tests.comparison.sounds import RATE, noise, plucked, scale_tune, tone

pytest.importorskip("librosa", reason="the extra compare is not installed")
mir_eval = pytest.importorskip("mir_eval", reason="the extra compare is not installed")
distance = pytest.importorskip("scipy.spatial.distance")


def naive_warping(first: np.ndarray, second: np.ndarray) -> float:
    """The mean cost along the best path, by the textbook recursion (Sakoe & Chiba 1978)."""
    costs = distance.cdist(first, second)
    total = np.full((len(first) + 1, len(second) + 1), np.inf)
    steps = np.zeros(total.shape, int)
    total[0, 0] = 0
    for i in range(len(first)):
        for j in range(len(second)):
            before = min((i, j), (i, j + 1), (i + 1, j), key=lambda place: total[place])
            total[i + 1, j + 1] = costs[i, j] + total[before]
            steps[i + 1, j + 1] = 1 + steps[before]
    return float(total[-1, -1] / steps[-1, -1])


@pytest.mark.parametrize("seed", range(5))
def test_warping_is_the_textbooks(seed: int) -> None:
    generator = np.random.default_rng(seed)
    first, second = generator.standard_normal((9, 3)), generator.standard_normal((6, 3))
    assert timbre.warped_distance(first, second) == pytest.approx(naive_warping(first, second))


def test_a_slower_take_is_near_and_another_instrument_far() -> None:
    tune = plucked(scale_tune(100, 6), 6)
    slower = plucked(scale_tune(90, 6), 6)
    same = timbre.evaluate(tune, tune)["mfcc_distance"]
    near = timbre.evaluate(tune, slower)["mfcc_distance"]
    far = timbre.evaluate(tune, noise(6))["mfcc_distance"]
    assert same == pytest.approx(0, abs=1e-6)
    assert 0 < near < far / 2


def test_loudness_does_not_change_timbre() -> None:
    tune = plucked(scale_tune(100, 5), 5)
    assert timbre.evaluate(tune, 0.5 * tune)["mfcc_distance"] == pytest.approx(0, abs=0.5)


def test_the_spectrum_of_a_tone_and_of_noise() -> None:
    pure, white = spectrum.evaluate(tone(1000, 2)), spectrum.evaluate(noise(2))
    assert pure["spectral_centroid"] == pytest.approx(1000, rel=0.02)
    assert pure["spectral_flatness"] < -50
    # White noise: the mean of 0 to half the rate, 85 % of it, and flat.
    assert white["spectral_centroid"] == pytest.approx(RATE / 4, rel=0.03)
    assert white["spectral_rolloff"] == pytest.approx(0.85 * RATE / 2, rel=0.03)
    # The periodogram of noise is exponential: e^-gamma = 0.56 of its mean, -2.5 dB.
    assert white["spectral_flatness"] == pytest.approx(-2.5, abs=0.2)
    assert pure["spectral_bandwidth"] < 0.1 * white["spectral_bandwidth"]


def test_log_spectral_distance_in_closed_form() -> None:
    level = np.random.default_rng(0).normal(-40, 10, 64)
    lifted = level + np.repeat([6.0, 0.0], 32)
    # Half of the bands 6 dB up: after the means are taken away all differ by 3 dB.
    assert spectrum.log_spectral_distance(level, lifted) == pytest.approx(3)
    assert spectrum.log_spectral_distance(level, level + 12) == pytest.approx(0)


def test_log_spectral_distance_of_sounds() -> None:
    white = noise(3)
    found = {
        name: spectrum.evaluate_pair(white, other)["log_spectral_distance"]
        for name, other in {
            "itself": white,
            "softer": 0.1 * white,
            "other noise": noise(3, seed=1),
            "tone": tone(440, 3),
        }.items()
    }
    assert found["itself"] == pytest.approx(0, abs=1e-6)
    assert found["softer"] == pytest.approx(0, abs=1e-3)
    assert found["other noise"] < 1 < 10 < found["tone"]


def test_loudness_of_a_sine() -> None:
    found = loudness.evaluate(tone(997, 6, rate=48000)[:, None] / 0.3, 48000)
    # BS.1770: a full-scale sine of 997 Hz in one channel reads -3.01 LUFS.
    assert found["integrated_loudness"] == pytest.approx(-3.01, abs=0.05)
    assert found["true_peak"] == pytest.approx(0, abs=0.1)
    assert found["crest_factor"] == pytest.approx(3.01, abs=0.01)
    assert found["loudness_range"] == pytest.approx(0, abs=0.05)


def test_loudness_range_as_the_ebu_tests_it() -> None:
    # EBU Tech 3342, table 1, case 1: 20 s at -20 dBFS, 20 s at -30 dBFS, 1 kHz: 10 +- 1 LU.
    sine = tone(1000, 20, rate=16000) / 0.3
    sound = np.concatenate([sine * 10 ** (-20 / 20), sine * 10 ** (-30 / 20)])
    stereo = np.stack([sound, sound], axis=1).astype(np.float32)
    assert loudness.evaluate(stereo, 16000)["loudness_range"] == pytest.approx(10, abs=1)


def test_a_moment_counts_for_no_range() -> None:
    # Tech 3342: from the 10th to the 95th percentile; a burst of half a second is in 4 % of them.
    sound = tone(1000, 90, rate=8000)[:, None].copy()
    sound[40 * 8000 : 40 * 8000 + 4000] *= 3
    assert loudness.loudness_range(sound, 8000) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("bpm", [72, 100, 132])
def test_the_tempo_of_a_tune_is_heard(bpm: float) -> None:
    found = tempo.evaluate(plucked(scale_tune(bpm, 12), 12), (bpm,))
    assert found["tempo_accuracy_2"] == 1
    assert found["tempo_error"] < 4


def test_tempo_agreement_counts_octaves_apart() -> None:
    assert tempo.agreement(120, (120,)) == {
        "tempo_accuracy_1": 1.0,
        "tempo_accuracy_2": 1.0,
        "tempo_error": 0.0,
    }
    double = tempo.agreement(147, (72,))
    assert (double["tempo_accuracy_1"], double["tempo_accuracy_2"]) == (0, 1)
    assert double["tempo_error"] == pytest.approx(100 * (147 / 144 - 1))
    assert tempo.agreement(100, (72,))["tempo_accuracy_2"] == 0


@pytest.mark.parametrize("times", [2, 3, 1 / 2, 1 / 3])
def test_people_tap_at_multiples_and_parts(times: float) -> None:
    found = tempo.agreement(72 * times * 1.03, (72,))
    assert (found["tempo_accuracy_1"], found["tempo_accuracy_2"]) == (0, 1)
    assert found["tempo_error"] == pytest.approx(3)
    off = tempo.agreement(72 * times * 1.05, (72,))
    assert (off["tempo_accuracy_2"], off["tempo_error"]) == (0, pytest.approx(5))


@pytest.mark.parametrize(("heard", "exact"), [(72, 1), (48, 1), (96, 0), (144, 0)])
def test_compound_time_may_be_counted_in_quarters_or_dotted_quarters(
    heard: float, exact: int
) -> None:
    found = tempo.agreement(heard, (72, 48))
    assert (found["tempo_accuracy_1"], found["tempo_accuracy_2"]) == (exact, 1)
    assert found["tempo_error"] == pytest.approx(0)


@pytest.mark.parametrize("tonic", [60, 63, 66, 69])
def test_the_key_of_a_tune_is_heard(tonic: int) -> None:
    asked = Key.of(tonic % 12, "major")
    heard, found = key.evaluate(plucked(scale_tune(100, 8, tonic), 8), asked)
    assert str(heard) == str(asked)
    assert found["key_score"] == 1
    assert found["key_clarity"] > 0.7


@pytest.mark.parametrize(
    ("heard", "expected"),
    [("F major", 1), ("C major", 0.5), ("D minor", 0.3), ("F minor", 0.2), ("B major", 0)],
)
def test_key_score_as_mirex_counts(heard: str, expected: float) -> None:
    assert key.score(Key.parse(heard), Key.parse("F major")) == expected


def test_spellings_of_a_key_are_one_key() -> None:
    assert key.score(Key.parse("C# major"), Key.parse("Db major")) == 1


def test_no_key_in_equal_strengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key, "pitch_classes", lambda _: np.ones(12))
    with pytest.raises(AudioError, match="equally strong"):
        key.evaluate(tone(440, 2), Key("C", "major"))


@pytest.mark.parametrize(
    "check",
    [
        lambda s: timbre.validate(s),
        lambda s: spectrum.validate(s),
        lambda s: tempo.validate(s),
        lambda s: key.validate(s),
        lambda s: loudness.validate(s[:, None], RATE),
    ],
)
def test_every_figure_refuses_short_or_broken_sound(check: object) -> None:
    assert callable(check)
    with pytest.raises(AudioError):
        check(tone(440, 0.5))
    with pytest.raises(AudioError):
        check(np.full(6 * RATE, np.inf, np.float32))
