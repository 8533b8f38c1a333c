"""Processes that start quickly, each with the environment of the moment.

On Linux they are forked off one that has imported what they need and does nothing else: a new
interpreter takes half a second for that.  Elsewhere each is a new interpreter.  As with all of
`multiprocessing`, a program that calls this begins under ``if __name__ == "__main__"``.
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
    target, environment = _begin, dict(os.environ)
    if sys.platform == "linux":
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload(list(modules))
        return forking.Process(target=target, args=(environment, work, given), daemon=daemon)
    context = multiprocessing.get_context("spawn")
    return context.Process(target=target, args=(environment, work, given), daemon=daemon)


def _begin(environment: Mapping[str, str], work: Callable[..., None], given: Sequence[Any]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    work(*given)
