"""`melodymuse insert`: new bars in the midst of a MIDI file."""

from __future__ import annotations

from typing import Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.safe_option import Safe
from melodymuse.cli.terminal import Row
from melodymuse.planning.controls import CONTROLS, DEFAULT_TEMPERATURE

_DEFAULT_BARS = 4


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
    takes: midi_files.Takes = 1,
    track: midi_files.PianoTracks = None,
    hands: midi_files.Hands = None,
    pickup: midi_files.Pickup = None,
    output: midi_files.Output = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each take.")
    ] = False,
    safe: Safe = False,
) -> int:
    """Put new bars into the midst of a MIDI file, so that they lead into what follows.

    Everything behind them moves, on every track, with its tempo, metre and key; nothing else
    changes.  The other instruments are silent in them.
    """
    from melodymuse import api
    from melodymuse.music.theory import Key

    midi_files.check_takes(takes)
    wished = None if key is None else Key.parse(key)
    players, upbeat = midi_files.two_tracks(hands), midi_files.upbeat_of(pickup)
    paths = [
        midi_files.place(file, output, "inserted", force=force, take=take)
        for take in range(1, takes + 1)
    ]
    midi_files.check_one(midi_files.streams(file, output), takes=takes, as_json=as_json)
    document = midi_files.read(file, safe=safe)
    chosen = api.draw_seed() if seed is None else seed
    for take, path in enumerate(paths):
        with terminal.waiting("composing"):
            longer = api.insert(
                document,
                after,
                bars,
                seed=chosen + take,
                temperature=temperature,
                key=wished,
                tracks=track or (),
                hands=players,
                pickup=upbeat,
            )
        path = midi_files.write(path, longer.document, force=force, output=output)
        if as_json:
            terminal.say_json(
                {
                    "midi": str(path),
                    "source": file,
                    "bars": [longer.first, longer.last],
                    "key": str(longer.key),
                    "added_notes": longer.added,
                    "seed": longer.seed,
                }
            )
        elif path is not None:
            rows = [
                Row("bars", f"{longer.first} to {longer.last}"),
                Row("key", str(longer.key)),
                Row("notes", str(longer.added)),
                Row("seed", str(longer.seed)),
            ]
            terminal.say_table(str(path), rows)
    return 0
