"""MelodyMuse: a picture in, an editable two-handed piano piece out.

    import melodymuse

    piece = melodymuse.compose("@rocket", bars=16, seed=7)
    piece.write("rocket.mid")

The names below are loaded when they are first used, so that ``import melodymuse`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from melodymuse.version import __version__

if TYPE_CHECKING:
    from melodymuse.api import analyze, compose, continue_score, extend, plan, reroll
    from melodymuse.engine import Engine
    from melodymuse.errors import MelodyMuseError
    from melodymuse.hearing import hear
    from melodymuse.music.emotion import EMOTIONS, EmotionProfile
    from melodymuse.music.score import Score
    from melodymuse.music.theory import Key
    from melodymuse.piece import Piece
    from melodymuse.planning.controls import Controls, Wishes
    from melodymuse.planning.plan import Plan
    from melodymuse.vision import Analysis

_HOMES = {
    "analyze": "melodymuse.api",
    "compose": "melodymuse.api",
    "continue_score": "melodymuse.api",
    "extend": "melodymuse.api",
    "hear": "melodymuse.hearing",
    "plan": "melodymuse.api",
    "reroll": "melodymuse.api",
    "Engine": "melodymuse.engine",
    "Piece": "melodymuse.piece",
    "Plan": "melodymuse.planning.plan",
    "Analysis": "melodymuse.vision",
    "Controls": "melodymuse.planning.controls",
    "Wishes": "melodymuse.planning.controls",
    "EMOTIONS": "melodymuse.music.emotion",
    "EmotionProfile": "melodymuse.music.emotion",
    "Key": "melodymuse.music.theory",
    "MelodyMuseError": "melodymuse.errors",
    "Score": "melodymuse.music.score",
}

__all__ = [
    "EMOTIONS",
    "Analysis",
    "Controls",
    "EmotionProfile",
    "Engine",
    "Key",
    "MelodyMuseError",
    "Piece",
    "Plan",
    "Score",
    "Wishes",
    "__version__",
    "analyze",
    "compose",
    "continue_score",
    "extend",
    "hear",
    "plan",
    "reroll",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'melodymuse' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
