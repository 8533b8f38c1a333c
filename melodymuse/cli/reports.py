"""What is told about a piece: as JSON for programs, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from melodymuse.cli.destinations import Written
from melodymuse.cli.terminal import Row
from melodymuse.music.grid import GRID_PER_QUARTER, METRES
from melodymuse.music.score import Hand, Score
from melodymuse.piece import Piece
from melodymuse.planning.arc import THEN
from melodymuse.planning.controls import LIMITS
from melodymuse.planning.sayings import is_share


def piece_as_dict(piece: Piece, written: Written, image: Path | None) -> dict[str, Any]:
    """Everything about a composed piece and its files, ready for JSON."""
    return {
        **written.as_dict(),
        "image": None if image is None else str(image),
        **piece.as_dict(),
    }


def stages_as_dict(times: Mapping[str, float]) -> dict[str, Any]:
    """How long the stages took, in seconds, ready for JSON under the key ``stages``."""
    return {"stages": {name: round(seconds, 4) for name, seconds in times.items()}}


def piece_rows(piece: Piece) -> list[Row]:
    """A composed piece as the facts to print."""
    profile, controls, score = piece.profile, piece.controls, piece.score
    right, left = (len(score.hand(hand)) for hand in (Hand.RIGHT, Hand.LEFT))
    plane = f"valence {profile.valence:+.2f}, arousal {profile.arousal:+.2f}"
    return [
        Row("emotion", f"{profile.emotion} ({plane})"),
        *([Row("arc", _along(piece))] if piece.plan.arc else []),
        *([Row("like", piece.plan.like)] if piece.plan.like else []),
        Row("key", str(score.key)),
        Row("tempo", tempo_told(score)),
        Row("length", f"{score.bars} bars, {clock(score.seconds)}"),
        Row("form", ", ".join(section.name for section in score.sections)),
        Row("harmony", controls.chords or controls.harmony),
        Row("notes", f"{len(score.notes)} (right hand {right}, left hand {left})"),
        Row("seed", str(piece.seed)),
    ]


def tempo_told(score: Score) -> str:
    """The tempo in quarter notes; in what is counted, too, where that is another note."""
    bpm, metre = score.tempos[0].bpm, METRES.get(str(score.time_signature))
    told = f"{bpm:g} bpm, {score.time_signature}"
    if metre is None or metre.beat_steps == GRID_PER_QUARTER:
        return told
    counted = bpm * GRID_PER_QUARTER / metre.beat_steps
    return f"{told}: {bpm:g} quarters or {counted:.3g} dotted quarters a minute"


def missed_wishes(piece: Piece, wishes: Mapping[str, Any]) -> dict[str, tuple[float | str, float]]:
    """What was asked for and is not reached, or only as far as a control goes: name -> both."""
    from melodymuse.writing.reached import unreached

    controls = piece.controls
    stopped = {
        name: (wish, value)
        for name, wish in wishes.items()
        # Nothing is what -100% asks for, and what any share of nothing is.
        if is_share(wish) and (value := getattr(controls, name)) and value in LIMITS[name]
    }
    said = [name for name, wish in wishes.items() if wish is not None]
    return {**stopped, **unreached(piece.score, controls, said)}


def missed_rows(missed: Mapping[str, tuple[float | str, float]]) -> list[Row]:
    """What is not reached, as facts to print."""
    return [
        Row(name.replace("_", " "), f"{_number(asked)} asked, {had:.3g} reached")
        for name, (asked, had) in missed.items()
    ]


def _number(asked: float | str) -> str:
    return asked if isinstance(asked, str) else f"{asked:g}"


def _along(piece: Piece) -> str:
    """The feelings of an arc, each with its first bar, its mode and its tempo."""
    return f" {THEN} ".join(
        f"{stretch.name} (bar {stretch.start + 1}, {stretch.controls.key.mode}, "
        f"{stretch.controls.tempo:g} bpm)"
        for stretch in piece.plan.arc
    )


def file_rows(written: Written) -> list[Row]:
    """The files beside the first, as facts to print."""
    return [Row(kind, str(path)) for kind, path in written.files.items() if path != written.first]


def clock(seconds: float) -> str:
    """Minutes and seconds, as in ``1:07``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
