"""`melodymuse continue`: a MIDI file in, the same with more bars in its manner out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import destinations, file_options, terminal
from melodymuse.cli.rendering import sound_for
from melodymuse.cli.reports import clock, file_rows, stages_as_dict
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.cli.terminal import Row
from melodymuse.music.score import Score
from melodymuse.outputs import DEFAULT_THEME
from melodymuse.planning.controls import CONTROLS, DEFAULT_TEMPERATURE, LIMITS
from melodymuse.stages import stage, stage_times

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
            help="The MIDI file, or another (.pdf, .wav ...) in its place, or the folder for it; "
            "without it a name in this folder that is not taken, made of the file's own.",
        ),
    ] = None,
    score: file_options.Score = None,
    roll: file_options.Roll = None,
    theme: file_options.Theme = DEFAULT_THEME,
    audio: file_options.Audio = None,
    soundfont: file_options.Soundfont = None,
    chord_track: file_options.ChordTrack = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    safe: Safe = False,
) -> int:
    """Add bars to a MIDI file, in the manner of those it has.

    What is there stays as it is, note by note; the new bars take up its themes and close on its
    tonic.
    """
    from melodymuse import api
    from melodymuse.midi.reader import read_midi

    files = destinations.Destinations.of(
        output, score, roll, audio, theme=theme, force=force, chord_track=chord_track
    )
    files.check(1)
    sound = sound_for(files.audio, soundfont)
    chosen = api.draw_seed() if seed is None else seed
    with terminal.waiting("composing"), stage_times() as times:
        with stage("read"):
            opening = reader(read_midi, safe=safe)(file)
        longer = api.continue_score(opening, bars, seed=chosen, temperature=temperature)
        written = files.write(longer, f"{file.stem}-continued", sound=sound)
    if as_json:
        added = {
            "added_bars": longer.bars - opening.bars,
            "added_notes": len(longer.notes) - len(opening.notes),
        }
        facts = {"source": str(file), **longer.as_dict(), **added, "seed": chosen}
        terminal.say_json({**written.as_dict(), **facts, **stages_as_dict(times)})
    else:
        rows = [*_rows(opening, longer, chosen), *file_rows(written)]
        terminal.say_table(str(written.first), rows)
    return 0


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
