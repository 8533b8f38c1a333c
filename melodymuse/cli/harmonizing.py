"""`melodymuse harmonize`: a tune in, the same with chords and both hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from melodymuse.cli import (
    destinations,
    feeling_options,
    file_options,
    midi_files,
    midi_options,
    terminal,
)
from melodymuse.cli.control_options import with_controls
from melodymuse.cli.option_groups import with_groups
from melodymuse.cli.rendering import sound_for
from melodymuse.cli.reports import file_rows, piece_as_dict, piece_rows, stages_as_dict
from melodymuse.cli.takes import Takes
from melodymuse.cli.terminal import Row
from melodymuse.outputs import DEFAULT_THEME
from melodymuse.planning.sayings import Said

if TYPE_CHECKING:
    from melodymuse.harmonizing import Harmonization


@with_controls
@with_groups
def harmonize(
    file: Annotated[
        str,
        typer.Argument(
            metavar="MELODY.mid", help="A MIDI file with a tune, or - for standard input."
        ),
    ],
    image: feeling_options.Image = None,
    emotion: feeling_options.Emotion = None,
    valence: feeling_options.Valence = None,
    arousal: feeling_options.Arousal = None,
    track: Annotated[
        list[int] | None,
        typer.Option(
            metavar="NUMBER",
            help="The track of the tune, 0 the first, where several could be it.",
            rich_help_panel="What the file is",
        ),
    ] = None,
    seed: int | None = None,
    german: midi_options.German = False,
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
    source: midi_options.Source,
    **controls: Unpack[Said],
) -> int:
    """Put chords and both hands under a tune, which stays as it is, note for note.

    Key, metre, tempo, length and upbeat are the tune's.  The hands go to tracks of their own; every
    other event of the file stays.  Without a picture or an emotion the tune says what it feels.
    """
    from melodymuse import api
    from melodymuse.music.chord_names import chord_name

    first, said = takes.check(seed), source.said()
    if german:
        controls = midi_options.from_german(controls)
    streams = midi_files.streams(file, output)
    midi_files.check_one(streams, takes=takes.takes, as_json=as_json)
    files = destinations.Destinations.of(
        None if streams else output, score, roll, audio, theme=theme, force=force
    )
    files.check(takes.takes)
    sound = sound_for(files.audio, soundfont)
    document = source.read(file)
    seen = feeling_options.seen_in(image, safe=source.safe)

    def composed(one: int) -> Harmonization:
        return api.harmonize(
            document,
            seen,
            chord_track=chord_track,
            tracks=track or (),
            emotion=emotion,
            valence=valence,
            arousal=arousal,
            seed=one,
            **said,
            **controls,
        )

    for take, (found, times) in enumerate(takes.composed(first, composed), 1):
        if streams:
            midi_files.write(None, found.document, force=force)
            continue
        piece = found.piece
        stem = f"{midi_files.stem_of(file)}-harmonized"
        written = files.write(
            piece.score, stem, take, sound=sound, midi=found.document.to_bytes(),
            picture=image, profile=piece.profile,
        )  # fmt: skip
        if as_json:
            facts = piece_as_dict(piece, written, image)
            added = {"source": file, "added_notes": found.added}
            terminal.say_json({**facts, **added, **stages_as_dict(times)})
        else:
            names = [chord_name(chord, piece.score.key) for chord in piece.score.chords]
            rows = [*piece_rows(piece), Row("chords", " ".join(names)), *file_rows(written)]
            terminal.say_table(str(written.first), rows)
    return 0
