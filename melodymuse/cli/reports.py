"""What is told about a piece: as JSON for programs, as a table for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from melodymuse.api import Piece
from melodymuse.cli.destinations import Written
from melodymuse.cli.terminal import Row
from melodymuse.music.score import Hand
from melodymuse.planning.controls import CONTROL_NAMES

# What is told of the score itself, or by another name.
_TOLD = ("key", "tempo", "time_signature", "bars", "seed")


def piece_as_dict(piece: Piece, written: Written, image: Path | None) -> dict[str, Any]:
    """Everything about a composed piece, ready for JSON; None where something was not asked for.

    `seconds` is the playing time, `notes` counts both hands; `midi`, `score`, `roll` and `audio`
    are paths.
    """
    profile, controls, score = piece.profile, piece.controls, piece.score
    return {
        "midi": str(written.midi),
        "score": None if written.score is None else str(written.score),
        "roll": None if written.roll is None else str(written.roll),
        "audio": None if written.audio is None else str(written.audio),
        "image": None if image is None else str(image),
        "emotion": profile.emotion,
        "probabilities": profile.as_dict(),
        "valence": profile.valence,
        "arousal": profile.arousal,
        "expressed": {
            "probabilities": piece.expressed.as_dict(),
            "valence": piece.expressed.valence,
            "arousal": piece.expressed.arousal,
        },
        "key": str(score.key),
        "tempo": plain_number(score.tempos[0].bpm),
        "time_signature": str(score.time_signature),
        "bars": score.bars,
        "seed": piece.seed,
        "notes": len(score.notes),
        "seconds": round(score.seconds, 3),
        **{name: getattr(controls, name) for name in CONTROL_NAMES if name not in _TOLD},
        "sections": [section.name for section in score.sections],
    }


def piece_rows(piece: Piece) -> list[Row]:
    """A composed piece as the facts to print."""
    profile, controls, score = piece.profile, piece.controls, piece.score
    right, left = (len(score.hand(hand)) for hand in (Hand.RIGHT, Hand.LEFT))
    plane = f"valence {profile.valence:+.2f}, arousal {profile.arousal:+.2f}"
    return [
        Row("emotion", f"{profile.emotion} ({plane})"),
        Row("key", str(score.key)),
        Row("tempo", f"{score.tempos[0].bpm:g} bpm, {score.time_signature}"),
        Row("length", f"{score.bars} bars, {clock(score.seconds)}"),
        Row("form", ", ".join(section.name for section in score.sections)),
        Row("harmony", controls.chords or controls.harmony),
        Row("notes", f"{len(score.notes)} (right hand {right}, left hand {left})"),
        Row("seed", str(piece.seed)),
    ]


def file_rows(written: Written) -> list[Row]:
    """The files beside the MIDI file, as facts to print."""
    beside = (("score", written.score), ("roll", written.roll), ("audio", written.audio))
    return [Row(name, str(path)) for name, path in beside if path is not None]


def plain_number(value: float) -> float | int:
    """A whole number without its ``.0``, so that 72 and 72.0 read alike."""
    return int(value) if float(value).is_integer() else value


def clock(seconds: float) -> str:
    """Minutes and seconds, as in ``1:07``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
