"""Sound: a MIDI file through a soundfont, at the loudness people are used to, as an audio file.

    Sound ─► render(MIDI) ─► Rendering ─► .wav, .flac, .ogg, .mp3, or the loudspeaker

The names below are imported when they are asked for: composing needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from melodymuse.audio.playing import play
    from melodymuse.audio.rendering import Rendering, Sound, render
    from melodymuse.audio.soundfonts import find_soundfont, installed_soundfonts, user_folder

__all__ = [
    "Rendering",
    "Sound",
    "find_soundfont",
    "installed_soundfonts",
    "play",
    "render",
    "user_folder",
]

_HOMES = {
    "Rendering": "rendering",
    "Sound": "rendering",
    "find_soundfont": "soundfonts",
    "installed_soundfonts": "soundfonts",
    "play": "playing",
    "render": "rendering",
    "user_folder": "soundfonts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
