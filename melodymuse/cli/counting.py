"""A bar on the terminal that fills as tokens are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from melodymuse.cli import terminal

if TYPE_CHECKING:
    from melodymuse.waveform.request import Progress


@contextmanager
def counted() -> Iterator[Progress | None]:
    """A bar, to be told how many tokens are made and how many to make; None off a terminal."""
    if not terminal.watched():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("making sound", total=None)
        yield lambda made, total: bars.update(task, completed=made, total=total)
