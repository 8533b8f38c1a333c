"""TinySoundFont: a synthesiser in one small wheel, for systems without FluidSynth.

It plays envelopes and layers as FluidSynth does.  What it leaves to others is done here: time, the
sustain pedal, the reverberation, and the loudness of velocities, controllers 7 and 11, which it
takes to be linear where the SoundFont standard has squares.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from melodymuse.audio.clip import Samples
from melodymuse.audio.engines.base import Room
from melodymuse.audio.engines.reverb import add_reverb
from melodymuse.audio.timeline import Timeline
from melodymuse.errors import AudioError
from melodymuse.midi.layout import ACOUSTIC_GRAND, SUSTAIN
from melodymuse.optional import missing

NAME = "tinysoundfont"
_GAIN_DB = -5.0  # about FluidSynth's level at its gain of 0.2
_VOICES = 256
_CHANNELS = 16
_DRUMS = 9
_VOLUME, _EXPRESSION = 7, 11
_INITIAL_VOLUME, _LOUDEST = 100, 127
_ALL_SOUND_OFF, _ALL_NOTES_OFF = 120, 123
_PEDAL_THRESHOLD = 64
_WHEEL_CENTRE = 8192
_FRAME_BYTES = 8
# The wheel has a channel for each velocity of a MIDI channel, because a channel's volume is the one
# thing that can make up for what the synthesiser does with velocities.
_VELOCITIES = 128


@dataclass(frozen=True, slots=True)
class TinySoundFontEngine:
    """TinySoundFont out of the package tinysoundfont."""

    module: ModuleType
    name: str = NAME

    @property
    def description(self) -> str:
        """Such as ``"TinySoundFont 0.3.7"``."""
        try:
            return f"TinySoundFont {version(NAME)}"
        except PackageNotFoundError:
            return "TinySoundFont"

    def play(
        self, timeline: Timeline, soundfont: Path, *, rate: int, frames: int, room: Room
    ) -> Samples:
        """As `Engine.play`."""
        try:
            font = self.module.SoundFont(str(soundfont))
        except (RuntimeError, ValueError) as error:
            raise AudioError(f"TinySoundFont cannot load '{soundfont}': {error}") from error
        font.set_output(self.module.OutputMode.StereoInterleaved, rate, _GAIN_DB)
        font.set_max_voices(_VOICES)
        samples = np.zeros((frames, 2), np.float32)
        buffer = samples.data.cast("B")
        player = _Player(font, _velocities(timeline.events))
        done = 0
        for seconds, message in timeline.events:
            due = min(round(seconds * rate), frames)
            if due > done:
                font.render(buffer[done * _FRAME_BYTES : due * _FRAME_BYTES], False)
                done = due
            player.handle(message)
        if done < frames:
            font.render(buffer[done * _FRAME_BYTES :], False)
        add_reverb(samples, rate, room)
        return samples


def load_tinysoundfont() -> TinySoundFontEngine:
    """The engine, if its package is there.

    Raises:
        MissingExtraError: it is not installed, on Windows, where the extra brings it.
        AudioError: it is not installed, elsewhere.
    """
    try:
        from tinysoundfont import _tinysoundfont
    except ImportError as error:
        if sys.platform == "win32":
            raise missing(NAME, "sound through TinySoundFont") from error
        # The extra leaves it out here: it asks for PyAudio, which then needs a compiler and is not
        # used for rendering.
        raise AudioError(
            "sound through TinySoundFont needs the package 'tinysoundfont', which is not "
            "installed: pip install --no-deps tinysoundfont"
        ) from error
    return TinySoundFontEngine(_tinysoundfont)


class _Player:
    """Turns MIDI messages into calls of the synthesiser."""

    def __init__(self, font: Any, velocities: dict[int, set[int]]) -> None:
        self._font = font
        self._voices = {
            channel: [channel * _VELOCITIES + velocity for velocity in sorted(played)]
            for channel, played in velocities.items()
        }
        self._volume = dict.fromkeys(range(_CHANNELS), _INITIAL_VOLUME)
        self._expression = dict.fromkeys(range(_CHANNELS), _LOUDEST)
        self._sounding: dict[tuple[int, int], int] = {}
        self._pedal: set[int] = set()
        self._held: defaultdict[int, set[int]] = defaultdict(set)
        for channel in self._voices:
            self._choose(channel, ACOUSTIC_GRAND)
            self._set_volume(channel)

    def handle(self, message: Any) -> None:
        """Let one channel message take effect; others are none of a synthesiser's business."""
        kind = message.type
        if kind == "note_on" and message.velocity:
            self._strike(message.channel, message.note, message.velocity)
        elif kind in ("note_on", "note_off"):
            self._release(message.channel, message.note)
        elif kind == "control_change":
            self._control(message.channel, message.control, message.value)
        elif kind == "program_change":
            self._choose(message.channel, message.program)
        elif kind == "pitchwheel":
            for voice in self._voices.get(message.channel, ()):
                self._font.channel_set_pitch_wheel(voice, message.pitch + _WHEEL_CENTRE)

    def _strike(self, channel: int, pitch: int, velocity: int) -> None:
        self._stop(channel, pitch)
        self._held[channel].discard(pitch)
        voice = channel * _VELOCITIES + velocity
        self._sounding[channel, pitch] = voice
        self._font.channel_note_on(voice, pitch, _struck(velocity))

    def _release(self, channel: int, pitch: int) -> None:
        if channel in self._pedal:
            self._held[channel].add(pitch)
        else:
            self._stop(channel, pitch)

    def _stop(self, channel: int, pitch: int) -> None:
        voice = self._sounding.pop((channel, pitch), None)
        if voice is not None:
            self._font.channel_note_off(voice, pitch)

    def _control(self, channel: int, control: int, value: int) -> None:
        if control == SUSTAIN:
            if value >= _PEDAL_THRESHOLD:
                self._pedal.add(channel)
                return
            self._pedal.discard(channel)
            for pitch in sorted(self._held.pop(channel, ())):
                self._stop(channel, pitch)
        elif control in (_VOLUME, _EXPRESSION):
            (self._volume if control == _VOLUME else self._expression)[channel] = value
            self._set_volume(channel)
        else:
            if control in (_ALL_SOUND_OFF, _ALL_NOTES_OFF):
                self._held.pop(channel, None)
                for key in [key for key in self._sounding if key[0] == channel]:
                    del self._sounding[key]
            for voice in self._voices.get(channel, ()):
                self._font.channel_midi_control(voice, control, value)

    def _choose(self, channel: int, program: int) -> None:
        for voice in self._voices.get(channel, ()):
            try:
                self._font.channel_set_preset_number(voice, program, channel == _DRUMS)
            except RuntimeError:
                # A soundfont with one piano has nothing else to offer.
                self._font.channel_set_preset_index(voice, 0)

    def _set_volume(self, channel: int) -> None:
        loudness = self._volume[channel] * self._expression[channel] / _LOUDEST**2
        for voice in self._voices.get(channel, ()):
            velocity = voice % _VELOCITIES
            wanted = (loudness * velocity / _LOUDEST) ** 2
            self._font.channel_set_volume(voice, wanted / _struck(velocity))


def _struck(velocity: int) -> float:
    """A velocity as the synthesiser takes it, 0 to 1.

    It multiplies by 127 and cuts off what is behind the point, so a little more than the velocity
    is safe where the velocity itself may become the one below.
    """
    return min((velocity + 0.25) / _LOUDEST, 1.0)


def _velocities(events: Iterable[tuple[float, Any]]) -> dict[int, set[int]]:
    """Which velocities each channel is played with."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for channel, velocity in _strikes(events):
        found[channel].add(velocity)
    return dict(found)


def _strikes(events: Iterable[tuple[float, Any]]) -> Iterator[tuple[int, int]]:
    for _, message in events:
        if message.type == "note_on" and message.velocity:
            yield message.channel, message.velocity
