"""`melodymuse describe`: a MIDI file in spoken words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.errors import LimitError, MidiError

_BAD_INPUT = 2


def describe(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.mid", help="MIDI files.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each file.")
    ] = False,
    safe: Safe = False,
) -> int:
    """Tell a piece in plain sentences, as a screen reader can say them: origin, form, each part.

    Exit status 2 where a file cannot be read.
    """
    from melodymuse.describing import describe as told
    from melodymuse.midi.reader import read_midi

    status = 0
    for file in files:
        try:
            sentences = told(reader(read_midi, safe=safe)(file))
        except (MidiError, LimitError) as error:
            terminal.complain(str(error))
            status = _BAD_INPUT
            continue
        if as_json:
            terminal.say_json({"path": str(file), "sentences": list(sentences)})
        else:
            for sentence in sentences:
                terminal.say(sentence)
    return status
