"""Reading what strangers send: in a process of its own, with limits on memory and time.

The limits of `melodymuse.limits` refuse what is known to cost too much.  For what is not known, a
server reads in a process that the system stops: a decoder that runs wild, or crashes, is then one
line for one user.  It is no sandbox: the process has the rights of the program that starts it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any, NoReturn, ParamSpec, TypeVar

from melodymuse.errors import LimitError, MelodyMuseError
from melodymuse.limits import SAFE_MEMORY, SAFE_SECONDS
from melodymuse.processes import new_process

# What reads pictures and MIDI files.
READERS = ("melodymuse.vision.loading", "melodymuse.midi.file")

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
    return _Helper().answer(work, given, named)


class Guard:
    """`guarded`, with a process that waits ready for the next piece of work, so that no work waits
    for its start and its imports.  Any thread may call it.

    Args:
        modules: what a process imports before there is work.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._modules = tuple(modules)
        self._lock = Lock()
        self._waiting: _Helper | None = None
        self._closed = False
        self._prepare()

    def __call__(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """As `guarded`."""
        with self._lock:
            helper, self._waiting = self._waiting, None
        try:
            return (helper or _Helper(self._modules)).answer(work, given, named)
        finally:
            # Beside the answer, which need not wait for the next process.
            Thread(target=self._prepare, daemon=True).start()

    def close(self) -> None:
        """End the process that waits."""
        with self._lock:
            helper, self._waiting, self._closed = self._waiting, None, True
        if helper is not None:
            helper.end()

    def _prepare(self) -> None:
        with self._lock:
            if self._waiting is None and not self._closed:
                self._waiting = _Helper(self._modules)


class _Helper:
    """A process that does one piece of work."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._memory, self._seconds = SAFE_MEMORY.most, SAFE_SECONDS.most
        self._ours, theirs = multiprocessing.Pipe()
        self._process = new_process(
            _answer, theirs, self._memory, self._seconds, modules, modules=READERS, daemon=True
        )
        try:
            self._process.start()
        except BaseException:
            self._ours.close()
            raise
        theirs.close()

    def answer(self, work: Callable[..., T], given: Sequence[Any], named: dict[str, Any]) -> T:
        """What the work gives; the process has ended then."""
        try:
            kind, answer = self._asked(work, given, named)
        finally:
            self.end()
        if kind is None:
            value: T = answer
            return value
        if issubclass(kind, MemoryError):
            _refuse(
                f"reading took more than {self._memory // 2**20} MiB of memory",
                SAFE_MEMORY.variable,
            )
        if issubclass(kind, MelodyMuseError):
            raise kind.__new__(kind, answer)  # with the message as it was put together there
        raise RuntimeError(f"{kind.__name__} while reading: {answer}")

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self._ours.close()

    def _asked(self, work: Callable[..., Any], given: Sequence[Any], named: dict[str, Any]) -> Any:
        try:
            self._ours.send((work, tuple(given), named))
            if not self._ours.poll(self._seconds):
                _refuse(f"reading took more than {self._seconds} seconds", SAFE_SECONDS.variable)
            return self._ours.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._process.join()
            _refuse(_how_it_ended(self._process.exitcode, self._seconds), SAFE_MEMORY.variable)


def _answer(asked: Connection[Any, Any], memory: int, seconds: int, modules: Sequence[str]) -> None:
    """The life of the process: limits, the work, what came of it."""
    _limit(memory, seconds)
    for module in modules:
        import_module(module)
    try:
        work, given, named = asked.recv()
    except EOFError:  # nobody needs it any more
        return
    try:
        asked.send((None, work(*given, **named)))
    except Exception as error:
        asked.send((type(error), str(error)))


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
