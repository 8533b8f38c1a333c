"""A figure of matplotlib as the bytes of a picture."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
# matplotlib's settings and Python's warnings are the whole process's.
_SETTINGS = Lock()


def figure_bytes(figure: Figure, kind: str, facts: Mapping[str, str | None]) -> bytes:
    """A figure as a file of one of `FORMATS` with facts in it; the same figure, the same bytes."""
    import matplotlib

    undated = {"Date": None} if kind == ".svg" else {}
    buffer = BytesIO()
    with (
        _SETTINGS,
        warnings.catch_warnings(),
        # The names of a drawing's parts are drawn by lot unless a salt is given.
        matplotlib.rc_context({"svg.hashsalt": "melodymuse", "svg.fonttype": "path"}),
    ):
        # A letter that no font has is drawn as a box; that is no news for a terminal.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format=kind[1:], metadata={**facts, **undated})
    return buffer.getvalue()
