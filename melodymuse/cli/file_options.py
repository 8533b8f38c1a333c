"""The options that say which files a command writes."""

from __future__ import annotations

from typing import Annotated

import typer

PANEL = "What to write"

Score = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.musicxml",
        help="The printed score, or .pdf, .svg, .png (these need the extra 'score').",
        rich_help_panel=PANEL,
    ),
]
Lead = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.pdf",
        help="The lead sheet, tune and chord symbols: .pdf, .svg, .png or .musicxml.",
        rich_help_panel=PANEL,
    ),
]
Roll = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.png", help="A picture of the notes, or .svg.", rich_help_panel=PANEL
    ),
]
Theme = Annotated[
    str,
    typer.Option(metavar="NAME", help="Colours of --roll: light or dark.", rich_help_panel=PANEL),
]
Audio = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.wav",
        help="How it sounds, or .flac, .ogg, .mp3; 'melodymuse render' offers more.",
        rich_help_panel=PANEL,
    ),
]
Soundfont = Annotated[
    str | None,
    typer.Option(
        metavar="NAME_OR_FILE",
        help="The piano of --audio; 'melodymuse soundfonts' lists them.",
        rich_help_panel=PANEL,
    ),
]
TuneTrack = Annotated[
    bool,
    typer.Option(
        "--tune-track",
        help="Put the tune on a track of its own in the MIDI file, the right hand's without it.",
        rich_help_panel=PANEL,
    ),
]
ChordTrack = Annotated[
    bool,
    typer.Option(
        "--chord-track",
        help="Put the chords, as block chords, on a third track of the MIDI file.",
        rich_help_panel=PANEL,
    ),
]
