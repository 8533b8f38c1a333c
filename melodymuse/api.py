"""The Python interface: a picture or an emotion in, a piece out, by one engine for the process.

Conventions: valence and arousal lie in -1..1, probabilities sum to 1 in EmoSet's order, tempo is in
quarter notes a minute, times within a score are ticks of 1/480 quarter note.
"""

from __future__ import annotations

from melodymuse.asking import Asked, draw_seed, felt
from melodymuse.engine import Engine, Eye
from melodymuse.piece import Piece
from melodymuse.planning.plan import Plan

__all__ = [
    "Asked",
    "Engine",
    "Eye",
    "Piece",
    "Plan",
    "analyze",
    "compose",
    "continue_score",
    "draw_seed",
    "extend",
    "felt",
    "harmonize",
    "insert",
    "plan",
    "recolor",
    "reroll",
]

# It has loaded nothing yet.
engine = Engine()
analyze = engine.analyze
plan = engine.plan
compose = engine.compose
continue_score = engine.continue_score
extend = engine.extend
reroll = engine.reroll
harmonize = engine.harmonize
insert = engine.insert
recolor = engine.recolor
