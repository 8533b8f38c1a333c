"""`melodymuse describe`: a MIDI file in spoken words."""

from __future__ import annotations

from typing import Annotated

import typer

from melodymuse.cli import midi_files, midi_options, terminal
from melodymuse.cli.safe_option import Safe
from melodymuse.errors import LimitError, MidiError

_BAD_INPUT = 2


def describe(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE.mid", help="MIDI files, or - for standard input."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each file.")
    ] = False,
    encoding: midi_options.Encoding = None,
    safe: Safe = False,
) -> int:
    """Tell a piece in plain sentences, as a screen reader can say them: origin, form, each part.

    Exit status 2 where a file cannot be read.
    """
    from melodymuse.describing import describe as told
    from melodymuse.midi.reader import score_of

    status = 0
    for file in files:
        try:
            document = midi_files.read(file, safe=safe, encoding=encoding)
            sentences = told(score_of(document))
        except (MidiError, LimitError) as error:
            terminal.complain(str(error))
            status = _BAD_INPUT
            continue
        if as_json:
            terminal.say_json({"path": file, "sentences": list(sentences)})
        else:
            for sentence in sentences:
                terminal.say(sentence)
    return status
