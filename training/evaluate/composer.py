"""Everything that the composer's model card quotes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from melodymuse.composition.composer import compose_score
from melodymuse.composition.controls import controls_for
from melodymuse.composition.generator import NoteNetwork
from melodymuse.emotion import EMOTIONS, EmotionProfile
from melodymuse.score.conventions import broken_conventions
from melodymuse.score.midi_writer import midi_bytes
from melodymuse.score.model import Score
from training.composer.batches import without_recall
from training.composer.corpus import prepare, split_songs
from training.evaluate.confusion import draw_confusion
from training.evaluate.features import measure_piece, sounded_notes
from training.evaluate.likelihood import measure_exported
from training.evaluate.quadrants import (
    QUADRANTS,
    Clips,
    QuadrantListener,
    quadrant_of,
    read_clips,
    wilson_interval,
)

# The palette follows EMOPIA's medians in these: a listener trained on EMOPIA hears them too gladly.
TAKEN_BY_THE_PALETTE = ("velocity", "notes_per_second", "onsets_per_second", "notes_per_onset")


@dataclass(frozen=True, slots=True)
class Composed:
    """A piece, the emotion it was composed for, the seconds that took."""

    emotion: str
    score: Score
    seconds: float


def evaluate_composer(
    data: Path, out: Path, pieces: int, model: Path | None, seed: int
) -> dict[str, Any]:
    """Measure the note generator.

    Args:
        data: holds pop909_cl/, pop909_structure/ and emopia/.
        out: where pictures and the prepared corpus go.
        pieces: how many to compose, over the eight emotions in turn.
        model: folder of the ONNX files, None for the shipped ones.
        seed: of the first piece.
    """
    network = NoteNetwork(model) if model else NoteNetwork.shipped()
    _, held_out = split_songs(prepare(data, out))
    composed = compose_all(network, pieces, seed)
    clips = read_clips(data / "emopia")
    return {
        "held_out_songs": len(held_out),
        "nats": measure_exported(network, held_out),
        "nats_without_recall": measure_exported(network, held_out, without_recall),
        "pieces": pieces,
        "quadrants": _heard(clips, composed, out / "quadrants.png"),
        "quadrants_deaf_to_velocity": _heard(clips, composed, None, without=("velocity",)),
        "quadrants_deaf_to_what_the_palette_took": _heard(
            clips, composed, None, without=TAKEN_BY_THE_PALETTE
        ),
        "broken_conventions": Counter(
            breach.convention
            for piece in composed
            for breach in broken_conventions(midi_bytes(piece.score))
        ),
        "seconds_a_piece_median": float(np.median([piece.seconds for piece in composed])),
        "notes_a_piece_median": float(np.median([len(piece.score.notes) for piece in composed])),
        "features": {
            "real": _medians(list(clips.features), clips.names),
            "composed": _medians(
                [list(measure_piece(sounded_notes(p.score)).values()) for p in composed],
                clips.names,
            ),
        },
    }


def compose_all(network: NoteNetwork, pieces: int, seed: int) -> list[Composed]:
    """Sixteen-bar pieces with the defaults of each emotion in turn, each with a seed of its own."""
    composed = []
    for index in range(pieces):
        emotion = EMOTIONS[index % len(EMOTIONS)]
        profile = EmotionProfile.of(emotion)
        begin = time.perf_counter()
        score = compose_score(controls_for(profile, seed=seed + index), profile, network=network)
        composed.append(Composed(emotion, score, time.perf_counter() - begin))
    return composed


def _heard(
    clips: Clips, composed: Sequence[Composed], picture: Path | None, without: Sequence[str] = ()
) -> dict[str, Any]:
    listener = QuadrantListener(clips, without)
    heard = listener.hear([sounded_notes(piece.score) for piece in composed])
    meant = [_quadrant(piece.emotion) for piece in composed]
    hits = sum(a == b for a, b in zip(heard, meant, strict=True))
    if picture is not None:
        draw_confusion(meant, heard, QUADRANTS, picture)
    right = Counter(p.emotion for p, h, m in zip(composed, heard, meant, strict=True) if h == m)
    asked = Counter(piece.emotion for piece in composed)
    return {
        "accuracy": hits / len(composed),
        "interval": wilson_interval(hits, len(composed)),
        "valence": _agreement(heard, meant, ("Q1", "Q4")),
        "arousal": _agreement(heard, meant, ("Q1", "Q2")),
        "by_emotion": {emotion: right[emotion] / asked[emotion] for emotion in asked},
        "accuracy_on_real_clips": listener.own_accuracy(),
    }


def _agreement(heard: Sequence[str], meant: Sequence[str], positive: Sequence[str]) -> float:
    """Share of pieces heard on the meant side of an axis."""
    pairs = zip(heard, meant, strict=True)
    return float(np.mean([(h in positive) == (m in positive) for h, m in pairs]))


def _quadrant(emotion: str) -> str:
    profile = EmotionProfile.of(emotion)
    return quadrant_of(profile.valence, profile.arousal)


def _medians(rows: Sequence[Any], names: Sequence[str]) -> dict[str, float]:
    values = np.median(np.array(rows), axis=0)
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
