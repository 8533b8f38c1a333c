"""`melodymuse recolor`: the theme of a MIDI file in another mood."""

from __future__ import annotations

from typing import Annotated, Unpack

import typer

from melodymuse.cli import destinations, feeling_options, file_options, midi_files, terminal
from melodymuse.cli.control_options import with_controls
from melodymuse.cli.rendering import sound_for
from melodymuse.cli.reports import file_rows, piece_as_dict, piece_rows, stages_as_dict
from melodymuse.cli.safe_option import Safe
from melodymuse.outputs import DEFAULT_THEME
from melodymuse.planning.sayings import Said
from melodymuse.stages import stage_times


@with_controls
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
    hands: midi_files.Hands = None,
    pickup: midi_files.Pickup = None,
    seed: int | None = None,
    takes: midi_files.Takes = 1,
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
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each take.")
    ] = False,
    safe: Safe = False,
    **controls: Unpack[Said],
) -> int:
    """Play the theme of a MIDI file in another mood, as a new piece.

    The theme keeps its rhythm, its contour, its metre and its length; mode, harmony, tempo,
    register and what lies under it follow from what is felt.
    """
    from melodymuse import api

    midi_files.check_takes(takes)
    files = destinations.Destinations.of(
        output, score, roll, audio, theme=theme, force=force, chord_track=chord_track
    )
    files.check(takes)
    sound = sound_for(files.audio, soundfont)
    players, upbeat = midi_files.two_tracks(hands), midi_files.upbeat_of(pickup)
    document = midi_files.read(file, safe=safe)
    seen = feeling_options.seen_in(image, safe=safe)
    first = api.draw_seed() if seed is None else seed
    for take in range(1, takes + 1):
        with terminal.waiting("composing"), stage_times() as times:
            piece = api.recolor(
                document,
                seen,
                tracks=track or (),
                hands=players,
                pickup=upbeat,
                emotion=emotion,
                valence=valence,
                arousal=arousal,
                seed=first + take - 1,
                **controls,
            )
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
