"""The options of `melodymuse compose` that set controls, one for each row of their table."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from melodymuse.cli.commands import completing
from melodymuse.planning.control_table import Kind, Panel
from melodymuse.planning.controls import CONTROLS, FIXED

_TYPES: dict[Kind, type] = {Kind.NUMBER: float, Kind.WHOLE: int, Kind.FLAG: bool}
_METAVARS = {Kind.WHOLE: "NUMBER", Kind.CHOICE: "NAME", Kind.WORDS: "TEXT"}


def option_name(control: str) -> str:
    """The option of a control, as in "--off-beat"."""
    return f"--{control.replace('_', '-')}"


def with_controls(command: Callable[..., int]) -> Callable[..., int]:
    """A command with an option for each control, in the place of its parameter `seed`.

    Args:
        command: it takes the other controls as ``**controls``; what is not said is None.
    """

    def said(*words: Any, **options: Any) -> int:
        return command(*words, **options)

    signature = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        if parameter.name == "seed":
            parameters += [_parameter(name) for panel in Panel for name in _names_in(panel)]
        elif parameter.kind is not parameter.VAR_KEYWORD:
            parameters.append(parameter)
    said.__doc__ = command.__doc__
    said.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return said


def _names_in(panel: Panel) -> list[str]:
    return [name for name, control in CONTROLS.items() if control.panel is panel]


def _parameter(name: str) -> inspect.Parameter:
    control = CONTROLS[name]
    names = [option_name(each) for each in (name, control.alias) if each is not None]
    fixed = FIXED.get(name)
    option = typer.Option(
        *names,
        help=f"{control.help}  ({fixed} when not said)" if fixed else control.help,
        autocompletion=completing(control.choices) if control.choices else None,
        rich_help_panel=control.panel.value,
        metavar=_METAVARS.get(control.kind, control.kind.value) or None,
    )
    kind = _TYPES.get(control.kind, str)
    return inspect.Parameter(
        name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=None,
        annotation=Annotated[kind | None, option],
    )
