"""A figure of matplotlib as the bytes of a picture."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from melodymuse.pictures.style import own_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")


def figure_bytes(figure: Figure, kind: str, facts: Mapping[str, str | None]) -> bytes:
    """A figure as a file of one of `FORMATS` with facts in it; the same figure, the same bytes."""
    undated = {"Date": None} if kind == ".svg" else {}
    buffer = BytesIO()
    # Python's warnings are the whole process's, too: the style's lock keeps other threads out.
    with own_style(), warnings.catch_warnings():
        # A letter that no font has is drawn as a box; that is no news for a terminal.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format=kind[1:], metadata={**facts, **undated})
    return buffer.getvalue()
