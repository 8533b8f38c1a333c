"""`melodymuse survey`: ask listeners, and sum up what they say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.commands import App, Group
from melodymuse.cli.terminal import Row
from melodymuse.errors import OutputError, SurveyError
from melodymuse.music.emotion import EMOTIONS

if TYPE_CHECKING:
    from melodymuse.survey.making import Survey
    from melodymuse.survey.results import BackendResult, Difference, Results

_HELP = ("-h", "--help")
_KEY_SUFFIX = "-key.csv"


class SurveyGroup(Group):
    """The commands; `survey DIR` is short for `survey make DIR`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in what the short form leaves out."""
        if not args or args[0] not in {*self.commands, *_HELP}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


def build_survey_app() -> typer.Typer:
    """The command and its subcommands."""
    app = App(cls=SurveyGroup, add_completion=False)
    app.callback()(survey)
    app.command("make")(make)
    app.command("results")(results)
    return app


def survey() -> None:
    """Ask listeners which emotion they hear and how they like it, blindly.

    'melodymuse survey DIR' makes the page, 'melodymuse survey results' sums up the answers.
    """


def make(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="The folder of pieces as sound files, with a manifest.csv (columns file, backend, "
            "emotion, picture, caption), or with names as 'compose' gives them.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="DIR", help="The folder for listeners; must not exist."
        ),
    ] = Path("survey"),
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Which piece is whose; keep it. Without it, beside the folder for listeners.",
        ),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="The manifest, if it is not DIR/manifest.csv."),
    ] = None,
    preset: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="What is asked: own (emotion, quality, then the fit to the picture), melody-muse "
            "(one piece each; told the emotion: does it fit?), imaudible (fit of the music and of "
            "the caption, beside the picture).",
        ),
    ] = "own",
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="The page's heading.")
    ] = "Listening survey",
    consent: Annotated[
        Path | None,
        typer.Option(metavar="FILE.txt", help="A text that listeners must agree to."),
    ] = None,
    contact: Annotated[
        str, typer.Option(metavar="TEXT", help="What listeners shall do with their answers.")
    ] = "",
    seconds: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Play so much of each piece only, faded out."),
    ] = None,
    least: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="How much must be heard before answering; of less, all."
        ),
    ] = 15.0,
    loudness: Annotated[
        float, typer.Option(metavar="NUMBER", help="LUFS of every piece, -40 to -14.")
    ] = -23.0,
    sound_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="flac, mp3, wav or ogg.")
    ] = "flac",
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Makes the hidden labels repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Make a page on which listeners judge pieces without knowing who composed them.

    The folder works from a disk, a stick or any web server, and sends nothing: each listener hears
    the pieces in an order of their own and saves a file of answers. Give listeners a number with
    index.html?listener=P01, or let the page draw one.
    """
    from melodymuse.survey.making import Design, make_survey
    from melodymuse.survey.stimuli import find_stimuli

    design = Design(
        title=title,
        loudness=loudness,
        seconds=seconds,
        least_seconds=least,
        suffix=f".{sound_format.casefold().removeprefix('.')}",
        consent="" if consent is None else _text_of(consent),
        contact=contact,
        seed=seed,
        preset=preset,
    )
    stimuli = find_stimuli(folder, manifest)
    if key is None:
        key = Path(f"{output if output.name else output.resolve()}{_KEY_SUFFIX}")
    with terminal.waiting(f"matching the loudness of {len(stimuli)} pieces"):
        made = make_survey(stimuli, output, key, design)
    if as_json:
        terminal.say_json(_made_as_dict(made))
    else:
        terminal.say_table(str(made.page), _made_rows(made, loudness))
    return 0


def results(
    answers: Annotated[
        list[Path], typer.Argument(metavar="ANSWERS.csv", help="The files that listeners saved.")
    ],
    key: Annotated[Path, typer.Option(metavar="KEY.csv", help="The survey's key.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A report: .csv for programs, .html for people."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file named.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Sum up listeners' answers: recognition, quality and fit, with intervals of 95 %.

    The intervals tell what other listeners would say of these pieces, not what these would say of
    others. Unfinished answers and a listener's second set are left out, and named.
    """
    from melodymuse.survey.answers import choose_sheets, read_answers
    from melodymuse.survey.key import read_key
    from melodymuse.survey.report import check_report, write_report
    from melodymuse.survey.results import evaluate

    if output is not None:
        check_report(output)
        if output.exists() and not force:
            raise OutputError(
                f"{output} exists already: choose another name, or --force to overwrite it"
            )
    known = read_key(key)
    found = evaluate(choose_sheets(read_answers(answers, known), known), known)
    if output is not None:
        write_report(found, output, overwrite=force)
    if as_json:
        terminal.say_json(_results_as_dict(found, output))
    else:
        _say_results(found, output)
    return 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        raise SurveyError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise SurveyError(f"{path} is not a UTF-8 text file") from None


def _made_as_dict(made: Survey) -> dict[str, Any]:
    return {
        "survey": made.survey,
        "page": str(made.page),
        "key": str(made.key),
        "pieces": made.pieces,
        "pictures": made.pictures,
        "seconds": round(made.seconds, 3),
        "deviation": round(made.deviation, 3),
        "limiting": round(made.limiting, 3),
    }


def _made_rows(made: Survey, loudness: float) -> list[Row]:
    from melodymuse.cli.reports import clock

    reached = f"{loudness:.1f} LUFS, each within {made.deviation:.1f}"
    return [
        Row("survey", made.survey),
        Row("pieces", f"{made.pieces}, {clock(made.seconds)}"),
        Row("pictures", str(made.pictures)),
        Row("loudness", reached),
        *([Row("limited", f"by up to {made.limiting:.1f} dB")] if made.limiting > 0.05 else []),
        Row("key", f"{made.key} (keep it: listeners must not see it)"),
    ]


def _say_results(found: Results, output: Path | None) -> None:
    from melodymuse.survey.report import alpha_text

    alphas = (f"{name} {alpha_text(alpha)}" for name, alpha in found.agreement.items())
    terminal.say_table(
        f"Survey {found.survey}",
        [
            Row("listeners", str(found.listeners)),
            *(
                Row("left out", f"{out.listener}: {out.reason} ({out.file.name})")
                for out in found.excluded
            ),
            Row("alpha", ", ".join(alphas)),
            *([] if output is None else [Row("report", str(output))]),
        ],
    )
    for backend in found.backends:
        terminal.say_table(backend.backend, _backend_rows(backend))
    pairs = dict.fromkeys((lead.first, lead.second) for lead in found.differences)
    for first, second in pairs:
        leads = [lead for lead in found.differences if (lead.first, lead.second) == (first, second)]
        terminal.say_table(f"{first} - {second}", _difference_rows(leads))
    for backend in found.backends:
        if backend.recognised is None:
            continue
        terminal.say_table(f"{backend.backend}: asked for, and heard as", _confusion_rows(backend))


def _backend_rows(backend: BackendResult) -> list[Row]:
    from melodymuse.survey.questions import CHANCE
    from melodymuse.survey.report import percent, with_interval
    from melodymuse.survey.results import AGREED, RECOGNISED, SHARES

    rows = []
    means = backend.by_listener
    if backend.agreed is not None:
        found = backend.agreed
        rows.append(Row("it fits", f"{with_interval(found, AGREED)} of {found.count} answers"))
    if backend.recognised is not None and backend.shuffled is not None:
        found = backend.recognised
        rows += [
            Row("recognised", f"{with_interval(found, RECOGNISED)} of {found.count} answers"),
            Row("listeners", with_interval(means[RECOGNISED], RECOGNISED)),
            Row("by chance", f"{percent(CHANCE)}, {percent(backend.shuffled)} shuffled"),
        ]
    return [
        *rows,
        *(
            Row(name, with_interval(estimate, name))
            for name, estimate in means.items()
            if name not in SHARES
        ),
    ]


def _difference_rows(leads: list[Difference]) -> list[Row]:
    from melodymuse.survey.report import with_interval

    return [
        Row(lead.measure, with_interval(lead.estimate, lead.measure, signed=True)) for lead in leads
    ]


def _confusion_rows(backend: BackendResult) -> list[Row]:
    """The emotions that were asked for, each with what was heard, the most frequent first."""
    rows = []
    for asked, counts in zip(EMOTIONS, backend.confusion, strict=True):
        heard = sorted(zip(counts, EMOTIONS, strict=True), key=lambda pair: -pair[0])
        told = ", ".join(f"{emotion} {count}" for count, emotion in heard if count)
        if told:
            rows.append(Row(asked, told))
    return rows


def _results_as_dict(found: Results, output: Path | None) -> dict[str, Any]:
    from dataclasses import asdict

    from melodymuse.survey.questions import CHANCE

    return {
        "survey": found.survey,
        "report": None if output is None else str(output),
        "listeners": found.listeners,
        "excluded": [
            {"listener": out.listener, "file": str(out.file), "reason": out.reason}
            for out in found.excluded
        ],
        "agreement": dict(found.agreement),
        "chance": CHANCE,
        "emotions": list(EMOTIONS),
        "backends": [asdict(backend) for backend in found.backends],
        "differences": [asdict(lead) for lead in found.differences],
        "pieces": [asdict(piece) for piece in found.pieces],
        "comments": list(found.comments),
    }
