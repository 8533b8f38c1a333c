"""The options that say what music over a given tune shall feel like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.commands import completing
from melodymuse.cli.safe_option import picture_reader
from melodymuse.music.emotion import EMOTIONS, EmotionProfile

PANEL = "What to feel"

Image = Annotated[
    Path | None, typer.Argument(metavar="[IMAGE]", help="A picture that tells what to feel.")
]
Emotion = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=f"Instead of, or over, the picture's emotion: {', '.join(EMOTIONS)}.",
        autocompletion=completing(EMOTIONS),
        rich_help_panel=PANEL,
    ),
]
Valence = Annotated[
    float | None,
    typer.Option(metavar="NUMBER", help="Unpleasant -1 to pleasant 1.", rich_help_panel=PANEL),
]
Arousal = Annotated[
    float | None,
    typer.Option(metavar="NUMBER", help="Calm -1 to excited 1.", rich_help_panel=PANEL),
]


def seen_in(image: Path | None, *, safe: bool) -> Any:
    """What the engine's eye sees in a picture; None without one.

    Raises:
        ImageError: it cannot be read or used.
    """
    from melodymuse import api

    if image is None:
        return None
    with terminal.waiting(f"looking at {image.name}"):
        return api.analyze(picture_reader(safe=safe)(image))


def feeling(
    seen: Any, emotion: str | None, valence: float | None, arousal: float | None
) -> EmotionProfile | None:
    """What music shall say of a picture, as `seen_in` gives it, or of what was named; None where
    nothing was said.

    Raises:
        ControlError: an unknown emotion, or too little to go on.
    """
    from melodymuse.asking import felt

    if seen is None and emotion is None and valence is None and arousal is None:
        return None
    base = None if seen is None else seen.profile.heightened()
    return felt(base, emotion=emotion, valence=valence, arousal=arousal)
