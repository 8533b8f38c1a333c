"""The option `--scheme`: the words in which an emotion is told, or asked for."""

from __future__ import annotations

from typing import Annotated

import typer

from melodymuse.errors import ControlError
from melodymuse.music.schemes import SCHEMES

_WORDS = "; ".join(f"{name}: {', '.join(words)}" for name, words in SCHEMES.items())

SchemeName = Annotated[
    str | None,
    typer.Option("--scheme", metavar="NAME", help=f"Emotions in other words: {_WORDS}."),
]


def check_scheme(scheme: str | None) -> None:
    """Refuses a scheme that nobody knows.

    Raises:
        ControlError: no such scheme.
    """
    if scheme is not None and scheme not in SCHEMES:
        raise ControlError(f"unknown scheme '{scheme}': use one of {', '.join(SCHEMES)}")
