"""How long the stages of the work take: told to a log as they end, and gathered where asked for.

The log is Python's, named ``melodymuse``; each record has the fields `stage` and `seconds`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

log = logging.getLogger("melodymuse")

# Of the thread, or task, that gathers.
_gathered: ContextVar[dict[str, float] | None] = ContextVar("gathered", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure what is done within, under a name such as ``"look"``; an error ends it as well."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - begun
        times = _gathered.get()
        if times is not None:
            times[name] = times.get(name, 0.0) + seconds
        log.info("%s: %.3f s", name, seconds, extra={"stage": name, "seconds": round(seconds, 6)})


@contextmanager
def stage_times() -> Iterator[dict[str, float]]:
    """Seconds by stage, in the order in which the stages ended: of what this thread does within.

    A stage that comes again adds up; one within another counts in both.
    """
    times: dict[str, float] = {}
    token = _gathered.set(times)
    try:
        yield times
    finally:
        _gathered.reset(token)
