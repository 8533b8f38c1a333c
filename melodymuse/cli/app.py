"""The commands and their options, as typer reads them."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, NamedTuple

import typer

from melodymuse.cli.commands import App
from melodymuse.cli.logs import with_log_options
from melodymuse.version import __version__


class _Command(NamedTuple):
    """Where a command is: a module of this room, its function, and the class that typer makes of
    it; for a group of commands, the function that builds it."""

    module: str
    function: str
    panel: str
    cls: str | None = None
    is_group: bool = False


# How the commands are grouped in the help.
_COMPOSE, _CHANGE, _HEAR = "Compose", "Your own MIDI files", "See and hear"
_COMPARE, _HELP = "Other makers, and listeners", "This machine, other programs"


_COMMANDS = {
    "demo": _Command("showing", "demo", _COMPOSE),
    "compose": _Command("composing", "compose", _COMPOSE),
    "batch": _Command("batching", "batch", _COMPOSE),
    "studio": _Command("studio", "studio", _COMPOSE),
    "continue": _Command("continuing", "continue_", _CHANGE),
    "reroll": _Command("rerolling", "reroll", _CHANGE),
    "insert": _Command("inserting", "insert", _CHANGE),
    "harmonize": _Command("harmonizing", "harmonize", _CHANGE),
    "recolor": _Command("recoloring", "recolor", _CHANGE),
    "edit": _Command("editing", "edit", _CHANGE),
    "inspect": _Command("inspecting", "inspect", _CHANGE),
    "analyze": _Command("analyzing", "analyze", _HEAR, cls="AnalyzeCommand"),
    "hear": _Command("hearing", "hear", _HEAR),
    "match": _Command("matching", "match", _HEAR),
    "gallery": _Command("gallery", "gallery", _HEAR),
    "paint": _Command("painting", "paint", _HEAR),
    "sheet": _Command("sheet", "sheet", _HEAR),
    "play": _Command("playing", "play", _HEAR),
    "render": _Command("rendering", "render", _HEAR),
    "describe": _Command("describing", "describe", _HEAR),
    "waveform": _Command("waveform", "waveform", _COMPARE),
    "compare": _Command("comparing", "compare", _COMPARE),
    "survey": _Command("survey", "build_survey_app", _COMPARE, is_group=True),
    "mcp": _Command("serving", "mcp", _HELP),
    "doctor": _Command("doctor", "doctor", _HELP),
    "soundfonts": _Command("soundfonts", "build_soundfonts_app", _HELP, is_group=True),
}


def build_app(wanted: str = "") -> typer.Typer:
    """The command line.  Help is drawn with colours and boxes on a terminal only.

    Args:
        wanted: the only command that is needed; any other word, and they all are.
    """
    app = App(
        name="melodymuse",
        help="A picture in, an editable two-handed piano piece out.",
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(with_log_options(_main))
    for name in [wanted] if wanted in _COMMANDS else _COMMANDS:
        command = _COMMANDS[name]
        module = import_module(f"melodymuse.cli.{command.module}")
        function = getattr(module, command.function)
        if command.is_group:
            app.add_typer(function(), name=name, rich_help_panel=command.panel)
        else:
            cls = None if command.cls is None else getattr(module, command.cls)
            app.command(name, cls=cls, rich_help_panel=command.panel)(function)
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
            "-V",
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version and stop.",
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
