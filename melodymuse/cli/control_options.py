"""The options of `melodymuse compose` that set controls, one for each row of their table."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from melodymuse.cli.commands import completing
from melodymuse.plain_text import shortened
from melodymuse.planning.control_table import Kind, Panel
from melodymuse.planning.controls import CONTROLS, FIXED
from melodymuse.planning.sayings import MOODS, PRESETS, read_number

_WORDS = "In a word"
_METAVARS = {Kind.WHOLE: "NUMBER", Kind.CHOICE: "NAME", Kind.WORDS: "TEXT"}


def _reader(number: Callable[[str], float | str], example: str) -> Callable[[str], float | str]:
    """What reads a number, and says how one is written."""

    def read(text: str) -> float | str:
        try:
            return number(text)
        except ValueError:
            raise typer.BadParameter(
                f"{shortened(text)!r} is not a number such as {example}"
            ) from None

    return read


_READERS = {
    Kind.NUMBER: _reader(partial(read_number, kind=float), "0.5 or +20%"),
    Kind.WHOLE: _reader(partial(read_number, kind=int), "8 or +50%"),
}
# What is drawn has no share.
_SEED = _reader(int, "7")


def option_name(control: str) -> str:
    """The option of a control, as in "--off-beat"."""
    return f"--{control.replace('_', '-')}"


def with_controls(command: Callable[..., int]) -> Callable[..., int]:
    """A command with an option for each control, and for what is said in a word, in the place of
    its parameter `seed`.

    Args:
        command: it takes the others, the fields of `Said`, as ``**controls``; what is not said is
            None.
    """

    def said(*words: Any, **options: Any) -> int:
        moods = [mood for mood in MOODS if options.pop(mood)]
        return command(*words, moods=moods or None, **options)

    signature = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        if parameter.name == "seed":
            parameters += [_preset(), *map(_mood, MOODS)]
            parameters += [_parameter(name) for panel in Panel for name in _names_in(panel)]
        elif parameter.kind is not parameter.VAR_KEYWORD:
            parameters.append(parameter)
    said.__doc__ = command.__doc__
    said.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return said


def _preset() -> inspect.Parameter:
    option = typer.Option(
        "--preset",
        help=f"A kind of piece, over which your own words go: {', '.join(PRESETS)}.",
        autocompletion=completing(PRESETS),
        rich_help_panel=_WORDS,
        metavar="NAME",
    )
    return _taken("preset", Annotated[str | None, option])


def _mood(mood: str) -> inspect.Parameter:
    valence, arousal = MOODS[mood]
    text = f"Valence {valence:+g} and arousal {arousal:+g} of what is felt."
    option = typer.Option(f"--{mood}", help=text, rich_help_panel=_WORDS)
    return _taken(mood, Annotated[bool, option], default=False)


def _taken(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


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
        parser=_SEED if name == "seed" else _READERS.get(control.kind),
        rich_help_panel=control.panel.value,
        metavar=_METAVARS.get(control.kind, control.kind.value) or None,
    )
    kind = bool if control.kind is Kind.FLAG else str
    return _taken(name, Annotated[kind | None, option])
