"""`melodymuse inspect`: what a DAW user asks of a MIDI file, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import terminal


def inspect(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.mid", help="MIDI files.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each file.")
    ] = False,
) -> int:
    """Say what is in a MIDI file, and what in it a DAW would trip over.

    Checks the conventions of editable piano MIDI.  Exit status 1 where one is broken, 2 where a file cannot be read.
    """
    terminal.say("")
    return 0
