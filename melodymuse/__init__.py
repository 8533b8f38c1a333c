"""MelodyMuse: a picture in, an editable two-handed piano piece out.

    import melodymuse

    piece = melodymuse.compose("rocket.jpg", bars=16, seed=7)
    piece.write("rocket.mid")

The names below are loaded when they are first used, so that ``import melodymuse`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from melodymuse.version import __version__

if TYPE_CHECKING:
    from melodymuse.api import Piece, analyze, compose
    from melodymuse.composition.controls import Controls
    from melodymuse.emotion import EMOTIONS, EmotionProfile
    from melodymuse.errors import MelodyMuseError
    from melodymuse.score.model import Score
    from melodymuse.theory import Key
    from melodymuse.vision import Analysis

_HOMES = {
    "Piece": "melodymuse.api",
    "analyze": "melodymuse.api",
    "compose": "melodymuse.api",
    "Analysis": "melodymuse.vision",
    "Controls": "melodymuse.composition.controls",
    "EMOTIONS": "melodymuse.emotion",
    "EmotionProfile": "melodymuse.emotion",
    "Key": "melodymuse.theory",
    "MelodyMuseError": "melodymuse.errors",
    "Score": "melodymuse.score.model",
}

__all__ = [
    "EMOTIONS",
    "Analysis",
    "Controls",
    "EmotionProfile",
    "Key",
    "MelodyMuseError",
    "Piece",
    "Score",
    "__version__",
    "analyze",
    "compose",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'melodymuse' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
