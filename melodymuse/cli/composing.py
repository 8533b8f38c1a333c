"""`melodymuse compose`: a picture or an emotion in, a piano piece out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from melodymuse.cli import destinations, file_options, midi_files, midi_options, terminal
from melodymuse.cli.commands import completing
from melodymuse.cli.control_options import with_controls
from melodymuse.cli.eye_option import EyeName, engine_with
from melodymuse.cli.rendering import sound_for
from melodymuse.cli.reports import (
    file_rows,
    missed_rows,
    missed_wishes,
    piece_as_dict,
    piece_rows,
    stages_as_dict,
)
from melodymuse.cli.safe_option import Safe, picture_reader
from melodymuse.cli.scheme_option import SchemeName, check_scheme
from melodymuse.cli.takes import Takes
from melodymuse.energy import metered
from melodymuse.errors import ControlError, ImageError, LimitError, OutputError
from melodymuse.example_pictures import EXAMPLES, is_example
from melodymuse.music.emotion import EMOTIONS
from melodymuse.music.schemes import profile_of
from melodymuse.naming import stem_for
from melodymuse.outputs import DEFAULT_THEME, Options, encode
from melodymuse.planning.arc import THEN
from melodymuse.planning.control_table import Panel
from melodymuse.planning.sayings import Said
from melodymuse.stages import stage_times

if TYPE_CHECKING:
    from melodymuse.piece import Piece
    from melodymuse.vision import Analysis

_FEELING = "What to feel"
_FILES = file_options.PANEL
_BAD_INPUT = 2


@with_controls
def compose(
    images: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="IMAGE...",
            help="The picture to compose from, or several, a piece for each; for a try "
            f"{', '.join(EXAMPLES)}.",
        ),
    ] = None,
    emotion: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Instead of, or over, the picture's emotion: {', '.join(EMOTIONS)}.",
            autocompletion=completing(EMOTIONS),
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
    arc: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Feelings one after the other along the piece, as in "
            "'contentment > fear > photo.jpg': emotions, or pictures in their place.",
            rich_help_panel=_FEELING,
        ),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.mid",
            help="A piece to be like: its metre, key, form, harmonic rhythm, texture bar by bar, "
            "tempo, with other notes; its feeling, too, unless one is said.",
            rich_help_panel=_FEELING,
        ),
    ] = None,
    seed: int | None = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="How long the piece lasts, exactly, by fitting bars and tempo.",
            rich_help_panel=Panel.FORM.value,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE_OR_DIR",
            help="The MIDI file, or another (.pdf, .wav ...) in its place, or the folder for it, "
            "or - for standard output; without it a name in this folder that is not taken, made of "
            "picture, emotion, key and tempo.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    score: file_options.Score = None,
    lead: file_options.Lead = None,
    roll: file_options.Roll = None,
    theme: file_options.Theme = DEFAULT_THEME,
    audio: file_options.Audio = None,
    soundfont: file_options.Soundfont = None,
    chord_track: file_options.ChordTrack = False,
    tune_track: file_options.TuneTrack = False,
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
            metavar="NUMBER",
            help="Pieces to compose: seed, seed + 1 ...",
            rich_help_panel=_FILES,
        ),
    ] = 1,
    german: Annotated[
        bool,
        typer.Option(
            "--german",
            help="--chords and --key are in German: H is B and B is B flat; Es, Fis; a small "
            "letter is minor; h-Moll.",
            rich_help_panel=Panel.FORM.value,
        ),
    ] = False,
    ranked: Annotated[
        bool,
        typer.Option(
            "--ranked",
            help="Of several takes the best first, and then those that are good and unlike the "
            "ones before them.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    statement: Annotated[
        bool,
        typer.Option(
            "--statement",
            help="Write a statement beside the files (.statement.json, unsigned): that a machine "
            "made them, from what, with which networks.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the files named.", rich_help_panel=_FILES)
    ] = False,
    eye: EyeName = None,
    scheme: SchemeName = None,
    safe: Safe = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object a line for each take.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    **controls: Unpack[Said],
) -> int:
    """Compose a piano piece from a picture or an emotion.

    The emotion is the picture's, a named one, or a place on the valence-arousal plane.  A control
    that nobody says follows from it, unless its help tells another default; any number can be said
    in proportion to that, as in --tempo +20%.  Of several pictures those that cannot be read are
    named, and the exit status is 2 then; 'melodymuse batch' takes many.
    """
    if german:
        controls = midi_options.from_german(controls)
    first_seed = Takes(takes, ranked).check(seed)
    streams = output == midi_files.STREAM
    files = destinations.Destinations.of(
        None if streams else output,
        score,
        roll,
        audio,
        lead,
        theme=theme,
        force=force,
        chord_track=chord_track,
        tune_track=tune_track,
    )
    if streams and (takes > 1 or as_json or files.named or statement or len(images or ()) > 1):
        raise OutputError("standard output takes one MIDI file: name a file with -o")
    files.check(takes)
    if statement:
        from melodymuse.statement import SUFFIX, write_statement

        files.check_beside(SUFFIX, takes)
    sources: list[Path | None] = [*images] if images else [None]
    if len(sources) > 1 and files.named:
        name = next(iter(files.named.values()))
        raise OutputError(
            f"{name} is one file for {len(sources)} pictures: name a folder with -o, or see "
            "'melodymuse batch'"
        )
    sound = sound_for(files.audio, soundfont)
    if arc is not None and images:
        raise ControlError("--arc says all that is felt: make the picture a place of the arc")
    if eye is not None and images is None and arc is None:
        raise ControlError("--eye looks at a picture: name one")
    check_scheme(scheme)
    asked = None
    if scheme is not None and emotion is not None:
        asked, emotion = profile_of(emotion, scheme), None
    engine = engine_with(eye)
    model = None if like is None else midi_files.read(str(like), safe=True) if safe else like
    places = None
    if arc is not None:
        with terminal.waiting("looking along the arc"):
            places = _places(arc, lambda path: engine.analyze(picture_reader(safe=safe)(path)))
    failed = False
    for image in sources:
        seen, picture = None, None
        looking: dict[str, float] = {}
        if image is not None:
            try:
                with terminal.waiting(f"looking at {image.name}"), stage_times() as looking:
                    picture = picture_reader(safe=safe)(image)
                    seen = engine.analyze(picture)
            except (ImageError, LimitError) as error:
                if len(sources) == 1:
                    raise
                terminal.complain(str(error))
                failed = True
                continue

        def composed(
            number: int,
            seen: Analysis | None = seen,
            title: str | None = title if asked is None or image is None else title or image.stem,
        ) -> Piece:
            return engine.compose(
                seen if asked is None else asked,
                emotion=emotion,
                valence=valence,
                arousal=arousal,
                arc=places,
                like=model,
                seconds=seconds,
                seed=first_seed + number,
                title=title,
                **controls,
            )

        best: tuple[Piece, ...] = ()
        if ranked:
            with terminal.waiting(f"composing and comparing {takes} takes"):
                best = engine.rank([composed(number) for number in range(takes)])
        for take in range(1, takes + 1):
            what = "composing" if takes == 1 else f"composing take {take} of {takes}"
            with terminal.waiting(what), stage_times() as times, metered() as meter:
                piece = best[take - 1] if best else composed(take - 1)
                if streams:
                    options = Options(chord_track=chord_track, tune_track=tune_track)
                    midi_files.send(encode(piece.score, ".mid", options=options))
                    continue
                source = "" if image is None else image.name
                feelings = [s.expressed.emotion for s in piece.plan.arc] or [piece.profile.emotion]
                stem = stem_for(source, "-".join(feelings), piece.controls)
                written = files.write(
                    piece.score, stem, take, sound=sound, picture=picture, profile=piece.profile
                )
            if statement:
                write_statement(piece, written.files.values(), image, overwrite=force)
            missed = missed_wishes(piece, controls)
            if as_json:
                stages = stages_as_dict(looking | times)
                told = {"unreached": missed}
                used = {"energy": meter.energy.as_dict()}
                terminal.say_json(piece_as_dict(piece, written, image) | told | stages | used)
            else:
                rows = [*piece_rows(piece), *missed_rows(missed), *file_rows(written)]
                terminal.say_table(str(written.first), rows)
    return _BAD_INPUT if failed else 0


def _places(arc: str, look: Callable[[Path], Analysis]) -> str | list[str | Analysis]:
    """The places of an arc, each picture looked at once for all takes."""
    names = [name.strip() for name in arc.split(THEN)]
    seen = [Path(name).exists() or is_example(name) for name in names]
    if "" in names or not any(seen):
        return arc
    return [look(Path(n)) if is_seen else n for n, is_seen in zip(names, seen, strict=True)]
