"""The program's standard streams: always there, and of nobody else's noise.

Libraries in C write where they like on standard error: decoders about a damaged picture, engines
about a soundfont.  A user needs one line that says what to do, and a name that steers the terminal
must not slip through; so what they write goes to a file that has no name, and is told on request.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile

_STDERR = 2
_MOST_NOISE = 1 << 16  # bytes; what comes after is lost


def open_missing() -> None:
    """Give the program the standard streams that it was started without (``>&-``): they lead
    nowhere, and no file that is opened later takes their numbers."""
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
            pass
        os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as it runs
        stream = getattr(sys, name)
        # A file name need not be text: print it somehow rather than fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def quiet_libraries(tell: Callable[[str], None] | None = None) -> Iterator[None]:
    """Keep from standard error what is not written through `sys.stderr`.

    Args:
        tell: told each line of it at the end; None drops them.
    """
    try:
        kept = os.dup(_STDERR)
        noise = TemporaryFile()  # noqa: SIM115 - the end of this function closes it
    except OSError:  # no descriptor left, or no room for a file: noise is better than no work
        yield
        return
    ours = sys.stderr
    writes_there = _number_of(ours) == _STDERR
    if writes_there:
        ours.flush()
        sys.stderr = open(  # noqa: SIM115
            kept, "w", encoding=ours.encoding, errors=ours.errors, buffering=1, closefd=False
        )
    os.dup2(noise.fileno(), _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        if writes_there:
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            sys.stderr = ours
        os.close(kept)
        with noise:
            if tell is not None:
                noise.seek(0)
                for line in noise.read(_MOST_NOISE).decode(errors="backslashreplace").splitlines():
                    tell(line)


def _number_of(stream: object) -> int | None:
    try:
        number: int = stream.fileno()  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):  # a stand-in for a stream, as tests have
        return None
    return number
