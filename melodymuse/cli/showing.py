"""`melodymuse demo`: the whole way from a photograph to a piece, offline, in one word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.analyzing import rows_of
from melodymuse.cli.reports import piece_rows
from melodymuse.cli.terminal import Row


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the files go; made if need be.")
    ] = Path("demo"),
) -> int:
    """Compose from a photograph that comes along, and say how.

    Writes a MIDI file, a printed score and a picture of the notes.
    """
    from melodymuse.demo import run_demo

    with terminal.waiting("looking and composing"):
        made = run_demo(folder)
    if made.piece.analysis is not None:
        terminal.say_table(f"Saw {made.piece.analysis.name}", rows_of(made.piece.analysis))
    terminal.say_table("Composed", piece_rows(made.piece))
    terminal.say_table("Wrote", [Row(path.suffix[1:], str(path)) for path in made.paths])
    return 0
