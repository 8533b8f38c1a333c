"""`melodymuse insert`: new bars in the midst of a MIDI file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.terminal import Row
from melodymuse.planning.controls import CONTROLS, DEFAULT_TEMPERATURE

if TYPE_CHECKING:
    from melodymuse.inserting import Insertion

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
    seed: midi_files.BarsSeed = None,
    temperature: Annotated[
        float, typer.Option(metavar="NUMBER", help=CONTROLS["temperature"].help)
    ] = DEFAULT_TEMPERATURE,
    key: midi_files.KeyAround = None,
    german: midi_files.German = False,
    max_copy: midi_files.MaxCopy = None,
    output: midi_files.Output = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each take.")
    ] = False,
    *,
    takes: midi_files.Takes,
    source: midi_files.PianoSource,
) -> int:
    """Put new bars into the midst of a MIDI file, so that they lead into what follows.

    Everything behind them moves, on every track, with its tempo, metre and key; nothing else
    changes.  The other instruments are silent in them.
    """
    from melodymuse import api

    first_seed = takes.check(seed)
    wished, said = midi_files.key_of(key, german=german), source.said()
    paths = [
        midi_files.place(file, output, "inserted", force=force, take=take)
        for take in range(1, takes.takes + 1)
    ]
    midi_files.check_one(midi_files.streams(file, output), takes=takes.takes, as_json=as_json)
    document = source.read(file)

    def composed(one: int) -> Insertion:
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

    for path, (longer, _) in zip(paths, takes.composed(first_seed, composed), strict=True):
        written = midi_files.write(path, longer.document, force=force, output=output)
        if as_json:
            terminal.say_json(
                {
                    "midi": str(written),
                    "source": file,
                    "bars": [longer.first, longer.last],
                    "key": str(longer.key),
                    "added_notes": longer.added,
                    "seed": longer.seed,
                }
            )
        elif written is not None:
            rows = [
                Row("bars", f"{longer.first} to {longer.last}"),
                Row("key", str(longer.key)),
                Row("notes", str(longer.added)),
                Row("seed", str(longer.seed)),
            ]
            terminal.say_table(str(written), rows)
    return 0
