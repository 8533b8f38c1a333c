"""`--eye`: who looks at the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import terminal

if TYPE_CHECKING:
    from melodymuse.engine import Engine

EyeName = Annotated[
    str | None,
    typer.Option(
        "--eye",
        metavar="NAME_OR_PATH_OR_ADDRESS",
        help="Another eye than the built-in one: a CLIP or SigLIP model (a folder or a name on the "
        "Hugging Face hub), a head fitted on one (training.eye.clip), or the address of a "
        "vision-language model that speaks OpenAI's protocol, such as "
        "http://localhost:11434/v1#NAME.",
    ),
]


def engine_with(eye: str | None) -> Engine:
    """The engine whose eye is the one named, loaded; the process's own for None.

    Raises:
        ModelError: nothing of that name can be opened.
        MissingExtraError: a package of the extra ``eye`` is not installed.
    """
    from melodymuse import api

    if eye is None:
        return api.engine
    from melodymuse.vision import load_eye
    from melodymuse.vision.eyes.opening import open_eye

    with terminal.waiting(f"opening {eye}"):
        return api.Engine(eye=load_eye(open_eye(eye)))
