"""`melodymuse recolor`: the theme of a MIDI file in another mood."""

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
from melodymuse.outputs import DEFAULT_THEME
from melodymuse.planning.sayings import Said

if TYPE_CHECKING:
    from melodymuse.piece import Piece


@with_controls
@with_groups
def recolor(
    file: Annotated[
        str, typer.Argument(metavar="FILE.mid", help="The MIDI file, or - for standard input.")
    ],
    image: feeling_options.Image = None,
    emotion: feeling_options.Emotion = None,
    valence: feeling_options.Valence = None,
    arousal: feeling_options.Arousal = None,
    track: Annotated[
        list[int] | None,
        typer.Option(
            metavar="NUMBER",
            help="The track of the theme, 0 the first; without it what sings, or the top line of "
            "the piano.",
            rich_help_panel="What the file is",
        ),
    ] = None,
    hands: midi_options.Hands = None,
    seed: int | None = None,
    german: midi_options.German = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE_OR_DIR",
            help="The MIDI file, or another (.pdf, .wav ...) in its place, or the folder for it; "
            "without it a name in this folder that is not taken, made of the file's own.",
            rich_help_panel=file_options.PANEL,
        ),
    ] = None,
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
    """Play the theme of a MIDI file in another mood, as a new piece.

    The theme keeps its rhythm, its contour, its metre and its length; mode, harmony, tempo,
    register and what lies under it follow from what is felt.
    """
    from melodymuse import api

    first, said = takes.check(seed), source.said()
    if german:
        controls = midi_options.from_german(controls)
    files = destinations.Destinations.of(
        output, score, roll, audio, theme=theme, force=force, chord_track=chord_track
    )
    files.check(takes.takes)
    sound = sound_for(files.audio, soundfont)
    players = midi_options.two_tracks(hands)
    document = source.read(file)
    seen = feeling_options.seen_in(image, safe=source.safe)

    def composed(one: int) -> Piece:
        return api.recolor(
            document,
            seen,
            tracks=track or (),
            hands=players,
            emotion=emotion,
            valence=valence,
            arousal=arousal,
            seed=one,
            **said,
            **controls,
        )

    for take, (piece, times) in enumerate(takes.composed(first, composed), 1):
        stem = f"{midi_files.stem_of(file)}-{piece.profile.emotion}"
        written = files.write(
            piece.score, stem, take, sound=sound, picture=image, profile=piece.profile
        )
        if as_json:
            facts = piece_as_dict(piece, written, image)
            terminal.say_json({**facts, "source": file, **stages_as_dict(times)})
        else:
            terminal.say_table(str(written.first), [*piece_rows(piece), *file_rows(written)])
    return 0
