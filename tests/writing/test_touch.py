from __future__ import annotations

from statistics import fmean, pstdev

import pytest

from melodymuse.music.score import Hand, Note
from melodymuse.writing.touch import LEAST_SPREAD, Touch, shape_velocities


def chord(onset: int, velocity: int) -> list[Note]:
    """Bass, two inner notes, a top note."""
    left = [Note(onset, 480, pitch, velocity, Hand.LEFT) for pitch in (40, 47)]
    return left + [Note(onset, 480, pitch, velocity, Hand.RIGHT) for pitch in (60, 72)]


def flat(loudness: int) -> list[Note]:
    return [n for onset in range(0, 7680, 240) for n in chord(onset, loudness)]


@pytest.mark.parametrize("loudness", [16, 40, 64, 90, 120])
@pytest.mark.parametrize(("asked", "spread"), [(0.0, LEAST_SPREAD), (12.0, 12.0)])
def test_flat_dynamics_are_made_to_speak(loudness: int, asked: float, spread: float) -> None:
    """As much as is asked, and a little even where nothing is."""
    notes = flat(loudness)
    shaped = shape_velocities(notes, 1920, 480, Touch(asked), 4)
    velocities = [note.velocity for note in shaped]
    assert pstdev(velocities) == pytest.approx(spread, rel=0.1)  # whole numbers within the range
    assert abs(fmean(velocities) - loudness) < 12  # at the ends of the range dynamics need room
    assert [note.pitch for note in shaped] == [note.pitch for note in notes]


def test_little_is_asked_unless_it_is_said() -> None:
    notes = flat(64)
    assert shape_velocities(notes, 1920, 480, Touch(), 4) == shape_velocities(
        notes, 1920, 480, Touch(LEAST_SPREAD), 4
    )


@pytest.mark.parametrize("asked", [0.0, 5.0, 15.0])
def test_the_spread_that_there_is_stays(asked: float) -> None:
    """Voices and accents are a matter of who is louder, not of how much louder all become."""
    steps = (44, 52, 60, 68, 76, 84, 92)
    notes = [n for i in range(28) for n in chord(240 * i, steps[i * 3 % len(steps)])]
    before, after = (
        pstdev(note.velocity for note in these)
        for these in (notes, shape_velocities(notes, 1920, 480, Touch(asked), 4))
    )
    assert before == pytest.approx(16)
    assert after == pytest.approx(before, abs=0.5)


def test_melody_over_what_is_below_it() -> None:
    # Twice as loud, so that dynamics speak without being stretched.
    notes = [*chord(0, 40), *chord(480, 80)]
    bass, inner, inner_right, top = (
        n.velocity for n in shape_velocities(notes, 1920, 480, Touch(), 4)[4:]
    )
    assert top > inner_right > bass >= inner


def test_the_bar_begins_with_an_accent_and_beats_come_before_what_is_between() -> None:
    loudness = (50, 60, 70, 60)  # speaking already, and alike at every place of a bar
    notes = [Note(240 * i, 240, 72, loudness[i // 8 % 4], Hand.RIGHT) for i in range(128)]
    shaped = shape_velocities(notes, 1920, 480, Touch(), 16)
    downbeats, beats, between = (
        fmean(note.velocity for note in shaped if place(note.onset))
        for place in (
            lambda onset: onset % 1920 == 0,
            lambda onset: onset % 1920 and onset % 480 == 0,
            lambda onset: onset % 480,
        )
    )
    assert downbeats > beats + 0.5 and beats > between + 2


def test_what_is_wished_of_loudness_acts_on_velocities() -> None:
    steps = (54, 62, 70, 78)
    notes = [n for i in range(32) for n in chord(240 * i, steps[i % 4])]
    plain, louder, wider, narrower, growing = (
        [note.velocity for note in shape_velocities(notes, 1920, 480, touch, 4)]
        for touch in (Touch(), Touch(louder=20), Touch(wider=1.5), Touch(wider=0), Touch(growth=30))
    )
    assert fmean(louder) == pytest.approx(fmean(plain) + 20, abs=0.5)
    assert pstdev(wider) == pytest.approx(1.5 * pstdev(plain), rel=0.05)
    assert pstdev(narrower) == pytest.approx(LEAST_SPREAD, abs=0.3)
    bars = [fmean(growing[bar * 32 : bar * 32 + 32]) for bar in range(4)]
    assert bars == sorted(bars) and bars[-1] - bars[0] == pytest.approx(30, abs=4)
    assert fmean(growing) == pytest.approx(fmean(plain), abs=0.5)


@pytest.mark.parametrize(("beat_ticks", "beat"), [(480, 480), (720, 720)])
def test_beats_are_those_of_the_metre(beat_ticks: int, beat: int) -> None:
    """Six eighths in three quarters or in two dotted ones."""
    loudness = {0: 40, 240: 60, 480: 60, 720: 60, 960: 80, 1200: 60}
    notes = [Note(onset, 240, 72, v, Hand.RIGHT) for onset, v in loudness.items()]
    shaped = {n.onset: n.velocity for n in shape_velocities(notes, 1440, beat_ticks, Touch(), 1)}
    between = {480, 720} - {beat}
    assert all(shaped[beat] > shaped[onset] for onset in between)


def test_dynamics_that_speak_already_are_only_voiced() -> None:
    notes = [note for i, v in enumerate((40, 60, 80, 100)) for note in chord(480 * i, v)]
    shaped = shape_velocities(notes, 1920, 480, Touch(), 4)
    assert all(abs(a.velocity - b.velocity) <= 8 for a, b in zip(notes, shaped, strict=True))


def test_silence_stays() -> None:
    assert shape_velocities([], 1920, 480, Touch(), 4) == ()
