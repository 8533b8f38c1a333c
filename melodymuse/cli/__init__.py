"""The command line: parses, calls one function of the package, prints.

Contract: results on standard output, everything else on standard error; exit status 0 when all went
well, 1 when `inspect` found a fault in a file, 2 when the input was bad (with one line that says
what), 130 after Ctrl-C.  No traceback reaches a user; ``MELODYMUSE_DEBUG=1`` shows the one behind
an unexpected error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from melodymuse.cli import terminal
from melodymuse.errors import MelodyMuseError

BAD_INPUT = 2
UNEXPECTED = 70
INTERRUPTED = 130
PIPE_CLOSED = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status.

    Args:
        arguments: the words after the program's name; None takes them from ``sys.argv``.
    """
    for stream in (sys.stdout, sys.stderr):
        # A file name need not be text: print it somehow rather than fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return status
    except terminal.PipeClosedError:
        return PIPE_CLOSED
    except BrokenPipeError:
        terminal.silence_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except MelodyMuseError as error:
        terminal.complain(str(error))
        return BAD_INPUT
    except OSError as error:
        terminal.complain(describe(error))
        return BAD_INPUT
    except MemoryError:
        terminal.complain("not enough memory: use a smaller picture or fewer bars")
        return BAD_INPUT
    except Exception as error:
        if os.environ.get("MELODYMUSE_DEBUG"):
            raise
        name = type(error).__name__
        terminal.complain(
            f"unexpected {name}: {error} (a fault of the program, not of the input: please report "
            "it with what MELODYMUSE_DEBUG=1 prints)"
        )
        return UNEXPECTED


def describe(error: OSError) -> str:
    """An operating system's error in one line that names the file."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _run(arguments: list[str]) -> int:
    # Here rather than above, so that `import melodymuse.cli` and --version stay quick.
    import typer

    from melodymuse.cli.app import build_app

    command = typer.main.get_command(build_app(*arguments[:1]))
    try:
        status = command.main(arguments, prog_name="melodymuse", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:
        # Usage errors, which older releases of typer take from click and newer ones bring along.
        explain = getattr(error, "format_message", None)
        if explain is None:
            raise
        terminal.complain(f"{explain()} (melodymuse --help explains)")
        return BAD_INPUT
    return status if isinstance(status, int) else 0
