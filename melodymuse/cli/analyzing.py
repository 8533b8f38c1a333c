"""`melodymuse analyze`: what a picture shows and how it feels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.commands import Command
from melodymuse.cli.eye_option import EyeName, engine_with
from melodymuse.cli.reports import stages_as_dict
from melodymuse.cli.safe_option import Safe, picture_reader
from melodymuse.cli.scheme_option import SchemeName, check_scheme
from melodymuse.cli.terminal import Row
from melodymuse.errors import ImageError, LimitError, OutputError
from melodymuse.music.schemes import in_scheme
from melodymuse.stages import stage, stage_times

if TYPE_CHECKING:
    from melodymuse.vision import Analysis


class AnalyzeCommand(Command):
    """The command with the features and their units under its help, looked up only for help."""

    def get_help(self, ctx: Any) -> str:
        """The help text; on a terminal typer prints it and the text returned is empty."""
        from melodymuse.vision.features import UNITS

        lines = [f"{name}: {unit}" for name, unit in UNITS.items()]
        self.epilog = "\b\n" + "\n".join(["Features:", *(f"  {line}" for line in lines)])
        return super().get_help(ctx)


def analyze(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="Pictures to look at.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each picture.")
    ] = False,
    explain: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png",
            help="Draw one picture's reasons: the regions that moved the answer, and where its "
            "features stand among reference photos.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file that --explain names.")
    ] = False,
    eye: EyeName = None,
    scheme: SchemeName = None,
    safe: Safe = False,
) -> int:
    """Say what each picture shows and how it feels.

    Gives the emotion, the probabilities of EmoSet's eight emotions (they sum to 1), valence and
    arousal (each -1 to 1) with the error to expect, the chance that the leading emotion is right,
    and the features listed below.

    A picture that cannot be read is named on standard error; the others are printed all the same,
    and the exit status is 2.
    """
    if explain is not None and eye is not None:
        raise OutputError("--explain draws the reasons of the built-in eye: leave out --eye")
    check_scheme(scheme)
    if explain is not None:
        if safe:
            raise OutputError("--explain looks at the picture itself: leave out --safe")
        return _explain(images, explain, as_json=as_json, force=force, scheme=scheme)
    engine, opened = engine_with(eye), picture_reader(safe=safe)
    failed = False
    for image in images:
        try:
            with terminal.waiting(f"looking at {image.name}"), stage_times() as times:
                answer = engine.analyze(opened(image))
            _say(answer, as_json=as_json, times=times, scheme=scheme)
        except (ImageError, LimitError) as error:
            terminal.complain(str(error))
            failed = True
    return 2 if failed else 0


def _say(
    answer: Analysis, *, as_json: bool, times: Mapping[str, float], scheme: str | None
) -> None:
    other = {} if scheme is None else in_scheme(answer.profile, scheme)
    if as_json:
        more = {} if scheme is None else {"scheme": {"name": scheme, "probabilities": other}}
        terminal.say_json(answer.as_dict() | more | stages_as_dict(times))
    else:
        ranked = sorted(other.items(), key=lambda pair: -pair[1])
        first = [Row(name, f"{share:6.1%}", share) for name, share in ranked]
        terminal.say_table(answer.name, [*first, *rows_of(answer)])


def _explain(
    images: Sequence[Path], path: Path, *, as_json: bool, force: bool, scheme: str | None
) -> int:
    """One picture's answer, with its reasons drawn into a file."""
    if len(images) != 1:
        raise OutputError(f"--explain {path} draws one picture: name one, not {len(images)}")
    from melodymuse.vision.explanation import explain
    from melodymuse.vision.explanation_drawing import check_target, draw_explanation

    check_target(path, overwrite=force, picture=images[0])
    with (
        terminal.waiting(f"looking at {images[0].name} again and again"),
        stage_times() as times,
        stage("explain"),
    ):
        explanation = explain(images[0])
        draw_explanation(explanation, path, overwrite=force)
    _say(explanation.analysis, as_json=as_json, times=times, scheme=scheme)
    return 0


def rows_of(analysis: Analysis) -> list[Row]:
    """An analysis as the facts to print: emotions by probability, the plane, the features."""
    profile = analysis.profile
    ranked = sorted(profile.as_dict().items(), key=lambda pair: -pair[1])
    return [
        *(Row(name, f"{share:6.1%}", share) for name, share in ranked),
        *_place_rows(analysis),
        *_feature_rows(analysis),
        *(Row("note", remark) for remark in analysis.remarks),
        *([Row("eye", analysis.eye)] if analysis.eye else []),
    ]


def _place_rows(analysis: Analysis) -> Iterator[Row]:
    """Valence and arousal, and how far they and the emotion are to be trusted, if that is known."""
    profile, doubt = analysis.profile, analysis.doubt
    errors = ("", "")
    if doubt is not None:
        errors = f" ± {doubt.valence_error:.2f}", f" ± {doubt.arousal_error:.2f}"
    yield Row("valence", f"{profile.valence:+.2f}{errors[0]}")
    yield Row("arousal", f"{profile.arousal:+.2f}{errors[1]}")
    if doubt is not None:
        yield Row("right", f"{doubt.emotion_chance:.0%} chance that it is {profile.emotion}")
        if doubt.reason:
            yield Row("doubtful", doubt.reason)


def _feature_rows(analysis: Analysis) -> Iterator[Row]:
    unusual = () if analysis.doubt is None else analysis.doubt.unusual
    for name, value in analysis.features.as_dict().items():
        yield Row(name, f"{value:.3g}{'  unusual' if name in unusual else ''}")
