"""What `--verbose` and `--log-json` show on standard error: stages, their times, libraries' words.

Every command takes both, and `--quiet`, which leaves out what is told about the results.  Files,
JSON and what goes to other programs stay as they are, whatever is logged.
"""

from __future__ import annotations

import inspect
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from melodymuse.plain_text import escaped
from melodymuse.stages import log

_FIELDS = ("stage", "seconds")
_PANEL = "What to log"


class _Lines(logging.Handler):
    """Records as lines on standard error, whichever that is when they come."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        sys.stderr.write(f"{self.format(record)}\n")
        sys.stderr.flush()


class _Words(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The record as text that steers no terminal."""
        return escaped(f"melodymuse: {' '.join(record.getMessage().split())}")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The record as one JSON object: time (UTC, ISO 8601), level, message, and its fields."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        facts = {
            "time": f"{moment}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        known = {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        return json.dumps(facts | known)


def with_log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command, as typer reads its signature, with the options of this module as well."""

    def run(*words: Any, quiet: bool, verbose: bool, log_json: bool, **options: Any) -> Any:
        return command(*words, **options)

    signature = inspect.signature(command, eval_str=True)
    ours = [
        _parameter(
            "quiet", "Print nothing but complaints (and JSON, if asked for).", silence, "-q"
        ),
        _parameter(
            "verbose",
            "Say on standard error what is done, and how long it takes.",
            lambda: show(_Words),
            "-v",
        ),
        _parameter(
            "log_json",
            "The same, and every complaint, as one JSON object a line: time, level, message, "
            "stage, seconds.",
            lambda: show(_Json),
        ),
    ]
    run.__doc__ = command.__doc__
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), *ours]
    )
    return run


def show(form: Callable[[], logging.Formatter]) -> None:
    """Show the log from now on in a form: words or JSON."""
    hide()
    lines = _Lines()
    lines.setFormatter(form())
    log.addHandler(lines)
    log.setLevel(logging.INFO)


def hide() -> None:
    """Show no log any more, and tell results again."""
    for handler in [handler for handler in log.handlers if isinstance(handler, _Lines)]:
        log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


def silence() -> None:
    """Tell complaints alone from now on."""
    hide()
    log.setLevel(logging.ERROR)


def silenced() -> bool:
    """Whether complaints alone are told."""
    return log.level == logging.ERROR


def shown() -> bool:
    """Whether a log is shown."""
    return any(isinstance(handler, _Lines) for handler in log.handlers)


def shown_as_json() -> bool:
    """Whether a log is shown for programs to read."""
    return any(isinstance(handler.formatter, _Json) for handler in log.handlers)


def tell_noise(line: str) -> None:
    """Log a line that a library wrote."""
    log.info("library: %s", line)


def _parameter(name: str, text: str, act: Callable[[], None], *short: str) -> inspect.Parameter:
    def said(wanted: bool) -> bool:
        if wanted:
            act()
        return wanted

    option = typer.Option(
        *short,
        f"--{name.replace('_', '-')}",
        is_eager=True,  # before what else is said can be wrong
        callback=said,
        help=text,
        rich_help_panel=_PANEL,
    )
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, option]
    )
