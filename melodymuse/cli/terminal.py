"""What the user sees: colours and tables on a terminal, plain text in a pipe, JSON on request."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from melodymuse.cli import logs
from melodymuse.plain_text import escaped, shortened
from melodymuse.stages import log

# A wait shorter than this needs no explanation.
PATIENCE_SECONDS = 1.0
_BAR_WIDTH = 24
_LONGEST_COMPLAINT = 2000  # characters; some name a file, and a file's path has 4096 at most


class PipeClosedError(Exception):
    """Whoever read our standard output has gone away, as `head` does."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: its name, its value as text, and for a share 0..1 the bar that shows it."""

    name: str
    value: str
    share: float | None = None


def say(line: str) -> None:
    """Print one line on standard output, whatever the text holds: names and titles are foreign."""
    if not logs.silenced():
        _write(escaped(line))


def say_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own, at once, so that a reader can follow."""
    # All that steers a terminal is written out by JSON itself but for one character.
    _write(json.dumps(value, allow_nan=False).replace("\x7f", "\\u007f"))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()
        raise PipeClosedError from None


def _write(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
    except BrokenPipeError:
        silence_stdout()
        raise PipeClosedError from None


def say_table(title: str, rows: Sequence[Row]) -> None:
    """Print facts under a title: a coloured table on a terminal, aligned text in a pipe."""
    if logs.silenced():
        return
    if not sys.stdout.isatty():
        say(title)
        width = max(len(row.name) for row in rows)
        for row in rows:
            say(f"  {row.name:<{width}}  {row.value}")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column()
    for row in rows:
        filled = "" if row.share is None else "█" * round(row.share * _BAR_WIDTH)
        table.add_row(
            Text(escaped(row.name)), Text(escaped(row.value)), Text(filled, style="magenta")
        )
    console = Console(highlight=False)
    console.print(Text(escaped(title), style="bold"), soft_wrap=True)
    console.print(table)


def complain(message: str) -> None:
    """Print one line on standard error, however many the message has."""
    line = shortened(" ".join(message.split()), _LONGEST_COMPLAINT)
    if logs.shown_as_json():
        log.error("%s", line)
        return
    # A standard error that is closed, or on a full disk, is no reason to fail.
    with suppress(OSError):
        sys.stderr.write(f"melodymuse: {escaped(line)}\n")
        sys.stderr.flush()


def silence_stdout() -> None:
    """Send what is still buffered nowhere: the interpreter would complain at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def watched() -> bool:
    """Whether someone looks on who wants to see how far the work is."""
    return sys.stderr.isatty() and not logs.silenced()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal what is being done, once it has taken longer than a second."""
    if not watched():
        yield
        return
    finished = threading.Event()
    watcher = threading.Thread(target=_show_after_a_while, args=(what, finished), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()


def _show_after_a_while(what: str, finished: threading.Event) -> None:
    if finished.wait(PATIENCE_SECONDS):
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(escaped(what))):
        finished.wait()
