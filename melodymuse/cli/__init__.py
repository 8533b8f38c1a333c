"""The command line: parses, calls one function of the package, prints.

Contract: results on standard output, everything else on standard error; exit status 0 when all went
well, 1 when `inspect` found a fault in a file, 2 when the input was bad (with one line that says
what), 130 after Ctrl-C, 143 when asked to end (SIGTERM), 141 when nobody reads the results.  No
traceback reaches a user; ``MELODYMUSE_DEBUG=1`` shows the one behind an unexpected error.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from melodymuse.cli import logs, terminal
from melodymuse.cli.streams import open_missing, quiet_libraries
from melodymuse.errors import MelodyMuseError
from melodymuse.files import DISK_TROUBLE

BAD_INPUT = 2
UNEXPECTED = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143

_DEBUG = "MELODYMUSE_DEBUG"
# How libraries say that memory is short, beside Python's own `MemoryError`.
_SHORT_OF_MEMORY = re.compile(
    r"bad.?alloc|out of memory|insufficient memory|not enough memory|cannot allocate memory"
    r"|failed to (?:allocate|map segment)|can't start new thread",
    re.IGNORECASE,
)


class _TerminatedError(BaseException):
    """Someone asked the program to end: what is open is closed on the way out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status.

    Args:
        arguments: the words after the program's name; None takes them from ``sys.argv``.
    """
    open_missing()
    try:
        with _ending_on_request():
            return _answered(list(sys.argv[1:] if arguments is None else arguments))
    except _TerminatedError:
        return TERMINATED
    except KeyboardInterrupt:
        return INTERRUPTED


def describe(error: OSError) -> str:
    """An operating system's error in one line that names the file."""
    reason = DISK_TROUBLE.get(error.errno or 0) or error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _answered(arguments: list[str]) -> int:
    """The exit status; whatever goes wrong is one line."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except (terminal.PipeClosedError, BrokenPipeError):
        terminal.silence_stdout()
        return PIPE_CLOSED
    except MelodyMuseError as error:
        return _refused(str(error))
    except OSError as error:
        # What is still buffered for standard output cannot be written either: on a full disk, the
        # interpreter would say so once more at its end.
        terminal.silence_stdout()
        return _refused(describe(error))
    except RecursionError:
        return _refused("the input is nested too deeply: give a simpler one")
    except Exception as error:
        if isinstance(error, MemoryError) or _SHORT_OF_MEMORY.search(str(error)):
            return _refused("not enough memory: use a smaller picture or fewer bars")
        if os.environ.get(_DEBUG):
            raise
        name = type(error).__name__
        terminal.complain(
            f"unexpected {name}: {error} (a fault of the program, not of the input: please report "
            f"it with what {_DEBUG}=1 prints)"
        )
        return UNEXPECTED
    finally:
        logs.hide()


def _refused(why: str) -> int:
    terminal.complain(why)
    return BAD_INPUT


def _run(arguments: list[str]) -> int:
    # Here rather than above, so that `import melodymuse.cli` and --version stay quick.
    import typer

    from melodymuse.cli.app import build_app

    # The only command that is needed, which options may precede.
    wanted = next((word for word in arguments if not word.startswith("-")), "")
    command = typer.main.get_command(build_app(wanted))
    try:
        with _libraries_kept_quiet():
            status = command.main(arguments, prog_name="melodymuse", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:
        # Usage errors, which older releases of typer take from click and newer ones bring along.
        explain = getattr(error, "format_message", None)
        if explain is None:
            raise
        context = getattr(error, "ctx", None)
        program = context.command_path if context else "melodymuse"
        return _refused(f"{explain()} ({program} --help explains)")
    return status if isinstance(status, int) else 0


@contextmanager
def _libraries_kept_quiet() -> Iterator[None]:
    """Nothing reaches standard error but what we say, unless the program is to be debugged."""
    if os.environ.get(_DEBUG):
        yield
        return

    def tell(line: str) -> None:
        if logs.shown():
            logs.tell_noise(line)

    with quiet_libraries(tell):
        yield


@contextmanager
def _ending_on_request() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program as an exception does: nothing half done stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: Any) -> None:
        raise _TerminatedError

    names = ("SIGTERM", "SIGHUP")
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # One that the caller ignores, as `nohup` does, stays ignored.
    before = {n: signal.getsignal(n) for n in wanted if signal.getsignal(n) == signal.SIG_DFL}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
