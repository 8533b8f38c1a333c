"""`melodymuse render`: a MIDI file as sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.reports import clock, stages_as_dict
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.cli.terminal import Row
from melodymuse.errors import AudioError, OutputError
from melodymuse.files import at_unused_path
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.audio import Rendering, Sound

_DEFAULT_SUFFIX = ".wav"


def render(
    midi: Annotated[
        str,
        typer.Argument(metavar="IN.mid", help="The MIDI file to play, or - for standard input."),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The sound file: .wav, .flac, .ogg or .mp3, or - for a WAV on standard output; "
            "without it a .wav beside the MIDI file, under a name that is not taken.",
        ),
    ] = None,
    soundfont: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FILE",
            help="The instrument: an .sf2 or .sf3 file, or a name that 'melodymuse soundfonts' "
            "lists.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="auto, fluidsynth, fluidsynth-wheel or tinysoundfont; 'melodymuse doctor' says "
            "which are there.",
        ),
    ] = "auto",
    rate: Annotated[int, typer.Option(metavar="NUMBER", help="Frames a second.")] = 44100,
    loudness: Annotated[
        float,
        typer.Option(
            metavar="NUMBER", help="LUFS to reach, -40 to -8; true peaks stay under -1 dB."
        ),
    ] = -16.0,
    reverb: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="From 0 to 1; 0.7 when not given.")
    ] = None,
    tail: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="How long the last notes ring on, fading."),
    ] = 2.5,
    loop: Annotated[
        bool,
        typer.Option(
            "--loop",
            help="Cut it at the end to the frame, what rings on laid over the beginning, so that "
            "it repeats without a click (.wav, .flac or .ogg).",
        ),
    ] = False,
    dry: Annotated[bool, typer.Option("--dry", help="No reverberation.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    safe: Safe = False,
) -> int:
    """Play a MIDI file into a sound file, through a soundfont.

    The file is played as it stands: its tempos, velocities, controllers and pedals.
    """
    if dry and reverb:
        raise AudioError("--dry means no reverberation: leave out --reverb")
    streams = output == midi_files.STREAM or (output is None and midi == midi_files.STREAM)
    if streams and as_json:
        raise OutputError("standard output takes the sound: leave out --json, or name a file")
    folder = Path() if midi == midi_files.STREAM else Path(midi).parent
    beside = folder / f"{midi_files.stem_of(midi)}{_DEFAULT_SUFFIX}"
    target = beside if output is None or streams else Path(output)
    if output is not None and not streams and target.exists() and not force:
        raise OutputError(
            f"{output} exists already: choose another name, or --force to overwrite it"
        )
    wishes = {} if reverb is None else {"reverb": reverb}
    if dry:
        wishes = {"reverb": 0.0}
    sound = checked_sound(
        target,
        soundfont=soundfont,
        engine=engine,
        rate=rate,
        loudness=loudness,
        tail=tail,
        loop=loop,
        **wishes,
    )
    from melodymuse.audio import render as play_into
    from melodymuse.audio.timeline import read_timeline

    with terminal.waiting(f"playing {Path(midi).name}"), stage_times() as times:
        with stage("read"):
            timeline = reader(read_timeline, safe=safe)(midi_files.source_of(midi))
        with stage("play"):
            rendering = play_into(timeline, sound)
        if streams:
            midi_files.send(rendering.to_bytes(_DEFAULT_SUFFIX))
            return 0
        if output is None:
            written = at_unused_path(target, rendering.write)
        else:
            written = rendering.write(target, overwrite=force)
    if as_json:
        terminal.say_json(rendering_as_dict(rendering, written, midi) | stages_as_dict(times))
    else:
        terminal.say_table(str(written), rendering_rows(rendering))
    return 0


def sound_for(path: Path | None, soundfont: str | None) -> Sound | None:
    """The sound of a file that may have been asked for, checked as `checked_sound` does.

    Raises:
        AudioError: a soundfont for no file.
    """
    if path is not None:
        return checked_sound(path, soundfont=soundfont)
    if soundfont is not None:
        raise AudioError("--soundfont is the piano of a sound file: name one with --audio")
    return None


def checked_sound(path: Path, **wishes: Any) -> Sound:
    """The wishes for a sound file, once it is certain that they can be fulfilled.

    Raises:
        AudioError, SoundfontError, MissingExtraError, OutputError: they cannot.
    """
    from melodymuse.audio.rendering import Sound, check_sound

    sound = Sound(**wishes)
    check_sound(sound, path)
    return sound


def rendering_as_dict(rendering: Rendering, path: Path, midi: str) -> dict[str, Any]:
    """Everything about a rendering, ready for JSON: loudness in LUFS, peak and limiting in dB."""
    return {
        "audio": str(path),
        "midi": midi,
        "seconds": round(rendering.seconds, 3),
        "rate": rendering.rate,
        "loudness": round(rendering.loudness, 2),
        "peak": round(rendering.peak, 2),
        "limiting": round(rendering.limiting, 2),
        "engine": rendering.engine,
        "soundfont": str(rendering.soundfont),
        "comment": rendering.comment,
    }


def rendering_rows(rendering: Rendering) -> list[Row]:
    """A rendering as the facts to print."""
    peak = f"true peak {rendering.peak:.1f} dB"
    if rendering.limiting > 0:
        peak += f", held down by up to {rendering.limiting:.1f} dB"
    return [
        Row("length", f"{clock(rendering.seconds)}, {rendering.rate} frames a second, stereo"),
        Row("loudness", f"{rendering.loudness:.1f} LUFS, {peak}"),
        Row("engine", rendering.engine),
        Row("soundfont", rendering.soundfont.name),
    ]
