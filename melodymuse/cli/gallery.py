"""`melodymuse gallery`: pictures in, a room in which they play out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.terminal import Row
from melodymuse.example_pictures import EXAMPLES


def gallery(
    pictures: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE...",
            help=f"The pictures, in the order in which they hang; for a try {', '.join(EXAMPLES)}.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="The folder; it must not exist."),
    ] = Path("gallery"),
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="The page's heading.")
    ] = "A gallery that plays",
    bars: Annotated[int, typer.Option(metavar="NUMBER", help="Of each piece.")] = 16,
    seed: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Of the first piece; drawn and told when not given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Hang pictures in a room where each plays its piece as one stands before it.

    The folder works from a disk, a stick or any web server, and asks for nothing from elsewhere.
    """
    from melodymuse.asking import draw_seed
    from melodymuse.gallery.making import make_gallery

    chosen = draw_seed() if seed is None else seed
    with terminal.waiting(f"composing for {len(pictures)} pictures"):
        page = make_gallery(pictures, output, title=title, seed=chosen, bars=bars)
    if as_json:
        terminal.say_json({"page": str(page), "pictures": len(pictures), "seed": chosen})
    else:
        terminal.say_table(
            str(page), [Row("pictures", str(len(pictures))), Row("seed", str(chosen))]
        )
    return 0
