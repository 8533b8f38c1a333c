"""Processes that start quickly, each with the environment of the moment.

On Linux they are forked off one that has imported what they need and does nothing else: a new
interpreter takes half a second for that.  Elsewhere, and where that one cannot be had, each is a
new interpreter.  As with all of `multiprocessing`, a program that calls this begins under
``if __name__ == "__main__"``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from typing import Any


def new_process(
    work: Callable[..., None], *given: Any, modules: Sequence[str] = (), daemon: bool = False
) -> BaseProcess:
    """A process that calls a function, not started yet.

    Args:
        work: a function of a module, which the process imports.
        *given: what it takes.
        modules: what the first such process of a program has imported before it is forked, and with
            it all further ones.  None may start a thread.
        daemon: whether it ends with this process.
    """
    # What a process that is forked inherits is as old as the first of them.
    args = (dict(os.environ), work, given)
    if sys.platform == "linux" and _is_ready(modules):
        forking = multiprocessing.get_context("forkserver")
        return forking.Process(target=_begin, args=args, daemon=daemon)
    return multiprocessing.get_context("spawn").Process(target=_begin, args=args, daemon=daemon)


def _is_ready(modules: Sequence[str]) -> bool:
    """Whether the process is there that others are forked off; it is started where it is not."""
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["melodymuse.forked", *modules])
    try:
        forkserver.ensure_running()
    except OSError:
        # No temporary folder, one with too long a name for a socket, or the other process is that
        # of a program which this one was forked off itself.
        return False
    return True


def _begin(environment: Mapping[str, str], work: Callable[..., None], given: Sequence[Any]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    work(*given)
