"""The quadrant that a listener trained on real emotional piano hears in composed pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from melodymuse.hearing.cues import sounded_notes
from melodymuse.survey.statistics import wilson_interval
from training.evaluate.features import measure_piece
from training.evaluate.material import Composed
from training.evaluate.quadrants import Clips, QuadrantListener, quadrant_of

# The palette follows EMOPIA's medians in these: a listener trained on EMOPIA hears them too gladly.
TAKEN_BY_THE_PALETTE = ("velocity", "notes_per_second", "onsets_per_second", "notes_per_onset")
DEAF_TO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "everything": (),
        "deaf_to_velocity": ("velocity",),
        "deaf_to_what_the_palette_took": TAKEN_BY_THE_PALETTE,
    }
)


def hear_quadrants(
    clips: Clips, composed: Sequence[Composed], without: Sequence[str] = ()
) -> dict[str, Any]:
    """What a listener deaf to some features makes of the pieces.

    Returns:
        "accuracy" with its Wilson "interval"; "valence", "arousal": shares heard on the meant side;
        "by_emotion"; "accuracy_on_real_clips", by song-grouped cross-validation; "meant", "heard":
        the quadrant of each piece.
    """
    listener = QuadrantListener(clips, without)
    heard = listener.hear([sounded_notes(piece.score) for piece in composed])
    meant = [quadrant_of(p.profile.valence, p.profile.arousal) for p in composed]
    hits = sum(a == b for a, b in zip(heard, meant, strict=True))
    right = Counter(p.emotion for p, h, m in zip(composed, heard, meant, strict=True) if h == m)
    asked = Counter(piece.emotion for piece in composed)
    return {
        "accuracy": hits / len(composed),
        "interval": wilson_interval(hits, len(composed)),
        "valence": _agreement(heard, meant, ("Q1", "Q4")),
        "arousal": _agreement(heard, meant, ("Q1", "Q2")),
        "by_emotion": {emotion: right[emotion] / asked[emotion] for emotion in asked},
        "accuracy_on_real_clips": listener.own_accuracy(),
        "meant": meant,
        "heard": heard,
    }


def compare_medians(clips: Clips, composed: Sequence[Composed]) -> dict[str, Any]:
    """Median of every feature over real clips and over composed pieces."""
    pieces = [list(measure_piece(sounded_notes(p.score)).values()) for p in composed]
    return {
        "real": _medians(list(clips.features), clips.names),
        "composed": _medians(pieces, clips.names),
    }


def _agreement(heard: Sequence[str], meant: Sequence[str], positive: Sequence[str]) -> float:
    """Share of pieces heard on the meant side of an axis."""
    pairs = zip(heard, meant, strict=True)
    return float(np.mean([(h in positive) == (m in positive) for h, m in pairs]))


def _medians(rows: Sequence[Any], names: Sequence[str]) -> dict[str, float]:
    values = np.median(np.array(rows), axis=0)
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
