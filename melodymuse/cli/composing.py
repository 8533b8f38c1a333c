"""`melodymuse compose`: a picture or an emotion in, a piano piece out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from melodymuse.api import DEFAULT_THEME
from melodymuse.cli import control_options, destinations, terminal
from melodymuse.cli.analyzing import EYE_HELP, opened
from melodymuse.cli.rendering import checked_sound
from melodymuse.cli.reports import file_rows, piece_as_dict, piece_rows
from melodymuse.errors import AudioError, ControlError
from melodymuse.music.emotion import EMOTIONS
from melodymuse.planning.controls import LIMITS

_FEELING = "What to feel"
_FILES = "What to write"


def compose(
    image: Annotated[
        Path | None, typer.Argument(metavar="IMAGE", help="The picture to compose from.")
    ] = None,
    emotion: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Instead of, or over, the picture's emotion: {', '.join(EMOTIONS)}.",
            rich_help_panel=_FEELING,
        ),
    ] = None,
    valence: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="Unpleasant -1 to pleasant 1; with --arousal it does without a picture.",
            rich_help_panel=_FEELING,
        ),
    ] = None,
    arousal: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Calm -1 to excited 1.", rich_help_panel=_FEELING),
    ] = None,
    eye: Annotated[
        str | None,
        typer.Option(metavar="NAME_OR_PATH_OR_ADDRESS", help=EYE_HELP, rich_help_panel=_FEELING),
    ] = None,
    key: control_options.Key = None,
    tempo: control_options.Tempo = None,
    time_signature: control_options.Metre = None,
    loudness: control_options.Loudness = None,
    dynamics: control_options.Dynamics = None,
    growth: control_options.Growth = None,
    articulation: control_options.Articulation = None,
    dissonance: control_options.Dissonance = None,
    chromaticism: control_options.Chromaticism = None,
    brightness: control_options.Brightness = None,
    style: control_options.Style = None,
    temperature: control_options.Temperature = None,
    seed: control_options.Seed = None,
    density: control_options.Density = None,
    polyphony: control_options.Polyphony = None,
    register: control_options.Register = None,
    spread: control_options.Spread = None,
    balance: control_options.Balance = None,
    off_beat: control_options.OffBeat = None,
    triplets: control_options.Triplets = None,
    blocks: control_options.Blocks = None,
    octaves: control_options.Octaves = None,
    leaps: control_options.Leaps = None,
    contour: control_options.Contour = None,
    bars: control_options.Bars = None,
    form: control_options.Form = None,
    harmony: control_options.Harmony = None,
    chords: control_options.Chords = None,
    ritardando: control_options.Ritardando = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE_OR_DIR",
            help="The MIDI file, or the folder for it; without it a name in this folder that is "
            "not taken, made of picture, emotion, key and tempo.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    score: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.musicxml",
            help="The printed score, or .pdf, .svg, .png (these need the extra 'score').",
            rich_help_panel=_FILES,
        ),
    ] = None,
    roll: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.png",
            help="A picture of the notes, or .svg.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    theme: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Colours of --roll: light or dark.",
            rich_help_panel=_FILES,
        ),
    ] = DEFAULT_THEME,
    audio: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.wav",
            help="How it sounds, or .flac, .ogg, .mp3; 'melodymuse render' offers more.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    soundfont: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FILE",
            help="The piano of --audio; 'melodymuse soundfonts' lists them.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    chord_track: Annotated[
        bool,
        typer.Option(
            "--chord-track",
            help="Put the chords, as block chords, on a third track of the MIDI file.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    title: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The title; the picture's name or the emotion when not given.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    takes: Annotated[
        int,
        typer.Option(
            metavar="NUMBER", help="Pieces to compose: seed, seed + 1 ...", rich_help_panel=_FILES
        ),
    ] = 1,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the files named.", rich_help_panel=_FILES)
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object a line for each take.",
            rich_help_panel=_FILES,
        ),
    ] = False,
) -> int:
    """Compose a piano piece from a picture or an emotion.

    The emotion is the picture's, a named one, or a place on the valence-arousal plane.  Whatever
    else is not asked for follows from it.
    """
    from melodymuse import api
    from melodymuse.writing.network import NoteNetwork

    if takes < 1:
        raise ControlError(f"takes must be at least 1, not {takes}")
    files = destinations.Destinations.of(
        output, score, roll, audio, theme=theme, force=force, chord_track=chord_track
    )
    files.check(takes)
    if soundfont is not None and audio is None:
        raise AudioError("--soundfont is the piano of a sound file: name one with --audio")
    sound = None if files.audio is None else checked_sound(files.audio, soundfont=soundfont)
    controls: dict[str, Any] = {
        "key": key,
        "tempo": tempo,
        "time_signature": time_signature,
        "loudness": loudness,
        "dynamics": dynamics,
        "growth": growth,
        "articulation": articulation,
        "dissonance": dissonance,
        "chromaticism": chromaticism,
        "brightness": brightness,
        "style": style,
        "temperature": temperature,
        "density": density,
        "polyphony": polyphony,
        "register": register,
        "spread": spread,
        "balance": balance,
        "off_beat": off_beat,
        "triplets": triplets,
        "blocks": blocks,
        "octaves": octaves,
        "leaps": leaps,
        "contour": contour,
        "bars": bars,
        "form": form,
        "harmony": harmony,
        "chords": chords,
        "ritardando": ritardando,
    }
    first_seed = api.draw_seed() if seed is None else seed
    if takes > 1 and first_seed + takes - 1 > LIMITS["seed"][1]:
        raise ControlError(
            f"seed {first_seed} leaves no room for {takes} takes: choose a lower one"
        )
    if eye is not None and image is None:
        raise ControlError("--eye looks at a picture: name one")
    seen, looker = None, opened(eye)
    if image is not None:
        with terminal.waiting(f"looking at {image.name}"):
            seen = api.analyze(image, looker)
    network = NoteNetwork.shipped() if takes > 1 else None
    for take in range(1, takes + 1):
        with terminal.waiting("composing" if takes == 1 else f"composing take {take} of {takes}"):
            piece = api.compose(
                seen,
                emotion=emotion,
                valence=valence,
                arousal=arousal,
                seed=first_seed + take - 1,
                title=title,
                network=network,
                **controls,
            )
            # The roll shows the picture, which `compose` has not seen: it was given the analysis.
            piece = replace(piece, picture=image)
            written = files.write(piece, "" if image is None else str(image), take, sound)
        if as_json:
            terminal.say_json(piece_as_dict(piece, written, image))
        else:
            terminal.say_table(str(written.midi), [*piece_rows(piece), *file_rows(written)])
    return 0
