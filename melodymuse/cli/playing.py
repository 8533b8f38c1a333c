"""`melodymuse play`: a MIDI file to be heard, through a soundfont or an instrument."""

from __future__ import annotations

from typing import Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.reports import clock
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.cli.terminal import Row
from melodymuse.errors import AudioError


def play(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE.mid", help="The MIDI file to play, or - for standard input."),
    ] = None,
    port: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The MIDI port of an instrument or a program, or a part of its name; without it "
            "a soundfont plays.",
        ),
    ] = None,
    ports: Annotated[
        bool, typer.Option("--ports", help="Tell the MIDI ports that there are, and stop.")
    ] = False,
    soundfont: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FILE",
            help="The instrument without --port: 'melodymuse soundfonts' lists them.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    safe: Safe = False,
) -> int:
    """Play a MIDI file: through a soundfont, or with --port on an instrument.

    On an instrument every event comes at its time; after the last one, and on Ctrl-C, all keys are
    let go and all controllers put back.
    """
    from melodymuse.audio.timeline import read_timeline

    if ports:
        _tell_ports(as_json)
        return 0
    if file is None:
        raise AudioError("nothing to play: name a MIDI file, or - for standard input")
    if port is not None and soundfont is not None:
        raise AudioError("--port plays on an instrument of its own: leave out --soundfont")
    timeline = reader(read_timeline, safe=safe)(midi_files.source_of(file))
    if port is None:
        from melodymuse.audio.playing import find_player
        from melodymuse.audio.playing import play as let_hear
        from melodymuse.audio.rendering import Sound, render

        sound = Sound(soundfont=soundfont)
        find_player()
        with terminal.waiting(f"preparing {file}"):
            rendering = render(timeline, sound)
        let_hear(rendering)
        facts: dict[str, object] = {"engine": rendering.engine}
        rows = [Row("engine", rendering.engine)]
    else:
        from melodymuse.audio.performing import perform
        from melodymuse.audio.ports import open_port

        with open_port(port) as instrument:
            played = perform(timeline.events, instrument)
        facts = {
            "port": instrument.name,
            "events": played.events,
            "latest_ms": round(1000 * played.latest, 3),
            "median_ms": round(1000 * played.median, 3),
        }
        late = (
            f"{1000 * played.latest:.1f} ms late at most, half of them {1000 * played.median:.2f}"
        )
        rows = [Row("port", instrument.name), Row("events", f"{played.events}, {late}")]
    if as_json:
        terminal.say_json({"midi": file, "seconds": round(timeline.seconds, 3), **facts})
    else:
        terminal.say_table(file, [Row("length", clock(timeline.seconds)), *rows])
    return 0


def _tell_ports(as_json: bool) -> None:
    from melodymuse.audio.ports import port_names

    names = port_names()
    if as_json:
        terminal.say_json({"ports": list(names)})
    elif names:
        for name in names:
            terminal.say(name)
    else:
        terminal.say("no MIDI port: connect an instrument, or start a program that has one")
