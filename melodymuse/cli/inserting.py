"""`melodymuse insert`: new bars in the midst of a MIDI file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_options
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.takes import Takes
from melodymuse.cli.terminal import Row
from melodymuse.planning.controls import DEFAULT_TEMPERATURE

if TYPE_CHECKING:
    from melodymuse.inserting import Insertion
    from melodymuse.midi.document import Document

_DEFAULT_BARS = 4


@with_groups
def insert(
    file: Annotated[
        str, typer.Argument(metavar="FILE.mid", help="The MIDI file, or - for standard input.")
    ],
    after: Annotated[
        int, typer.Option(metavar="BAR", help="The bar behind which the new ones come.")
    ],
    bars: Annotated[
        int, typer.Option(metavar="NUMBER", help="Bars to insert, 1 to 64.")
    ] = _DEFAULT_BARS,
    seed: midi_options.BarsSeed = None,
    temperature: midi_options.Temperature = DEFAULT_TEMPERATURE,
    key: midi_options.KeyAround = None,
    german: midi_options.German = False,
    max_copy: midi_options.MaxCopy = None,
    output: midi_options.Output = None,
    force: midi_options.Force = False,
    as_json: midi_options.AsJson = False,
    *,
    takes: Takes,
    source: midi_options.PianoSource,
) -> int:
    """Put new bars into the midst of a MIDI file, so that they lead into what follows.

    Everything behind them moves, on every track, with its tempo, metre and key; nothing else
    changes.  The other instruments are silent in them.
    """
    from melodymuse import api

    wished, said = midi_options.key_of(key, german=german), source.said()

    def composed(document: Document, one: int) -> Insertion:
        return api.insert(
            document,
            after,
            bars,
            seed=one,
            temperature=temperature,
            key=wished,
            max_copy=max_copy,
            **said,
        )

    return takes.written(
        (file, output, "inserted"), composed, _told, source=source, seed=seed, force=force,
        as_json=as_json,
    )  # fmt: skip


def _told(longer: Insertion) -> tuple[dict[str, object], list[Row]]:
    first, last, key = longer.first, longer.last, str(longer.key)
    facts = {"bars": [first, last], "key": key, "added_notes": longer.added}
    rows = [Row("bars", f"{first} to {last}"), Row("key", key), Row("notes", str(longer.added))]
    return facts, rows
