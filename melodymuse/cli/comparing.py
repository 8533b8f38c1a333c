"""`melodymuse compare`: pieces of several makers for the same pictures, in one page."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.makers import TRUTH, backends_named, judges_of, recordings_of, references_in
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError
from melodymuse.files import unused_path
from melodymuse.plain_text import escaped
from melodymuse.waveform.naming import DEFAULT_MODEL

if TYPE_CHECKING:
    from melodymuse.comparison.running import Comparison, Step

_ASKED = "What to ask for"
_MAKERS = "Whom to compare"
_JUDGES = "What listens"
_FILES = "What to write"
_DEFAULT_FOLDER = "comparison"


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
    maker: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:OPTION=VALUE,...",
            help="One more maker, as often as wanted: musicgen:variant=lyrical,adapter=DIR, "
            "musicgen:pictured=DIR,sample=FILE or "
            "text-to-audio:model=DIR (transformers or diffusers, these with steps), with model, "
            "style, variant, captioner, rewriter, device and name; melodymuse:soundfont=NAME; "
            "melody-muse:model=DIR, that paper's own composer.",
            rich_help_panel=_MAKERS,
        ),
    ] = None,
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
    ] = DEFAULT_MODEL,
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
            help="How MusicGen is asked: mood, scene, musical or tags.",
            rich_help_panel=_ASKED,
        ),
    ] = "musical",
    caption: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What the picture shows, for the prompt; its light and colours in words when not "
            "given.",
            rich_help_panel=_ASKED,
        ),
    ] = None,
    truth: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A sound that is held to be right for the picture, which every maker's is held "
            "against; with several pictures once for each, in their order.",
            rich_help_panel=_JUDGES,
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
    embedding: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=NAME_OR_PATH",
            help="A network to take distances in: vggish=FILE, encodec=facebook/encodec_24khz.",
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
    from melodymuse.comparison.specs import read_spec
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
    # The truth is given last: it is the second of every pair.
    told = [*(audio or ()), *(f"{TRUTH}={file}" for file in truth or ())]
    for word in maker or ():
        read_spec(word)
    recorded = recordings_of(told, images)
    references = references_in(reference or ())
    with _steps() as step:
        step("looking at the pictures")
        briefs = running.read_briefs(images, seconds=seconds, seed=first_seed, caption=caption)
        step("getting ready")
        judges = judges_of(clap, classifier, transcriber, embedding or ())
        made = backends_named(
            backends, maker or (), model=model, device=device, style=style, soundfont=soundfont
        )
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
    if not terminal.watched():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("") as status:
        yield lambda what: status.update(Text(escaped(what)))
