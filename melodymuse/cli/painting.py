"""`melodymuse paint`: a piece as an abstract picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import midi_files, terminal
from melodymuse.cli.feeling_options import Arousal, Emotion, Valence, feeling
from melodymuse.cli.reports import stages_as_dict
from melodymuse.cli.safe_option import Safe, picture_reader, reader
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError, OutputError
from melodymuse.files import at_unused_path, write_bytes
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.painting.subject import Subject

_SUFFIX = ".png"


def paint(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A MIDI file, a sound file (.wav, .flac, .ogg, .mp3), or - for MIDI on standard "
            "input.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.png",
            help="The picture, or - for standard output; without it a name beside the file that "
            "is not taken.",
        ),
    ] = None,
    size: Annotated[
        str, typer.Option(metavar="WIDTHxHEIGHT", help="In pixels, 64 to 6000 each.")
    ] = "1600x1600",
    style: Annotated[
        str, typer.Option(metavar="NAME", help="horizon, a land and its sky, or bloom.")
    ] = "horizon",
    guide: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE", help="A picture whose colours and composition are followed."
        ),
    ] = None,
    emotion: Emotion = None,
    valence: Valence = None,
    arousal: Arousal = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A diffusion model of diffusers paints instead: a name on the Hugging Face hub, "
            "or a folder.  One that takes a picture begins with the guide, else with ours.",
        ),
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="NAME", help="For the model: auto, cuda, mps or cpu.")
    ] = "auto",
    steps: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", min=1, help="Of the model; as many as it is used to."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    safe: Safe = False,
) -> int:
    """Paint a piece: its feeling, form, harmony and notes as an abstract picture, fit for a cover.

    The feeling is the one that the file says MelodyMuse composed it for, else the one that is
    heard in it ('melodymuse hear'), or what you say.  The same file gives the same picture.
    """
    from melodymuse.painting.cover import paint as painted
    from melodymuse.painting.cover import png_bytes, read_size
    from melodymuse.painting.subject import read_subject

    pixels = read_size(size)
    if model is None and (steps is not None or device != "auto"):
        raise ControlError("--steps and --device are for a model: name one with --model")
    streams = output == midi_files.STREAM or (output is None and file == midi_files.STREAM)
    if streams and as_json:
        raise OutputError("standard output takes the picture: leave out --json, or name a file")
    target = _target(file, output)
    if output is not None and not streams and target.exists() and not force:
        raise OutputError(
            f"{output} exists already: choose another name, or --force to overwrite it"
        )
    told = feeling(None, emotion, valence, arousal)
    with terminal.waiting(f"painting {Path(file).name}"), stage_times() as times:
        with stage("read"):
            subject = reader(read_subject, safe=safe)(midi_files.source_of(file), told)
            led = None
            if guide is not None:
                from melodymuse.painting.guide import guide_of
                from melodymuse.vision import load_image

                shown = load_image(picture_reader(safe=safe)(guide))
                led = guide_of(shown)
        with stage("paint"):
            found = painted(subject.portrait, subject.profile, size=pixels, style=style, guide=led)
            if model is not None:
                from melodymuse.painting.diffused import paint_by

                begin = found if guide is None else shown
                found = paint_by(model, subject, begin, size=pixels, device=device, steps=steps)
        data = png_bytes(found, _facts(subject, style, model))
    if streams:
        midi_files.send(data)
        return 0
    if output is None:
        written = at_unused_path(target, lambda free: write_bytes(free, data))
    else:
        written = write_bytes(target, data, overwrite=force)
    facts = {
        "picture": str(written),
        "emotion": subject.profile.emotion,
        "valence": round(subject.profile.valence, 3),
        "arousal": round(subject.profile.arousal, 3),
        "feeling": subject.by,
        "style": style if model is None else model,
        "size": list(pixels),
    }
    if as_json:
        terminal.say_json(facts | stages_as_dict(times))
    else:
        felt = (
            f"{facts['emotion']}, valence {facts['valence']:+.2f}, arousal {facts['arousal']:+.2f}"
        )
        terminal.say_table(
            str(written),
            [Row("feeling", f"{felt}, {subject.by}"), Row("style", str(facts["style"]))],
        )
    return 0


def _target(file: str, output: str | None) -> Path:
    if output is None or output == midi_files.STREAM:
        if file == midi_files.STREAM:
            return Path(f"{midi_files.stem_of(file)}{_SUFFIX}")
        return Path(file).with_suffix(_SUFFIX)
    if Path(output).suffix.casefold() != _SUFFIX:
        raise OutputError(f"cannot write '{output}': a picture is a {_SUFFIX} file")
    return Path(output)


def _facts(subject: Subject, style: str, model: str | None) -> dict[str, str]:
    by = style if model is None else model
    said = f"machine-made by MelodyMuse ({by}): {subject.profile.emotion}, {subject.by}"
    return {"Title": subject.title or "Untitled", "Description": said}
