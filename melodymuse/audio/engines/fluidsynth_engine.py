"""FluidSynth: the reference among soundfont synthesisers.

Its own player reads the MIDI file, so that tempo, controllers and pedals sound as the `fluidsynth`
program plays them.  Every setting that its versions have changed is pinned.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from melodymuse.audio.clip import Samples
from melodymuse.audio.engines.base import Room
from melodymuse.audio.engines.fluidsynth_library import (
    FLOAT_BYTES,
    LOG_FUNCTION,
    LOG_LEVELS,
    OK,
)
from melodymuse.audio.timeline import Timeline
from melodymuse.errors import AudioError, SoundfontError

# Low, so that nothing clips; loudness is made afterwards.
_GAIN = 0.2
_VOICES = 256
_BLOCK_FRAMES = 1 << 16
_ERROR_LEVEL = 1
_LOST_SAMPLE = "Unable to load sample"


@dataclass(frozen=True, slots=True)
class FluidSynthEngine:
    """FluidSynth, out of the library it is given."""

    name: str
    library: ctypes.CDLL

    @property
    def description(self) -> str:
        """Such as ``"FluidSynth 2.3.1"``."""
        return f"FluidSynth {self.library.fluid_version_str().decode()}"

    def play(
        self, timeline: Timeline, soundfont: Path, *, rate: int, frames: int, room: Room
    ) -> Samples:
        """As `Engine.play`."""
        with _complaints(self.library) as said, self._synth(rate, room) as synth:
            if self.library.fluid_synth_sfload(synth, os.fsencode(soundfont), 1) < 0:
                raise AudioError(f"FluidSynth cannot load '{soundfont}': {_last(said)}")
            with self._player(synth, timeline.midi):
                samples = self._samples(synth, frames)
            # A sample that cannot be unpacked is left out, and its notes with it.
            lost = [message.strip() for message in said if _LOST_SAMPLE in message]
            if lost:
                raise SoundfontError(
                    f"'{soundfont}' is a damaged soundfont: {lost[0]}; download or copy it again"
                )
        return samples

    def _samples(self, synth: c_void_p, frames: int) -> Samples:
        samples = np.zeros((frames, 2), np.float32)
        left = samples.ctypes.data
        for start in range(0, frames, _BLOCK_FRAMES):
            count = min(_BLOCK_FRAMES, frames - start)
            place = left + start * 2 * FLOAT_BYTES
            # Left and right interleaved: offsets 0 and 1, every second number.
            self.library.fluid_synth_write_float(synth, count, place, 0, 2, place, 1, 2)
        return samples

    @contextmanager
    def _synth(self, rate: int, room: Room) -> Iterator[c_void_p]:
        library = self.library
        settings = library.new_fluid_settings()
        try:
            for name, value in _settings(rate, room).items():
                _set(library, settings, name, value)
            synth = library.new_fluid_synth(settings)
            if not synth:
                raise AudioError(f"FluidSynth cannot start at {rate} frames a second")
            try:
                yield synth
            finally:
                library.delete_fluid_synth(synth)
        finally:
            library.delete_fluid_settings(settings)

    @contextmanager
    def _player(self, synth: c_void_p, midi: bytes) -> Iterator[c_void_p]:
        player = self.library.new_fluid_player(synth)
        try:
            added = self.library.fluid_player_add_mem(player, midi, len(midi))
            if added != OK or self.library.fluid_player_play(player) != OK:
                raise AudioError("FluidSynth cannot play the MIDI file")
            yield player
        finally:
            self.library.delete_fluid_player(player)


def _settings(rate: int, room: Room) -> dict[str, int | float | str]:
    return {
        "synth.sample-rate": float(rate),
        "synth.gain": _GAIN,
        "synth.polyphony": _VOICES,
        "synth.cpu-cores": 1,  # several sum their voices in an order that varies
        "synth.midi-bank-select": "gs",
        # Only the instruments played are read: a large font costs no more than its piano.
        "synth.dynamic-sample-loading": 1,
        "synth.lock-memory": 0,
        "synth.reverb.active": int(room.level > 0),
        "synth.reverb.room-size": float(room.size),
        "synth.reverb.damp": float(room.damping),
        "synth.reverb.width": float(room.width),
        "synth.reverb.level": float(room.level),
        "synth.chorus.active": 0,  # a piano out of tune with itself
        "player.timing-source": "sample",
        "player.reset-synth": 1,
    }


def _set(library: ctypes.CDLL, settings: c_void_p, name: str, value: Any) -> None:
    if isinstance(value, str):
        done = library.fluid_settings_setstr(settings, name.encode(), value.encode())
    elif isinstance(value, float):
        done = library.fluid_settings_setnum(settings, name.encode(), value)
    else:
        done = library.fluid_settings_setint(settings, name.encode(), value)
    if done != OK:
        raise AudioError(f"this FluidSynth cannot set {name} to {value}")


@contextmanager
def _complaints(library: ctypes.CDLL) -> Iterator[list[str]]:
    """What the library has to say meanwhile: collected rather than printed."""
    said: list[str] = []

    def listen(level: int, message: bytes, _: object) -> None:
        if level <= _ERROR_LEVEL:
            said.append(message.decode(errors="replace"))

    listener = LOG_FUNCTION(listen)
    for level in range(LOG_LEVELS):
        library.fluid_set_log_function(level, listener, None)
    try:
        yield said
    finally:
        # Nothing may be called back once `listener` is gone.
        for level in range(LOG_LEVELS):
            library.fluid_set_log_function(level, LOG_FUNCTION(), None)


def _last(said: list[str]) -> str:
    return said[-1].strip() if said else "no reason given"
