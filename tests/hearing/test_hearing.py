"""What is heard in music whose cues are known, in sound, and in what is no music."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import melodymuse
from melodymuse.errors import AudioError, MidiError
from melodymuse.hearing import hear
from melodymuse.hearing.cues import FEWEST_NOTES, Cues, cues_of
from melodymuse.hearing.listener import AROUSAL, NORMS, SOUND_NORMS, VALENCE, listen, weigh
from melodymuse.music.score import Hand, Score
from tests.hearing.pieces import MINOR, Q, piece


def place(score: Score) -> tuple[float, float]:
    profile = hear(score).profile
    return profile.valence, profile.arousal


def test_cues_are_measured_in_real_time() -> None:
    cues = cues_of(piece(bpm=120.0, length=Q // 2, velocity=50))
    # 16 quarters in 8 s let go half way to the next, over a fifth that lasts for four of them.
    assert cues.speed == pytest.approx(np.log2(16 / 8))
    assert cues.articulation == pytest.approx(-15 / (15 + 3))
    assert cues.loudness == pytest.approx((8 * 50 + 8 * 51 + 8 * 50) / 24)
    assert cues.register == pytest.approx((16 * (60 + 23 / 4) + 8 * (36 + 3.5)) / 24)
    assert cues.irregularity == pytest.approx(0.0)
    assert cues.dissonance == 0.0
    assert cues.mode is not None and cues.mode > 0
    assert cues_of(piece(bpm=60.0, length=Q // 2, velocity=50)).speed == pytest.approx(0.0)


def test_what_all_notes_share_is_no_cue() -> None:
    even = replace(
        (score := piece()), notes=tuple(replace(note, velocity=64) for note in score.notes)
    )
    assert cues_of(even).loudness is None
    single = replace(score, notes=score.hand(Hand.RIGHT))
    assert cues_of(single).dissonance is None


@pytest.mark.parametrize("others", [{}, {"bpm": 150.0}, {"low": 67, "velocity": 90}])
def test_each_cue_moves_its_axis_alone_or_more(others: dict[str, Any]) -> None:
    valence, arousal = place(piece(**others))
    darker = place(piece(steps=MINOR, **others))
    assert darker[0] < valence and darker[1] == pytest.approx(arousal)
    faster = place(piece(**{**others, "bpm": 2 * others.get("bpm", 100.0)}))
    assert faster[1] > arousal and faster[0] == pytest.approx(valence)
    louder = place(piece(**{**others, "velocity": 110}))
    assert louder[1] > arousal and louder[0] < valence
    shorter = place(piece(**{**others, "length": Q // 4}))
    assert shorter[1] > arousal
    lower = place(piece(**{**others, "low": 48}))
    assert lower[0] < valence and lower[1] == pytest.approx(arousal)


def test_weights_are_the_mean_and_the_spread_of_all_that_keep_the_order() -> None:
    values = (1.2, -0.3, 0.8, 2.0, -1.0)
    draw = np.random.default_rng(0).dirichlet(np.ones(len(values)), 200_000)
    answers = -np.sort(-draw, axis=1) @ values
    assert weigh(values) == pytest.approx((answers.mean(), answers.var()), abs=2e-3)
    assert weigh((0.7,)) == (0.7, 0.0)
    assert weigh(()) == (0.0, 1.0)


def test_doubt_grows_where_cues_contradict_each_other_or_are_missing() -> None:
    norm = Cues(**{name: mean for name, (mean, _) in NORMS.items()})
    deviations = {name: spread for name, (_, spread) in NORMS.items()}

    def shifted(signs: dict[str, int]) -> Cues:
        return replace(norm, **{n: getattr(norm, n) + s * deviations[n] for n, s in signs.items()})

    agreeing = listen(shifted({"speed": 1, "loudness": 1, "articulation": -1}))
    opposed = listen(shifted({"speed": 1, "loudness": -1, "articulation": 1}))
    assert agreeing.profile.arousal > opposed.profile.arousal
    assert opposed.arousal_error > agreeing.arousal_error
    middle = listen(norm)
    assert (middle.profile.valence, middle.profile.arousal) == (0.0, 0.0)
    unknown = listen(Cues())
    assert unknown.valence_error > middle.valence_error
    # Whoever knows less names an emotion less surely.
    assert max(unknown.profile.probabilities) < max(agreeing.profile.probabilities)


def test_every_cue_that_counts_has_a_norm() -> None:
    assert {name for name, _ in (*VALENCE, *AROUSAL)} - {"brightness"} == set(NORMS)
    assert set(SOUND_NORMS) == {"mode", "speed", "brightness"}


def test_the_feelings_of_our_own_pieces_are_heard() -> None:
    """Eight emotions as composed: each is heard on its side of both axes, or near the border."""
    engine = melodymuse.Engine()
    for emotion in ("excitement", "contentment", "anger", "sadness"):
        meant = melodymuse.EmotionProfile.of(emotion)
        heard = hear(engine.compose(emotion, bars=8, seed=3).score).profile
        assert heard.valence * np.sign(meant.valence) > -0.1, emotion
        assert heard.arousal * np.sign(meant.arousal) > 0, emotion


def test_the_command_tells_of_notes_and_of_sound(run: Callable[..., Any], tmp_path: Path) -> None:
    fast = piece(bpm=168.0, length=Q // 2, low=67, bars=12)
    slow = piece(steps=MINOR, bpm=60.0, low=50, bars=4)
    (tmp_path / "fast.mid").write_bytes(fast.to_bytes(".mid"))
    outcome = run("hear", "fast.mid")
    assert outcome.status == 0
    for word in ("excitement", "valence", "arousal", "±", "articulation"):
        assert word in outcome.out
    told = json.loads(run("hear", "fast.mid", "--json").out)
    heard = hear(fast)
    assert told["valence"] == pytest.approx(heard.profile.valence, abs=1e-3)
    assert sum(told["probabilities"].values()) == pytest.approx(1)
    assert set(told["cues"]) == set(asdict(Cues()))
    for name, score in (("fast", fast), ("slow", slow)):
        score.write(f"{name}.wav")
    loud, soft = (hear(f"{name}.wav") for name in ("fast", "slow"))
    assert loud.cues.register is None and loud.cues.speed is not None
    assert loud.profile.arousal > soft.profile.arousal
    assert loud.profile.valence > soft.profile.valence


def test_what_cannot_be_heard_is_one_line(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "few.mid").write_bytes(replace(piece(), notes=piece().notes[:3]).to_bytes(".mid"))
    assert f"at least {FEWEST_NOTES}" in run("hear", "few.mid").complaint
    assert "no.mid" in run("hear", "no.mid").complaint
    (tmp_path / "noise.wav").write_bytes(random.Random(0).randbytes(100))
    assert "noise.wav" in run("hear", "noise.wav").complaint
    with pytest.raises(AudioError, match=r"gone\.wav"):
        hear(tmp_path / "gone.wav")
    with pytest.raises(MidiError):
        hear(b"nothing")
    # The others are told all the same.
    (tmp_path / "good.mid").write_bytes(piece().to_bytes(".mid"))
    both = run("hear", "no.mid", "good.mid")
    assert both.status == 2 and "good.mid" in both.out
