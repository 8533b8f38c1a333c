"""Everything that the composer's model card quotes: a table of parts, each a function of the
material that gives its figures and draws its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from melodymuse.hearing.cues import sounded_notes
from melodymuse.music.emotion import EMOTIONS
from training.composer.batches import without_recall
from training.evaluate.arcs import PLACE_BARS, arc_stretches
from training.evaluate.confusion import draw_confusion
from training.evaluate.copied import Piece
from training.evaluate.cost import measure_cost
from training.evaluate.discriminator import tell_apart
from training.evaluate.emotions import DEAF_TO, tell_emotions
from training.evaluate.faults import Attempt, attempt_all, count_faults
from training.evaluate.heard import DEAF_TO as QUADRANTS_DEAF_TO
from training.evaluate.heard import compare_medians, hear_quadrants
from training.evaluate.likelihood import measure_exported
from training.evaluate.material import Composed, Material, compose_all
from training.evaluate.originality import (
    Melodies,
    Tokens,
    measure_originality,
    melody_of_events,
    melody_tokens,
)
from training.evaluate.overlap import compare_features
from training.evaluate.pictures import (
    draw_areas,
    draw_densities,
    draw_longest_runs,
    draw_structure,
    draw_sweep,
    draw_telling,
)
from training.evaluate.quadrants import QUADRANTS, Clips
from training.evaluate.standard import GIVEN_BY_CONTROLS, feature_table, melody_of
from training.evaluate.structure import compare_structure, structure_features
from training.evaluate.sweep import sweep
from training.evaluate.tune.figures import measure, tell_tunes_apart
from training.evaluate.tune.piece import piece_of

# Within sixteen bars nothing stands sixteen bars later.
WITHIN_EXCERPT = (4, 8)
THOROUGH_PIECES = 1000
COST_PIECES = 24
# An arc for so many pieces.
ARC_SHARE = 8

Part = Callable[[Material], dict[str, Any]]


def evaluate_composer(material: Material, parts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Measure the note generator.

    Args:
        material: what to measure it on; pictures go to its `out`.
        parts: keys of `PARTS`, at least one.

    Yields:
        After each part all results so far: "about", and the figures of each part by its name.
    """
    results: dict[str, Any] = {
        "about": {
            "pieces": material.pieces,
            "excerpts": material.excerpts,
            "seed": material.seed,
        }
    }
    for name in parts:
        results = results | {name: PARTS[name](material)}
        yield results


def _likelihood(material: Material) -> dict[str, Any]:
    return {
        "held_out_songs": len(material.held_out),
        "nats": measure_exported(material.network, material.held_out),
        "nats_without_recall": measure_exported(
            material.network, material.held_out, without_recall
        ),
    }


def _quadrants(material: Material) -> dict[str, Any]:
    clips = material.clips  # before anything is composed: it may be missing
    return _hear(clips, material.composed, material.out / "quadrants.png")


def _emotions(material: Material) -> dict[str, Any]:
    return _tell(material.composed, material.out / "emotions.png")


def _photographs(material: Material) -> dict[str, Any]:
    clips, pieces = material.clips, material.pictured
    return {
        "photographs": len(pieces),
        "quadrants": _hear(clips, pieces, material.out / "photographs-quadrants.png"),
        "emotions": _tell(pieces, material.out / "photographs-emotions.png"),
    }


def _hear(clips: Clips, pieces: Sequence[Composed], picture: Path) -> dict[str, Any]:
    heard = {
        name: hear_quadrants(clips, pieces, without) for name, without in QUADRANTS_DEAF_TO.items()
    }
    everything = heard["everything"]
    draw_confusion(everything["meant"], everything["heard"], QUADRANTS, picture)
    return {**heard, "features": compare_medians(clips, pieces)}


def _tell(composed: Sequence[Composed], picture: Path) -> dict[str, Any]:
    meant = [piece.emotion for piece in composed]
    pieces = [sounded_notes(piece.score) for piece in composed]
    told = {name: tell_emotions(pieces, meant, without) for name, without in DEAF_TO.items()}
    everything = told["everything"]
    draw_confusion(everything["meant"], everything["heard"], EMOTIONS, picture)
    return told


def _arcs(material: Material) -> dict[str, Any]:
    """Stretches of arcs, beside pieces of one feeling that are as long."""
    clips, arcs = material.clips, max(material.pieces // ARC_SHARE, 1)
    stretches = arc_stretches(material.network, arcs, material.seed)
    profiles = [stretch.profile for stretch in stretches]
    whole = compose_all(material.network, profiles, material.seed, bars=PLACE_BARS)
    return {
        side: {
            name: hear_quadrants(clips, pieces, without)
            for name, without in QUADRANTS_DEAF_TO.items()
        }
        for side, pieces in (("stretches", stretches), ("whole_pieces", whole))
    }


def _overlap(material: Material) -> dict[str, Any]:
    names, real = feature_table([piece.score for piece in material.real])
    sides = {
        "copied": material.copied,
        "own_form": material.own_form,
        "real_against_real": material.other_real,
    }
    tables = {side: feature_table([p.score for p in pieces])[1] for side, pieces in sides.items()}
    songs = [piece.song for piece in material.real]
    compared = {
        side: compare_features(
            names,
            tables[side],
            real,
            [piece.song for piece in pieces],
            songs,
            given=GIVEN_BY_CONTROLS,
        )
        for side, pieces in sides.items()
    }
    draw_areas(compared, material.out / "overlap.png")
    draw_densities(
        names,
        {"real": real, "generated": tables["copied"], "other real": tables["real_against_real"]},
        material.out / "features.png",
    )
    return compared


def _discriminator(material: Material) -> dict[str, Any]:
    names, real = _with_structure(material.real)
    songs = [piece.song for piece in material.real]
    told = {
        side: tell_apart(names, real, _with_structure(pieces)[1], songs, [p.song for p in pieces])
        for side, pieces in (("copied", material.copied), ("own_form", material.own_form))
    }
    draw_telling(told, material.out / "telling.png")
    return told


def _structure(material: Material) -> dict[str, Any]:
    real = [piece.score for piece in material.real]
    compared = {
        "copied": compare_structure(real, [p.score for p in material.copied], WITHIN_EXCERPT),
        "own_form": compare_structure(real, [p.score for p in material.own_form], WITHIN_EXCERPT),
        "real_against_real": compare_structure(
            real, [p.score for p in material.other_real], WITHIN_EXCERPT
        ),
        "free": compare_structure([p.score for p in material.long_excerpts], material.long_pieces),
    }
    draw_structure(compared, material.out / "structure.png")
    return compared


def _originality(material: Material) -> dict[str, Any]:
    known = Melodies(
        melody_tokens(
            melody_of_events(song.events.tolist(), song.bar.tolist(), song.metre.bar_steps)
        )
        for song in material.training
    )
    melodies = {
        "held_out": _melodies([piece.score for piece in material.real]),
        "copied": _melodies([piece.score for piece in material.copied]),
        "free": _melodies([piece.score for piece in material.composed]),
    }
    shared = {side: measure_originality(known, tokens) for side, tokens in melodies.items()}
    draw_longest_runs(shared, material.out / "originality.png")
    return shared


def _tune(material: Material) -> dict[str, Any]:
    real, composed = material.real_tunes, material.long_composed
    ours = [piece_of(piece.score, f"ours/{index}") for index, piece in enumerate(composed)]
    emotions = [piece.emotion for piece in composed]
    figures = {"ours": measure(ours, emotions, material.seed)}
    for name, pieces in real.items():
        figures[name] = measure(pieces, [name] * len(pieces), material.seed)
    told = {name: tell_tunes_apart(pieces, ours, material.seed) for name, pieces in real.items()}
    return {"figures": figures, "told_apart": told}


def _faults(material: Material) -> dict[str, Any]:
    composed = (Attempt(piece.score, "", piece.seconds) for piece in material.composed)
    return count_faults(composed)


def _thorough(material: Material) -> dict[str, Any]:
    return count_faults(attempt_all(material.network, THOROUGH_PIECES, material.seed))


def _cost(material: Material) -> dict[str, Any]:
    return measure_cost(COST_PIECES, material.model)


def _sweep(material: Material) -> dict[str, Any]:
    swept = sweep(material.network, seed=material.seed)
    draw_sweep(swept, material.out / "sweep.png")
    return swept


def _with_structure(pieces: Sequence[Piece]) -> tuple[tuple[str, ...], Any]:
    """The standard features and how much returns: names, and values (pieces, features)."""
    names, standard = feature_table([piece.score for piece in pieces])
    returns = [structure_features(piece.score, WITHIN_EXCERPT) for piece in pieces]
    more = np.array([list(row.values()) for row in returns])
    return (*names, *returns[0]), np.concatenate([standard, more], axis=1)


def _melodies(scores: Sequence[Any]) -> list[Tokens]:
    return [melody_tokens(melody_of(score.notes)) for score in scores]


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "likelihood": _likelihood,
        "quadrants": _quadrants,
        "emotions": _emotions,
        "photographs": _photographs,
        "arcs": _arcs,
        "overlap": _overlap,
        "discriminator": _discriminator,
        "structure": _structure,
        "originality": _originality,
        "tune": _tune,
        "sweep": _sweep,
        "faults": _faults,
        "cost": _cost,
        "thorough": _thorough,
    }
)
# Left out unless asked for: what needs photographs, and a thousand pieces, which take minutes.
USUAL_PARTS = tuple(name for name in PARTS if name not in ("photographs", "thorough"))
