"""What a computation costs: time and memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Stopwatch:
    """Seconds of wall clock; 0 until the block is left."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measure how long a block takes."""
    watch = Stopwatch()
    begun = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - begun


def peak_memory() -> int | None:
    """The most memory, in bytes, that this process has held so far; None on Windows, which does
    not tell without a library."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) if sys.platform == "darwin" else int(peak) * 1024
