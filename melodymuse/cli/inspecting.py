"""`melodymuse inspect`: what a DAW user asks of a MIDI file, what is wrong with it, and what would
be done otherwise in this house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_files, midi_options, terminal
from melodymuse.cli.reports import clock, stages_as_dict
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.cli.terminal import Row
from melodymuse.errors import LimitError, MidiError
from melodymuse.music.score import plain_number
from melodymuse.plain_text import shortened
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.midi.inspection import Inspection, TrackReport
    from melodymuse.writing.originality import Originality

_LONGEST_TEXT = 2000  # characters shown of a text in a file; our own has some 500
_FAULT, _BAD_INPUT = 1, 2


def inspect(
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
    """Say what is in a MIDI file, and what in it a DAW would trip over.

    Exit status 1 where something is wrong (hanging notes, keys struck while they sound, a pedal
    that is never released, damage), 2 where a file cannot be read.  Where a file merely differs
    from MelodyMuse's own layout, or two voices of a track strike one key at once, that is told, and
    the status is 0.
    """
    from melodymuse.inspecting import look_into

    statuses = [0]
    for file in files:
        try:
            with stage_times() as times, stage("inspect"):
                found, shared = reader(look_into, safe=safe)(
                    midi_files.source_of(file), file, encoding or ""
                )
        except (MidiError, LimitError) as error:
            terminal.complain(str(error))
            statuses.append(_BAD_INPUT)
            continue
        if found.faults:
            statuses.append(_FAULT)
        if as_json:
            facts = found.as_dict() | {"originality": shared.as_dict()}
            terminal.say_json(facts | stages_as_dict(times))
        else:
            terminal.say_table(found.path, rows_of(found, shared))
    return max(statuses)


def rows_of(found: Inspection, shared: Originality | None = None) -> list[Row]:
    """An inspection as the facts to print: the piece, its tracks, what it shares with the training
    music, what is broken."""
    chords = ", ".join(name for _, name in found.chords)
    sections = ", ".join(f"{name} at bar {bar:g}" for bar, name in found.sections)
    rows = [
        Row("title", found.title),
        Row("format", f"{found.format}, {found.ticks_per_quarter:g} ticks a quarter"),
        Row("length", f"{_bars(found)}, {clock(found.seconds)}"),
        Row("key", _key(found)),
        Row("tempo", _tempo(found.tempos)),
        Row("notes", str(found.notes)),
        Row("sections", sections),
        Row("chords", chords),
        *(Row("text", shortened(text, _LONGEST_TEXT)) for text in found.texts),
        *(Row(f"track {index}", _track(track)) for index, track in enumerate(found.tracks)),
        Row("played", "freely, not to the file's bar lines" if found.free else ""),
        Row("originality", "" if shared is None else str(shared)),
        *(Row("fault", fault) for fault in found.faults),
        *(Row("style", str(breach)) for breach in found.breaches if not breach.is_fault),
    ]
    if not found.breaches and not found.faults:
        rows.append(Row("conventions", "all kept"))
    return [row for row in rows if row.value]


def _bars(found: Inspection) -> str:
    """How many bars of which metres, and the upbeat."""
    later = [f"{metre} from bar {bar:g}" for bar, metre in found.metres if bar > 1]
    begins = [metre for bar, metre in found.metres if bar <= 1]
    metres = ", ".join([begins[-1], *later]) if begins else found.time_signature
    upbeat = f" after a pickup of {found.pickup:g} quarters" if found.pickup else ""
    return f"{found.bars} bars of {metres}{upbeat}"


def _key(found: Inspection) -> str:
    """The key that is stated, and the one that is heard where that is another."""
    if found.key is None:
        return f"not stated, sounds like {found.estimated_key}"
    if found.key != found.estimated_key:
        return f"{found.key}, sounds like {found.estimated_key}"
    return found.key


def _tempo(tempos: Sequence[tuple[float, float]]) -> str:
    """The tempo at the beginning, and of many how far they range."""
    numbers = [plain_number(round(bpm, 2)) for _, bpm in tempos]
    first = f"{numbers[0]:g} bpm"
    if len(numbers) == 1:
        return first
    return f"{first}, {len(numbers)} marks from {min(numbers):g} to {max(numbers):g}"


def _track(track: TrackReport) -> str:
    facts = [track.name] if track.name else []
    if track.notes:
        facts.append(f"{track.notes} notes, {track.lowest} to {track.highest}")
        facts.append(f"velocities {track.softest} to {track.loudest}")
    if track.channels:
        facts.append("channel " + ", ".join(str(channel) for channel in track.channels))
    if track.programs:
        facts.append("program " + ", ".join(str(program) for program in track.programs))
    return "; ".join(facts) or "empty"
