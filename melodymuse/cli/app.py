"""The commands and their options, as typer reads them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from melodymuse.cli import (
    analyzing,
    comparing,
    composing,
    continuing,
    doctor,
    inspecting,
    rendering,
    sheet,
    showing,
    soundfonts,
    survey,
    waveform,
)
from melodymuse.cli.commands import App
from melodymuse.version import __version__


def build_app() -> typer.Typer:
    """The command line.  Help is drawn with colours and boxes on a terminal only."""
    app = App(
        name="melodymuse",
        help="A picture in, an editable two-handed piano piece out.",
        add_completion=False,
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_main)
    app.command("analyze", cls=analyzing.AnalyzeCommand)(analyzing.analyze)
    app.command("compose")(composing.compose)
    app.command("continue")(continuing.continue_)
    app.command("sheet")(sheet.sheet)
    app.command("render")(rendering.render)
    app.command("waveform")(waveform.waveform)
    app.command("compare")(comparing.compare)
    app.command("inspect")(inspecting.inspect)
    app.command("demo")(showing.demo)
    app.add_typer(soundfonts.build_soundfonts_app(), name="soundfonts")
    app.add_typer(survey.build_survey_app(), name="survey")
    app.command("doctor")(doctor.doctor)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"melodymuse {__version__}")
        raise typer.Exit


def _main(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
