"""`melodymuse continue`: a MIDI file in, the same with more bars in its manner out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import (
    destinations,
    feeling_options,
    file_options,
    midi_files,
    midi_options,
    terminal,
)
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.rendering import sound_for
from melodymuse.cli.reports import clock, file_rows, stages_as_dict
from melodymuse.cli.takes import Takes
from melodymuse.cli.terminal import Row
from melodymuse.music.score import Score
from melodymuse.outputs import DEFAULT_THEME
from melodymuse.planning.controls import DEFAULT_TEMPERATURE, LIMITS
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.extending import Extension

_DEFAULT_BARS = 8


@with_groups
def continue_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE.mid", help="The MIDI file to go on from, or - for standard input."
        ),
    ],
    image: feeling_options.Image = None,
    emotion: feeling_options.Emotion = None,
    valence: feeling_options.Valence = None,
    arousal: feeling_options.Arousal = None,
    bars: Annotated[
        int,
        typer.Option(metavar="NUMBER", help=f"Bars to add, 2 to {LIMITS['bars'][1]:g}."),
    ] = _DEFAULT_BARS,
    seed: midi_options.BarsSeed = None,
    temperature: midi_options.Temperature = DEFAULT_TEMPERATURE,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", help="The key of the new bars; the one of the last bars when not given."
        ),
    ] = None,
    no_close: Annotated[
        bool, typer.Option("--no-close", help="Leave the end open, without a close on the tonic.")
    ] = False,
    german: midi_options.German = False,
    max_copy: midi_options.MaxCopy = None,
    output: midi_options.PieceOutput = None,
    score: file_options.Score = None,
    roll: file_options.Roll = None,
    theme: file_options.Theme = DEFAULT_THEME,
    audio: file_options.Audio = None,
    soundfont: file_options.Soundfont = None,
    chord_track: file_options.ChordTrack = False,
    force: midi_options.Force = False,
    as_json: midi_options.AsJson = False,
    *,
    takes: Takes,
    given: midi_options.PianoSource,
) -> int:
    """Add bars to a MIDI file, in the manner of its last ones.

    What is there stays as it is, every event of every track.  The new notes go to the piano's own
    tracks from the last bar line on, in the metre, the key and the tempo that the music has there;
    a picture or an emotion turns them that way.
    """
    from melodymuse import api

    first = takes.check(seed)
    streams = midi_files.streams(file, output)
    midi_files.check_one(streams, takes=takes.takes, as_json=as_json)
    files = destinations.Destinations.of(
        None if streams else output, score, roll, audio, theme=theme, force=force
    )
    files.check(takes.takes)
    sound = sound_for(files.audio, soundfont)
    wished, said = midi_options.key_of(key, german=german), given.said()
    with stage_times() as reading, stage("read"):
        document = given.read(file)
    feeling = feeling_options.feeling(
        feeling_options.seen_in(image, safe=given.safe), emotion, valence, arousal
    )

    def composed(one: int) -> Extension:
        return api.extend(
            document,
            bars,
            seed=one,
            temperature=temperature,
            feeling=feeling,
            key=wished,
            closes=not no_close,
            chord_track=chord_track,
            max_copy=max_copy,
            **said,
        )

    for take, (longer, times) in enumerate(takes.composed(first, composed), 1):
        if take == 1 and longer.tail.is_free:
            terminal.complain(
                f"{file}: played freely, not to the file's bar lines: the new bars keep to those; "
                "--beats estimate lays others"
            )
        if streams:
            midi_files.write(None, longer.document, force=force)
            continue
        whole = longer.score
        stem = f"{midi_files.stem_of(file)}-continued"
        written = files.write(whole, stem, take, sound=sound, midi=longer.document.to_bytes())
        if as_json:
            stages = stages_as_dict({**reading, **times})
            facts = _facts(file, longer, whole, bars)
            terminal.say_json({**written.as_dict(), **facts, **stages})
        else:
            rows = [*_rows(longer, whole, bars), *file_rows(written)]
            terminal.say_table(str(written.first), rows)
    return 0


def _facts(file: str, longer: Extension, whole: Score, added: int) -> dict[str, object]:
    return {
        "source": file,
        **whole.as_dict(),
        "time_signature": str(longer.tail.bars.metre),
        "bars": longer.tail.bars.count + added,
        "added_bars": added,
        "added_notes": longer.new_notes,
        "free": longer.tail.is_free,
        "seed": longer.seed,
    }


def _rows(longer: Extension, whole: Score, added: int) -> list[Row]:
    """A continued piece as the facts to print."""
    total = longer.tail.bars.count + added
    places = dict.fromkeys(longer.tail.places.values())
    where = ", ".join(f"track {track}, channel {channel + 1}" for track, channel in places)
    return [
        Row("key", str(whole.key)),
        Row("tempo", f"{whole.tempos[0].bpm:g} bpm, {longer.tail.bars.metre}"),
        Row("length", f"{total} bars ({added} added), {clock(whole.seconds)}"),
        Row("notes", f"{len(whole.notes)} ({longer.new_notes} added)"),
        Row("written to", where),
        Row("seed", str(longer.seed)),
    ]
