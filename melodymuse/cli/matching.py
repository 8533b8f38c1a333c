"""`melodymuse match`: the music of a folder that fits a picture, or its pictures for a piece."""

from __future__ import annotations

from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.safe_option import Safe, picture_reader, reader
from melodymuse.cli.terminal import Row


def match(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="A picture, or a MIDI or sound file.")
    ],
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Music for a picture; pictures for music.")
    ],
    top: Annotated[
        int, typer.Option("--top", min=1, max=1000, help="How many files to tell.")
    ] = 10,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each file.")
    ] = False,
    safe: Safe = False,
) -> int:
    """Rank the music of a folder by how well it fits a picture, or its pictures for a piece.

    Feeling decides, as it is felt in the picture and heard in the music; light and height, detail
    and the number of notes stand beside.  What is known of the folder is kept in a hidden file in
    it, and renewed for files that have changed, and with a new eye or ear.  Files that cannot be
    read are told once.
    """
    from melodymuse.api import engine
    from melodymuse.hearing import hear
    from melodymuse.matching import match as matched

    with terminal.waiting(f"looking through {folder}"):
        found = matched(
            query,
            folder,
            engine=engine,
            most=top,
            open_picture=picture_reader(safe=safe),
            hear=reader(hear, safe=safe),
            complain=terminal.complain,
        )
    if as_json:
        for each in found:
            terminal.say_json({"path": str(each.path), "fit": each.fit, "why": each.why})
    else:
        terminal.say_table(
            query, [Row(f"{each.fit:.2f}", f"{each.path}  {each.why}") for each in found]
        )
    return 0
