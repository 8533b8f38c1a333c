"""Reading what strangers send: in a process of its own, with limits on memory and time.

The limits of `melodymuse.limits` refuse what is known to cost too much.  For what is not known, a
server reads in a process that the system stops: a decoder that runs wild, or crashes, is then one
line for one user.  It is no sandbox: the process has the rights of the program that starts it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NoReturn, ParamSpec, TypeVar

from melodymuse.errors import LimitError, MelodyMuseError
from melodymuse.limits import SAFE_MEMORY, SAFE_SECONDS

P = ParamSpec("P")
T = TypeVar("T")


def guarded(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What a function gives, called in a new process with `SAFE_MEMORY` and `SAFE_SECONDS`.

    On Windows, time alone is limited.  As with all of `multiprocessing`, a program that calls this
    begins under ``if __name__ == "__main__"``.

    Args:
        work: a function of a module, which the new process imports.
        *given: what it takes, all of which can be pickled, as can what it gives.
        **named: likewise.

    Raises:
        LimitError: it took too much memory or time, or the process died.
        MelodyMuseError: what the function raises.
    """
    memory, seconds = SAFE_MEMORY.most, SAFE_SECONDS.most
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_answer, args=(theirs, memory, seconds, work, given, named), daemon=True
    )
    try:
        process.start()
        theirs.close()
        if not ours.poll(seconds):
            _refuse(f"reading took more than {seconds} seconds", SAFE_SECONDS.variable)
        try:
            kind, answer = ours.recv()
        except EOFError:
            process.join()
            _refuse(_how_it_ended(process.exitcode, seconds), SAFE_MEMORY.variable)
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        ours.close()
    if kind is None:
        value: T = answer
        return value
    if issubclass(kind, MemoryError):
        _refuse(f"reading took more than {memory // 2**20} MiB of memory", SAFE_MEMORY.variable)
    if issubclass(kind, MelodyMuseError):
        raise kind.__new__(kind, answer)  # with the message as it was put together there
    raise RuntimeError(f"{kind.__name__} while reading: {answer}")


def _answer(
    answers: Connection,
    memory: int,
    seconds: int,
    work: Callable[..., Any],
    given: tuple[Any, ...],
    named: dict[str, Any],
) -> None:
    """The life of the process: limits, the work, what came of it."""
    _limit(memory, seconds)
    try:
        answers.send((None, work(*given, **named)))
    except Exception as error:
        answers.send((type(error), str(error)))


def _limit(memory: int, seconds: int) -> None:
    # Ctrl-C reaches all processes of a terminal: whoever started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        # A crash is expected here: it leaves no image of the memory.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _how_it_ended(status: int | None, seconds: int) -> str:
    if sys.platform != "win32" and status in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"reading took more than {seconds} seconds or too much memory"
    return f"the process that read it ended with status {status}"


def _refuse(what: str, variable: str) -> NoReturn:
    raise LimitError(f"{what}: give a smaller file, or set {variable}")
