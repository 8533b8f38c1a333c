"""How every command reads its words: an option is said once, and a name that is near is told."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from melodymuse.cli.logs import with_log_options
from melodymuse.suggesting import near


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


class App(typer.Typer):
    """Commands, each a `Command` unless it is said otherwise, and each with a log to show."""

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = None, **settings: Any
    ) -> Any:
        """As typer's, with the options that every command has."""
        add = super().command(name, cls=cls or Command, **settings)
        return lambda command: add(with_log_options(command))
