"""`melodymuse compare`: pieces of several makers for the same pictures, in one page."""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.terminal import Row
from melodymuse.errors import AudioError, ControlError
from melodymuse.files import unused_path

if TYPE_CHECKING:
    from melodymuse.comparison.backends import Backend
    from melodymuse.comparison.clips import Clip
    from melodymuse.comparison.evaluation import Judges
    from melodymuse.comparison.running import Comparison, Step

_ASKED = "What to ask for"
_MAKERS = "Whom to compare"
_JUDGES = "What listens"
_FILES = "What to write"
_DEFAULT_FOLDER = "comparison"
_SOUND_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")


def compare(
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="The pictures to make pieces for.")
    ],
    backends: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Who makes pieces: melodymuse, musicgen or melodymuse,musicgen; empty for "
            "recordings alone.",
            rich_help_panel=_MAKERS,
        ),
    ] = "melodymuse",
    audio: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            help="A sound file made elsewhere, and who made it; with several pictures once for "
            "each, in their order.",
            rich_help_panel=_MAKERS,
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="MusicGen's weights: a name on the Hugging Face hub, or a folder.",
            rich_help_panel=_MAKERS,
        ),
    ] = "facebook/musicgen-small",
    device: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="For MusicGen: auto, cuda, mps or cpu.", rich_help_panel=_MAKERS
        ),
    ] = "auto",
    soundfont: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FILE",
            help="MelodyMuse's piano; 'melodymuse soundfonts' lists them.",
            rich_help_panel=_MAKERS,
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="Length to ask for, 5 to 120; notes come in whole bars.",
            rich_help_panel=_ASKED,
        ),
    ] = 15.0,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Of the first picture, the next has one more; drawn and told when not given.",
            rich_help_panel=_ASKED,
        ),
    ] = None,
    style: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How MusicGen is asked: emotive, narrative, lyrical or optimised.",
            rich_help_panel=_ASKED,
        ),
    ] = "lyrical",
    caption: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What the picture shows, for the prompt; its light and colours in words when not "
            "given.",
            rich_help_panel=_ASKED,
        ),
    ] = None,
    reference: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE_OR_DIR",
            help="Real recordings that each maker's pieces are held against as a set.",
            rich_help_panel=_JUDGES,
        ),
    ] = None,
    clap: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A CLAP network, such as laion/larger_clap_music.",
            rich_help_panel=_JUDGES,
        ),
    ] = None,
    classifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A classifier of sound, such as MIT/ast-finetuned-audioset-10-10-0.4593.",
            rich_help_panel=_JUDGES,
        ),
    ] = None,
    transcriber: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.onnx",
            help="basic-pitch's network; that of the installed package when not given.",
            rich_help_panel=_JUDGES,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help=f"The folder to make; without it {_DEFAULT_FOLDER}, or a name like it that is not "
            "taken.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    sound: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How the page holds sound: flac (nothing lost), ogg or mp3 (smaller).",
            rich_help_panel=_FILES,
        ),
    ] = "flac",
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Write over the files of an earlier report.", rich_help_panel=_FILES
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON object with every figure.", rich_help_panel=_FILES
        ),
    ] = False,
) -> int:
    """Let several makers make a piece for each picture, and lay all side by side in one web page.

    The page needs no network and no other file.  What needs weights that are not there is marked as
    not measured.
    """
    from melodymuse import api
    from melodymuse.comparison import running
    from melodymuse.comparison.report.folder import check_folder
    from melodymuse.comparison.report.panels import SOUND_KINDS
    from melodymuse.comparison.report.writing import write_report
    from melodymuse.waveform.threads import share_cores

    share_cores()
    target = unused_path(_DEFAULT_FOLDER) if output is None else output
    suffix = f".{sound.lower().lstrip('.')}"
    if suffix not in SOUND_KINDS:
        known = ", ".join(kind[1:] for kind in SOUND_KINDS)
        raise ControlError(f"unknown sound '{sound}': use one of {known}")
    running.check_seconds(seconds)
    check_folder(target, overwrite=force)
    first_seed = api.draw_seed() if seed is None else seed
    recorded = _recordings(audio or (), images)
    references = _references(reference or ())
    with _steps() as step:
        step("looking at the pictures")
        briefs = running.read_briefs(images, seconds=seconds, seed=first_seed, caption=caption)
        step("getting ready")
        judges = _judges(clap, classifier, transcriber)
        made = _backends(backends, model=model, device=device, style=style, soundfont=soundfont)
        comparison = running.compare(
            briefs, [*made, *recorded], judges=judges, references=references, step=step
        )
        step("writing the report")
        page = write_report(comparison, target, sound=suffix, made=_today(), overwrite=force)
    if as_json:
        terminal.say_json(_as_dict(comparison, page, first_seed))
    else:
        terminal.say_table(str(page), _rows(comparison, page, first_seed))
    return 0


def _recordings(words: Sequence[str], images: Sequence[Path]) -> list[Backend]:
    """The makers that ``--audio`` names, each with a sound for each picture."""
    from melodymuse.comparison.backends import Recordings
    from melodymuse.comparison.running import labels_of

    files: dict[str, list[Path]] = {}
    for word in words:
        name, equals, file = word.partition("=")
        if not (equals and name.strip() and file):
            raise ControlError(f"--audio {word}: write it as NAME=FILE, as in suno=piece.mp3")
        files.setdefault(name.strip(), []).append(Path(file))
    labels = labels_of(images)
    for name, given in files.items():
        if len(given) != len(labels):
            raise ControlError(
                f"--audio {name}: {len(given)} for {len(labels)} pictures: give one for each, in "
                "their order"
            )
    return [
        Recordings.read(name, dict(zip(labels, given, strict=True)))
        for name, given in files.items()
    ]


def _references(places: Sequence[Path]) -> list[Clip]:
    from melodymuse.comparison.clips import read_clip

    clips = []
    for place in places:
        files = [place]
        if place.is_dir():
            files = sorted(f for f in place.iterdir() if f.suffix.lower() in _SOUND_SUFFIXES)
            if not files:
                raise AudioError(f"{place}: there are no sound files in it")
        clips += [read_clip(file) for file in files]
    return clips


def _backends(
    names: str, *, model: str, device: str, style: str, soundfont: str | None
) -> list[Backend]:
    from melodymuse.audio.rendering import Sound
    from melodymuse.comparison.backends import (
        MELODYMUSE,
        MUSICGEN,
        MelodyMuse,
        MusicGenBackend,
    )

    known: dict[str, Callable[[], Backend]] = {
        MELODYMUSE: lambda: MelodyMuse.load(Sound(soundfont=soundfont)),
        MUSICGEN: lambda: MusicGenBackend.load(model, style=style, device=device),
    }
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise ControlError(f"unknown backend '{name}': use {' or '.join(known)}")
    # Each is loaded on its own, so that its memory is its own.
    return [known[name]() for name in wanted]


def _judges(clap: str | None, classifier: str | None, transcriber: Path | None) -> Judges:
    from melodymuse.comparison.evaluation import Judges
    from melodymuse.comparison.listeners import Clap, SoundClassifier
    from melodymuse.comparison.transcription import BasicPitch, find_transcriber

    return Judges(
        clap=None if clap is None else Clap.load(clap),
        classifier=None if classifier is None else SoundClassifier.load(classifier),
        transcriber=find_transcriber() if transcriber is None else BasicPitch.load(transcriber),
    )


def _rows(comparison: Comparison, page: Path, seed: int) -> list[Row]:
    figures = comparison.figures
    known = sum(figure.measured for figure in figures)
    return [
        Row("makers", ", ".join(comparison.makers)),
        Row("pictures", ", ".join(entry.brief.label for entry in comparison.entries)),
        Row("figures", f"{known} measured, {len(figures) - known} not (the page says why)"),
        Row("page", f"{page.stat().st_size / 2**20:.1f} MiB"),
        Row("seed", str(seed)),
    ]


def _as_dict(comparison: Comparison, page: Path, seed: int) -> dict[str, Any]:
    return {
        "page": str(page),
        "makers": list(comparison.makers),
        "pictures": [str(entry.brief.picture) for entry in comparison.entries],
        "references": list(comparison.references),
        "seed": seed,
        "figures": [
            {
                "picture": figure.picture or None,
                "maker": figure.maker,
                "against": figure.against or None,
                "metric": figure.metric,
                "by": figure.by or None,
                "value": figure.text or _plain(figure.value),
                "not_measured": None if figure.measured else figure.remark,
            }
            for figure in comparison.figures
        ],
    }


def _plain(value: float | None) -> float | str | None:
    """JSON has no infinity."""
    return value if value is None or math.isfinite(value) else str(value)


def _today() -> str:
    today = datetime.date.today()
    return f"{today.day} {today:%B %Y}"


@contextmanager
def _steps() -> Iterator[Step]:
    """Show on a terminal what is being done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda what: status.update(what)
