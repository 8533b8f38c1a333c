"""matplotlib as it comes: what a user has set for pictures of their own changes none of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

# matplotlib's settings are the whole process's.
_SETTINGS = RLock()
_OWN = {
    # The names of a drawing's parts are drawn by lot unless a salt is given.
    "svg.hashsalt": "melodymuse",
    "svg.fonttype": "path",
}


@contextmanager
def own_style() -> Iterator[None]:
    """Draw or save inside, one thread at a time; also a decorator.  The user's settings, of a
    matplotlibrc or of a notebook, are back afterwards."""
    import matplotlib

    settings: dict[Any, Any] = {**matplotlib.rcParamsDefault, **_OWN}
    del settings["backend"]  # which figures without pyplot do not ask for
    with _SETTINGS, matplotlib.rc_context(settings):
        yield
