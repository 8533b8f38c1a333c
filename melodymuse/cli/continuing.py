"""`melodymuse continue`: a MIDI file in, the same with more bars in its manner out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from melodymuse.cli import destinations, terminal
from melodymuse.cli.reports import clock, plain_number
from melodymuse.cli.terminal import Row
from melodymuse.files import unused_path
from melodymuse.music.score import Score
from melodymuse.planning.controls import CONTROLS, DEFAULT_TEMPERATURE, LIMITS

_DEFAULT_BARS = 8


def continue_(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="The MIDI file to go on from.")],
    bars: Annotated[
        int,
        typer.Option(metavar="NUMBER", help=f"Bars to add, 2 to {LIMITS['bars'][1]:g}."),
    ] = _DEFAULT_BARS,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Same seed, same bars: a whole number from 0; drawn and told when not given.",
        ),
    ] = None,
    temperature: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help=CONTROLS["temperature"].help,
        ),
    ] = DEFAULT_TEMPERATURE,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE_OR_DIR",
            help="The MIDI file, or the folder for it; without it a name in this folder that is "
            "not taken, made of the file's own.",
        ),
    ] = None,
    chord_track: Annotated[
        bool,
        typer.Option(
            "--chord-track",
            help="Put the chords, as block chords, on a third track of the MIDI file.",
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Add bars to a MIDI file, in the manner of those it has.

    What is there stays as it is, note by note; the new bars take up its themes and close on its
    tonic.
    """
    from melodymuse.api import draw_seed
    from melodymuse.midi.reader import read_midi
    from melodymuse.midi.writer import write_midi
    from melodymuse.writing.continuing import continue_score

    files = destinations.Destinations.of(output, None, None, force=force)
    files.check(1)
    opening = read_midi(file)
    chosen = draw_seed() if seed is None else seed
    with terminal.waiting("composing"):
        longer = continue_score(opening, bars, seed=chosen, temperature=temperature)
    target = files.midi
    if target is None:
        files.folder.mkdir(parents=True, exist_ok=True)
        target = unused_path(files.folder / f"{file.stem}-continued.mid")
    write_midi(longer, target, chord_track=chord_track, overwrite=force)
    if as_json:
        terminal.say_json(_as_dict(target, file, opening, longer, chosen))
    else:
        terminal.say_table(str(target), _rows(opening, longer, chosen))
    return 0


def _as_dict(target: Path, file: Path, opening: Score, longer: Score, seed: int) -> dict[str, Any]:
    """Everything about a continued piece, ready for JSON; `notes` and `seconds` are of the whole
    piece, `added_*` of what is new."""
    return {
        "midi": str(target),
        "source": str(file),
        "key": str(longer.key),
        "tempo": plain_number(longer.tempos[0].bpm),
        "time_signature": str(longer.time_signature),
        "bars": longer.bars,
        "added_bars": longer.bars - opening.bars,
        "notes": len(longer.notes),
        "added_notes": len(longer.notes) - len(opening.notes),
        "seconds": round(longer.seconds, 3),
        "seed": seed,
    }


def _rows(opening: Score, longer: Score, seed: int) -> list[Row]:
    """A continued piece as the facts to print."""
    bars, notes = longer.bars - opening.bars, len(longer.notes) - len(opening.notes)
    return [
        Row("key", str(longer.key)),
        Row("tempo", f"{longer.tempos[0].bpm:g} bpm, {longer.time_signature}"),
        Row("length", f"{longer.bars} bars ({bars} added), {clock(longer.seconds)}"),
        Row("notes", f"{len(longer.notes)} ({notes} added)"),
        Row("seed", str(seed)),
    ]
