"""`melodymuse reroll`: some bars of a MIDI file written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError
from melodymuse.planning.controls import CONTROLS, DEFAULT_TEMPERATURE

if TYPE_CHECKING:
    from melodymuse.rerolling import Reroll

_HANDS = ("right", "left")


@with_groups
def reroll(
    file: Annotated[
        str, typer.Argument(metavar="FILE.mid", help="The MIDI file, or - for standard input.")
    ],
    bars: Annotated[
        str,
        typer.Option(
            "--bars", "--range", metavar="BARS", help="The bars to write anew: 5-8, or 5."
        ),
    ],
    hand: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="right or left: this hand alone, on the chords that are there."
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="melody, chords, rhythm or bass: what stays of the bars; may be said several "
            "times, or as melody,bass.",
        ),
    ] = None,
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
    """Write some bars of a MIDI file anew, so that they lead into what follows.

    The new bars take the old ones' place: as dense, as high and as loud, and like the bars that
    those resembled.  Every other note, and every event that is no note, stays as it was.
    """
    from melodymuse import api
    from melodymuse.music.score import Hand

    first, last = midi_files.bars_named("--bars", bars)
    if hand is not None and hand not in _HANDS:
        raise ControlError(f"unknown hand '{hand}': use {' or '.join(_HANDS)}")
    first_seed = takes.check(seed)
    wished, said = midi_files.key_of(key, german=german), source.said()
    paths = [
        midi_files.place(file, output, "rerolled", force=force, take=take)
        for take in range(1, takes.takes + 1)
    ]
    midi_files.check_one(midi_files.streams(file, output), takes=takes.takes, as_json=as_json)
    document = source.read(file)

    def composed(one: int) -> Reroll:
        return api.reroll(
            document,
            first,
            last,
            seed=one,
            temperature=temperature,
            hand=None if hand is None else Hand(hand),
            keep=[word.strip() for words in keep or () for word in words.split(",")],
            key=wished,
            max_copy=max_copy,
            **said,
        )

    for path, (anew, _) in zip(paths, takes.composed(first_seed, composed), strict=True):
        written = midi_files.write(path, anew.document, force=force, output=output)
        if as_json:
            terminal.say_json(
                {
                    "midi": str(written),
                    "source": file,
                    "bars": [first, last],
                    "key": str(anew.key),
                    "removed_notes": anew.removed,
                    "added_notes": anew.added,
                    "seed": anew.seed,
                }
            )
        elif written is not None:
            rows = [
                Row("bars", f"{first} to {last}"),
                Row("key", str(anew.key)),
                Row("notes", f"{anew.added} in the place of {anew.removed}"),
                Row("seed", str(anew.seed)),
            ]
            terminal.say_table(str(written), rows)
    return 0
