"""Every engine that is there: time, velocity, pedal, tail, room, and the same again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from melodymuse.audio.engines import ENGINES, Engine, Room, load_engine
from melodymuse.audio.engines.fluidsynth_library import system_library, wheel_library
from melodymuse.audio.engines.reverb import add_reverb
from melodymuse.audio.loudness import integrated_loudness, slice_powers
from melodymuse.audio.peaks import highest_sample
from melodymuse.audio.rendering import _SILENCE
from melodymuse.audio.soundfonts import built_in
from melodymuse.audio.timeline import read_timeline
from melodymuse.errors import AudioError, MelodyMuseError, MissingExtraError
from tests.audio.midi import M, chords, midi, note
from tests.audio.tiny_soundfont import tiny_soundfont

RATE = 22050
DRY = Room(level=0.0)


def play(
    engine: Engine, data: bytes, seconds: float = 2, room: Room = DRY, font: Path | None = None
) -> NDArray[np.float32]:
    return engine.play(
        read_timeline(data),
        built_in() if font is None else font,
        rate=RATE,
        frames=round(seconds * RATE),
        room=room,
    )


def level(samples: NDArray[np.float32], start: float, end: float) -> float:
    """RMS level between two times, dB."""
    part = samples[round(start * RATE) : round(end * RATE)].astype(np.float64)
    return float(20 * np.log10(np.sqrt((part**2).mean()) + 1e-9))


def test_the_same_again(engine: Engine) -> None:
    first, again = (play(engine, chords(1), room=Room(level=0.7)) for _ in range(2))
    assert first.shape == (2 * RATE, 2)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)


def test_notes_sound_when_they_should(engine: Engine) -> None:
    tempo = mido.MetaMessage("set_tempo", tempo=1_000_000)
    samples = play(engine, midi((0, tempo), *note(onset=480, duration=240)), 3)
    assert level(samples, 0, 0.99) < -100
    assert level(samples, 1.01, 1.2) > -70
    assert level(samples, 1.2, 1.4) > level(samples, 2, 2.2) + 20


def test_louder_velocities_sound_louder_by_the_standards_square(engine: Engine) -> None:
    soft, loud = (play(engine, midi(*note(velocity=v))) for v in (40, 120))
    # The built-in soundfont's piano has one layer: 40 dB a decade of velocity remain.
    expected = 40 * np.log10(120 / 40)
    assert level(loud, 0, 0.4) - level(soft, 0, 0.4) == pytest.approx(expected, abs=1.0)


def test_the_softest_notes_are_heard(engine: Engine, tmp_path: Path) -> None:
    for pitch in (21, 60, 108):
        assert highest_sample(play(engine, midi(*note(pitch, velocity=2)))) > _SILENCE
    empty = tmp_path / "empty.sf2"
    empty.write_bytes(tiny_soundfont(loudness=0))
    nothing = play(engine, midi(*note(velocity=127)), room=Room(level=1.0), font=empty)
    assert highest_sample(nothing) < _SILENCE


def test_expression_and_volume_sound_by_the_standards_square(engine: Engine) -> None:
    plain = play(engine, midi(*note()))
    for controller, default in ((7, 100), (11, 127)):
        halved = midi((0, M("control_change", control=controller, value=50)), *note(onset=1))
        expected = 40 * np.log10(default / 50)
        softer = level(plain, 0.1, 0.4) - level(play(engine, halved), 0.1, 0.4)
        assert softer == pytest.approx(expected, abs=1.0)


def test_the_pedal_holds_what_the_fingers_let_go(engine: Engine) -> None:
    short = note(duration=120)
    pressed = (0, M("control_change", control=64, value=127))
    released = (960, M("control_change", control=64, value=0))
    plain = play(engine, midi(*short, (960, M("control_change", control=1, value=0))))
    held = play(engine, midi(pressed, *short, released))
    assert level(held, 0.6, 0.9) > level(plain, 0.6, 0.9) + 20
    assert level(held, 1.5, 1.9) < level(held, 0.6, 0.9) - 20


def test_a_note_still_ringing_is_struck_anew(engine: Engine) -> None:
    pressed = (0, M("control_change", control=64, value=127))
    samples = play(engine, midi(pressed, *note(duration=240), *note(onset=480, duration=240)))
    assert level(samples, 0.5, 0.6) > level(samples, 0.4, 0.49) + 2


def test_the_wheel_bends(engine: Engine) -> None:
    wheel = M("pitchwheel", pitch=8191)
    bent = play(engine, midi((0, wheel), *note(60, onset=1, duration=900)))
    plain = play(engine, midi(*note(62, onset=1, duration=900)))
    assert strongest(bent) == pytest.approx(strongest(plain), rel=0.01)


def strongest(samples: NDArray[np.float32]) -> float:
    """The strongest frequency of the first second, Hz."""
    spectrum = np.abs(np.fft.rfft(samples[:RATE].mean(axis=1) * np.hanning(RATE)))
    return float(np.argmax(spectrum))


def test_programmes_and_drums_are_played(engine: Engine) -> None:
    piano = play(engine, midi(*note()))
    strings = play(engine, midi((0, M("program_change", program=48)), *note(onset=1)))
    drum = play(engine, midi(*note(38, channel=9)))
    assert level(strings, 0.3, 0.5) - level(strings, 0, 0.1) > (
        level(piano, 0.3, 0.5) - level(piano, 0, 0.1)
    )
    assert level(drum, 0, 0.1) > -60


def test_a_font_with_one_instrument_plays_everything(engine: Engine, tiny: Path) -> None:
    samples = play(engine, midi((0, M("program_change", program=40)), *note(onset=1)), font=tiny)
    assert level(samples, 0, 0.2) > -60


def test_all_sound_off_is_obeyed(engine: Engine) -> None:
    off = (240, M("control_change", control=120, value=0))
    samples = play(engine, midi(*note(duration=1900), off), 2)
    assert level(samples, 0.1, 0.2) > level(samples, 0.6, 1) + 30


def test_the_room_rings_on_after_the_note(engine: Engine) -> None:
    staccato = midi(*note(duration=100, velocity=110))
    dry, wet = (play(engine, staccato, 3, room) for room in (DRY, Room(level=1.0)))
    assert level(wet, 1, 1.5) > level(dry, 1, 1.5) + 20
    assert level(wet, 0, 0.1) == pytest.approx(level(dry, 0, 0.1), abs=1)
    # RT60 of 1.8 s: 60 dB in 1.8 s, measured over the part that is reverberation alone.
    fall = level(wet, 0.7, 0.9) - level(wet, 1.3, 1.5)
    assert fall == pytest.approx(60 * 0.6 / 1.8, abs=7)


def test_the_engines_agree() -> None:
    found = []
    for name in ENGINES:
        try:
            engine = load_engine(name)
        except MelodyMuseError:
            continue
        found.append(integrated_loudness(slice_powers(play(engine, chords(3), 4), RATE)))
    if len(found) < 2:
        pytest.skip("needs two engines")
    assert max(found) - min(found) < 2


def test_more_velocities_than_channels(engine: Engine) -> None:
    events = []
    for step in range(100):
        events += note(40 + step % 40, 20 + step, step * 20, 15, channel=step % 16)
    samples = play(engine, midi(*events), 3)
    assert np.isfinite(samples).all()
    assert level(samples, 1, 2) > -60


def test_a_broken_font_is_refused_by_the_engine_too(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "broken.sf2"
    path.write_bytes(b"RIFF\4\0\0\0WAVE")
    with pytest.raises(AudioError, match=r"cannot load .*broken\.sf2"):
        play(engine, midi(*note()), font=path)


def test_auto_is_the_first_that_works() -> None:
    assert load_engine().description == load_engine("auto").description
    with pytest.raises(AudioError, match="unknown engine 'organ': use auto, fluidsynth"):
        load_engine("organ")


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("fluidsynth", "tinysoundfont"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("melodymuse.audio.engines.fluidsynth_library.find_spec", lambda _: None)
    for name in ("fluidsynth", "fluidsynth-wheel"):
        with pytest.raises(MissingExtraError, match=r"pip install 'melodymuse\[audio\]'"):
            load_engine(name)
    with pytest.raises(AudioError, match=r"pip install .*tinysoundfont|melodymuse\[audio\]"):
        load_engine("tinysoundfont")
    with pytest.raises(AudioError, match=r"pip install 'melodymuse\[audio\]'"):
        load_engine()


def test_a_system_without_the_library_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("fluidsynth", exc_type=ImportError)
    monkeypatch.delitem(sys.modules, "fluidsynth")
    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    monkeypatch.delenv("HOMEBREW_PREFIX", raising=False)
    with pytest.raises(AudioError, match="apt install libfluidsynth3"):
        system_library()


def test_a_wheel_without_the_library_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pygame").mkdir()
    (tmp_path / "pygame" / "__init__.py").write_text("")
    monkeypatch.delitem(sys.modules, "pygame", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AudioError, match="brings no FluidSynth"):
        wheel_library()


def test_the_library_found_says_nothing_of_itself() -> None:
    pytest.importorskip("fluidsynth", exc_type=ImportError)
    code = (
        "import os; os.environ['CI'] = '1'\n"
        "from melodymuse.audio.engines import load_engine; load_engine()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("level", "under"), [(1.0, 17), (0.5, 23.02)])
def test_the_room_of_an_engine_without_one_is_as_loud_as_told(level: float, under: float) -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal((5 * 8000, 1)).astype(np.float32)
    dry = np.repeat(noise, 2, axis=1)
    wet = dry.copy()
    add_reverb(wet, 8000, Room(level))
    room = (wet - dry)[16000:]
    ratio = np.square(dry).mean() / np.square(room).mean()
    assert 10 * np.log10(ratio) == pytest.approx(under, abs=0.3)
    add_reverb(dry, 8000, Room(0.0))
    np.testing.assert_array_equal(dry[:, :1], noise)
