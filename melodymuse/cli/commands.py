"""How every command reads its words and shows its help.

An option is said once, a name that is near is told, and help in a pipe has the groups that it has
on a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from melodymuse.cli.logs import with_log_options
from melodymuse.suggesting import near

# Long enough for a first sentence, which a pipe need not cut off.
_SUMMARY_WIDTH = 200


class Command(TyperCommand):
    """A command that refuses an option said twice, where typer would take the last."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Check the words of the command, and read them."""
        options = [param for param in self.get_params(ctx) if isinstance(param, TyperOption)]
        try:
            _, _, said = self.make_parser(ctx).parse_args(args=list(args))
        except Exception as error:
            # Of an unknown option; its class lies where it lies in this release of typer.
            if hasattr(error, "option_name") and hasattr(error, "possibilities"):
                known = (name for option in options for name in option.opts)
                error.possibilities = near(error.option_name, known)
            raise
        for option in options:
            if said.count(option) > 1 and not option.multiple and not option.is_flag:
                ctx.fail(f"{' or '.join(option.opts)} is given twice: say it once")
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what the command takes, in its groups."""
        _write_groups(formatter, _options(self, ctx))


class Group(TyperGroup):
    """Commands in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, in their groups, and then the options."""
        commands = [self.commands[name] for name in self.list_commands(ctx)]
        _write_groups(
            formatter,
            (
                (_panel(command, "Commands"), (name, command.get_short_help_str(_SUMMARY_WIDTH)))
                for name, command in zip(self.list_commands(ctx), commands, strict=True)
                if not command.hidden
            ),
        )
        _write_groups(formatter, _options(self, ctx))


class App(typer.Typer):
    """Commands, each a `Command` unless it is said otherwise, and each with a log to show."""

    def __init__(self, *, cls: type[TyperGroup] = Group, **settings: Any) -> None:
        super().__init__(cls=cls, **settings)

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = None, **settings: Any
    ) -> Any:
        """As typer's, with the options that every command has."""
        add = super().command(name, cls=cls or Command, **settings)
        return lambda command: add(with_log_options(command))


def completing(names: Iterable[str]) -> Callable[[str], list[str]]:
    """What a shell offers for a value that is one of a few names."""
    # The name of the argument is what typer goes by.
    return lambda incomplete: [name for name in names if name.startswith(incomplete)]


def _options(command: Any, ctx: Any) -> Iterable[tuple[str, tuple[str, str]]]:
    """Group and help of each word that a command takes."""
    for param in command.get_params(ctx):
        told = param.get_help_record(ctx)
        if told is not None:
            is_argument = param.param_type_name == "argument"
            name, text = told
            # Some releases of typer tell the type of an argument in Python's words.
            row = name.partition(" <")[0], text
            yield _panel(param, "Arguments" if is_argument else "Options"), row


def _panel(of: Any, otherwise: str) -> str:
    # Typer wraps what nobody said in a class of its own.
    panel = getattr(of, "rich_help_panel", None)
    return panel if isinstance(panel, str) else otherwise


def _write_groups(formatter: Any, rows: Iterable[tuple[str, tuple[str, str]]]) -> None:
    groups: dict[str, list[tuple[str, str]]] = {}
    for title, row in rows:
        groups.setdefault(title, []).append(row)
    for title, members in groups.items():
        with formatter.section(title):
            formatter.write_dl(members)
