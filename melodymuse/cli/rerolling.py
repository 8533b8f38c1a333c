"""`melodymuse reroll`: some bars of a MIDI file written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_options
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.takes import Takes
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError
from melodymuse.planning.controls import DEFAULT_TEMPERATURE

if TYPE_CHECKING:
    from melodymuse.midi.document import Document
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
    """Write some bars of a MIDI file anew, so that they lead into what follows.

    The new bars take the old ones' place: as dense, as high and as loud, and like the bars that
    those resembled.  Every other note, and every event that is no note, stays as it was.
    """
    from melodymuse import api
    from melodymuse.music.score import Hand

    first, last = midi_options.bars_named("--bars", bars)
    if hand is not None and hand not in _HANDS:
        raise ControlError(f"unknown hand '{hand}': use {' or '.join(_HANDS)}")
    wished, said = midi_options.key_of(key, german=german), source.said()

    def composed(document: Document, one: int) -> Reroll:
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

    def told(anew: Reroll) -> tuple[dict[str, object], list[Row]]:
        facts = {
            "bars": [first, last],
            "key": str(anew.key),
            "removed_notes": anew.removed,
            "added_notes": anew.added,
        }
        rows = [
            Row("bars", f"{first} to {last}"),
            Row("key", str(anew.key)),
            Row("notes", f"{anew.added} in the place of {anew.removed}"),
        ]
        return facts, rows

    return takes.written(
        (file, output, "rerolled"), composed, told, source=source, seed=seed, force=force,
        as_json=as_json,
    )  # fmt: skip
