"""`--safe`: read what strangers send in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

P = ParamSpec("P")
T = TypeVar("T")

Safe = Annotated[
    bool,
    typer.Option(
        "--safe",
        help="Read the file in a process of its own, with limits on memory and time that "
        "'melodymuse doctor' tells: for files of strangers.",
    ),
]


def picture_reader(*, safe: bool) -> Callable[[Path], Any]:
    """What makes of a picture's path what an eye looks at: the path itself, or the picture as
    another process read it."""
    if not safe:
        return lambda path: path
    from melodymuse.vision.loading import read_picture

    return reader(read_picture, safe=True)


def reader(read: Callable[P, T], *, safe: bool) -> Callable[P, T]:
    """A function that reads a file, or its like that does so in a process of its own."""
    if not safe:
        return read
    from melodymuse.guarded import guarded

    return partial(guarded, read)
