"""Options that several commands have, as one parameter: a dataclass whose fields are options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints


def with_groups(command: Callable[..., int]) -> Callable[..., int]:
    """A command with an option for each field of those of its parameters that are dataclasses."""
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, Any] = {}
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if is_dataclass(group := parameter.annotation):
            groups[name] = group
            hints = get_type_hints(group, include_extras=True)
            parameters += [
                inspect.Parameter(
                    field.name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=field.default,
                    annotation=hints[field.name],
                )
                for field in fields(group)
            ]
        else:
            parameters.append(parameter)

    def said(*words: Any, **options: Any) -> int:
        told = {
            name: group(**{field.name: options.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        return command(*words, **options, **told)

    said.__doc__ = command.__doc__
    said.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return said
