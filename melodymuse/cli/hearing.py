"""`melodymuse hear`: the feeling that is heard in a MIDI file or a sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.reports import stages_as_dict
from melodymuse.cli.safe_option import Safe, reader
from melodymuse.cli.terminal import Row
from melodymuse.errors import AudioError, LimitError, MidiError
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.hearing import Heard

_BAD_INPUT = 2


def hear(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="MIDI files, sound files (.wav, .flac, .ogg, .mp3), or -."
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each file.")
    ] = False,
    safe: Safe = False,
) -> int:
    """Say which feeling is heard in piano music: emotions, valence and arousal (-1 to 1).

    It goes by cues whose effect on listeners has been published (mode, tempo, loudness, register,
    articulation, dissonance), and tells them; of a sound by fewer.  Exit status 2 where a file
    cannot be read.
    """
    from melodymuse.hearing import hear as heard_in

    status = 0
    for file in files:
        try:
            with terminal.waiting(f"listening to {file}"), stage_times() as times, stage("hear"):
                heard = reader(heard_in, safe=safe)(midi_files.source_of(file))
        except (MidiError, AudioError, LimitError) as error:
            terminal.complain(str(error))
            status = _BAD_INPUT
            continue
        if as_json:
            terminal.say_json({"file": file} | heard.as_dict() | stages_as_dict(times))
        else:
            terminal.say_table(file, list(_rows(heard)))
    return status


def _rows(heard: Heard) -> Iterator[Row]:
    """Emotions by probability, the plane, and the cues that there are."""
    ranked = sorted(heard.profile.as_dict().items(), key=lambda pair: -pair[1])
    for name, share in ranked:
        yield Row(name, f"{share:6.1%}", share)
    yield Row("valence", f"{heard.profile.valence:+.2f} ± {heard.valence_error:.2f}")
    yield Row("arousal", f"{heard.profile.arousal:+.2f} ± {heard.arousal_error:.2f}")
    for name, value in asdict(heard.cues).items():
        if value is not None:
            yield Row(name, f"{value:.3g}")
