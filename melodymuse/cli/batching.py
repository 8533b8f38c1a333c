"""`melodymuse batch`: a piece for each of many pictures."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from melodymuse.cli import terminal
from melodymuse.cli.control_options import with_controls
from melodymuse.cli.reports import clock
from melodymuse.cli.terminal import Row
from melodymuse.errors import BatchError
from melodymuse.planning.controls import Wishes

if TYPE_CHECKING:
    from melodymuse.batch.items import Item
    from melodymuse.batch.making import Run

_FEELING = "What to feel"
_RUN = "How it runs"
_BAD_INPUT = 2
_SHOWN_ERRORS = 10
# A process that has less to do is not worth its start.
_FEWEST_ROWS = 8


@with_controls
def batch(
    places: Annotated[
        list[str],
        typer.Argument(
            metavar="IN...",
            help="Pictures, folders, globs; .txt with a path a line; .csv or .jsonl with a column "
            "image and a column for any option, as in emotion or tempo.",
        ),
    ],
    folder: Annotated[
        str, typer.Argument(metavar="OUT_DIR", help="Where pieces and manifest.jsonl go.")
    ],
    emotion: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Over every picture's.", rich_help_panel=_FEELING),
    ] = None,
    valence: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER", help="Unpleasant -1 to pleasant 1.", rich_help_panel=_FEELING
        ),
    ] = None,
    arousal: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Calm -1 to excited 1.", rich_help_panel=_FEELING),
    ] = None,
    seed: int | None = None,
    formats: Annotated[
        str,
        typer.Option(
            metavar="SUFFIXES",
            help="Files to write for each piece, as in mid,pdf,mp3.",
            rich_help_panel=_RUN,
        ),
    ] = "mid",
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Processes; as many as there are cores when not given.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the run that OUT_DIR holds: nothing is lost or done twice.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the manifest's lines as they come.", rich_help_panel=_RUN
        ),
    ] = False,
    **controls: Unpack[Wishes],
) -> int:
    """Compose a piece for each of many pictures, several at once.

    Each item's seed follows from --seed and from its content: what it becomes depends neither on
    the others nor on the number of workers.  manifest.jsonl tells what became of each item;
    pictures that cannot be used are listed in errors.csv, the rest goes on, and the exit status is
    2 then.
    """
    from melodymuse.batch.items import read_items

    if workers is not None and workers < 1:
        raise BatchError(f"workers must be at least 1, not {workers}")
    asked = {"emotion": emotion, "valence": valence, "arousal": arousal, **controls}
    run = _run(folder, seed, formats, asked, resume=resume)

    def items() -> Iterator[Item]:
        return read_items(places, leave_out=folder)

    return _here(items, run, Path(folder), workers or _cores(), resume=resume, as_json=as_json)


def _run(
    folder: str, seed: int | None, formats: str, asked: dict[str, Any], *, resume: bool
) -> Run:
    """What the words say of the run; the seed of the run that is resumed where they say none."""
    from melodymuse.batch.making import Run
    from melodymuse.batch.manifest import begun_in
    from melodymuse.engine import draw_seed

    begun = begun_in(Path(folder)) if resume else None
    if seed is None:
        seed = draw_seed() if begun is None else begun.get("seed")
    suffixes = tuple(f".{word.strip().lower().lstrip('.')}" for word in formats.split(","))
    said = tuple((name, value) for name, value in asked.items() if value is not None)
    run = Run(seed, suffixes, said)
    run.check()
    return run


def _here(
    items: Callable[[], Iterable[Item]],
    run: Run,
    folder: Path,
    workers: int,
    *,
    resume: bool,
    as_json: bool,
) -> int:
    """The run on this machine."""
    from melodymuse.batch.manifest import Manifest, write_errors
    from melodymuse.batch.running import run_items
    from melodymuse.writing.generator import MOST_ROWS

    started, made = time.monotonic(), 0
    with Manifest(folder, run, resume=resume) as manifest:
        with terminal.waiting("counting"):
            total = sum(1 for _ in manifest.left(items()))
        rows = min(MOST_ROWS, max(_FEWEST_ROWS, -(-total // workers)))
        with _progress(total) as told:
            left = manifest.left(items())
            for record in run_items(left, run, str(folder), workers=workers, rows=rows):
                manifest.add(record)
                made += record["error"] is None
                told(record["error"] is not None)
                if as_json:
                    terminal.say_json(record)
    failed = write_errors(folder)
    if not as_json:
        _conclude(folder, run, made, failed, time.monotonic() - started)
    return _BAD_INPUT if failed else 0


def _conclude(folder: Path, run: Run, made: int, failed: int, seconds: float) -> None:
    from melodymuse.batch.manifest import ERRORS, records

    rows = [
        Row("made", f"{made} in {clock(seconds)}, {made / seconds * 3600:.0f} an hour"),
        Row("failed", f"{failed}, listed in {ERRORS}" if failed else "0"),
        Row("seed", str(run.seed)),
    ]
    shown = 0
    for record in records(folder) if failed else ():
        if record["error"] and shown < _SHOWN_ERRORS:
            rows.append(Row("", f"{record['image'] or ''} {record['error']}".strip()))
            shown += 1
    terminal.say_table(str(folder), rows)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[bool], None]]:
    """A bar with rate and time left, to be told of each item whether it failed; nothing off a
    terminal."""
    if not sys.stderr.isatty():
        yield lambda failed: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}, {task.fields[failed]} failed, left"),
        TimeRemainingColumn(),
    )
    begun, failures = time.monotonic(), 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=total, rate="", failed=0)

        def told(failed: bool) -> None:
            nonlocal failures
            failures += failed
            done = bars.tasks[task].completed + 1
            rate = f"{done / (time.monotonic() - begun) * 3600:.0f} an hour"
            bars.update(task, advance=1, rate=rate, failed=failures)

        yield told


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
