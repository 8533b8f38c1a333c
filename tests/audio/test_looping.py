"""Sound that goes round and round: exactly as long, and without a click where it begins again."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import soundfile

from melodymuse.audio.looping import master_round, wrapped
from melodymuse.audio.rendering import Sound, render
from melodymuse.engine import Engine
from melodymuse.errors import MelodyMuseError
from tests.audio.midi import midi, note

try:
    from melodymuse.audio.engines import load_engine

    load_engine()
except MelodyMuseError as error:
    pytest.skip(f"no engine: {error}", allow_module_level=True)


def test_what_rings_on_is_laid_over_the_beginning_again_and_again() -> None:
    sound = np.arange(1, 11, dtype=np.float32)[:, None]
    assert wrapped(sound, 4)[:, 0].tolist() == [1 + 5 + 9, 2 + 6 + 10, 3 + 7, 4 + 8]
    assert wrapped(sound, 12)[:, 0].tolist() == [*range(1, 11), 0, 0]


def test_the_limiter_leaves_no_step_where_it_begins_again() -> None:
    rate = 44100
    time = np.arange(rate * 2, dtype=np.float64) / rate
    # A tone whose period divides the round, loudest where it begins again, and held down there.
    away = np.minimum(time, 2 - time)
    tone = np.sin(2 * np.pi * 440 * time) * (0.1 + 0.9 * np.exp(-((away / 0.05) ** 2)))
    samples = np.repeat(tone[:, None], 2, axis=1).astype(np.float32)
    round_trip, levels = master_round(samples, rate, -9.0)
    assert levels.limiting > 1
    joined = np.concatenate([round_trip, round_trip])
    steps = np.abs(np.diff(joined, n=2, axis=0)).max(axis=1)
    seam = len(round_trip)
    assert steps[seam - 5 : seam + 5].max() <= 1.1 * steps[50 : seam - 50].max()


def test_a_loop_is_cut_to_the_frame_and_repeats_without_a_click() -> None:
    piece = Engine().compose("excitement", seed=3, bars=4, loop=True)
    data = piece.score.to_bytes(".wav")
    samples, rate = soundfile.read(BytesIO(data), dtype="float32", always_2d=True)
    assert len(samples) == round(piece.score.seconds * rate)
    joined = np.concatenate([samples, samples])
    steps = np.abs(np.diff(joined, axis=0)).max(axis=1)
    seam = len(samples)
    near = np.r_[seam - rate // 4 : seam - 2, seam + 1 : seam + rate // 4]
    # The step from the last frame to the first is one like those around it.
    assert steps[seam - 1] <= np.quantile(steps[near], 0.99)
    # Sound rings over the seam: a cut without its tail begins from silence.
    assert np.abs(samples[:200]).max() > 0.002


def test_a_round_is_what_is_heard_after_many() -> None:
    """Rendered once and laid over itself it is what the engine plays the second time."""
    once = midi(*note(duration=960))
    loop = render(once, Sound(loop=True, reverb=0, tail=4))
    plain = render(once, Sound(reverb=0, tail=4))
    frames = len(loop.samples)
    assert frames == round(plain.seconds * plain.rate) - 4 * plain.rate
    twice = plain.samples[:frames] + 0
    rest = plain.samples[frames:]
    twice[: len(rest[:frames])] += rest[:frames]
    scale = float((twice * loop.samples).sum() / (twice * twice).sum())
    error = np.abs(scale * twice - loop.samples)[: frames - 2000].max()
    assert error < 0.05 * np.abs(loop.samples).max()
