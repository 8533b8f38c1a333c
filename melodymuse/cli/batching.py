"""`melodymuse batch`: a piece for each of many pictures."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from melodymuse.cli import terminal
from melodymuse.cli.control_options import with_controls
from melodymuse.cli.eye_option import EyeName
from melodymuse.cli.reports import clock
from melodymuse.cli.safe_option import Safe
from melodymuse.cli.terminal import Row
from melodymuse.errors import BatchError
from melodymuse.planning.sayings import Said
from melodymuse.suggesting import unknown

if TYPE_CHECKING:
    from melodymuse.batch.items import Item
    from melodymuse.batch.making import Run
    from melodymuse.batch.manifest import Manifest, Record
    from melodymuse.batch.parts import Parts

_FEELING = "What to feel"
_RUN = "How it runs"
_RAY = "ray"
_RUNNERS = ("processes", _RAY)
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
    eye: EyeName = None,
    safe: Safe = False,
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
    runner: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="processes, on this machine, or ray, on a cluster (needs the extra 'ray'; places "
            "may be URLs, and the manifest is Parquet).",
            rich_help_panel=_RUN,
        ),
    ] = _RUNNERS[0],
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Of the Ray cluster, or auto; without it one on this machine.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the manifest's lines as they come.", rich_help_panel=_RUN
        ),
    ] = False,
    **controls: Unpack[Said],
) -> int:
    """Compose a piece for each of many pictures, several at once.

    Each item's seed follows from --seed and from its content: what it becomes depends neither on
    the others nor on the number of workers.  manifest.jsonl tells what became of each item;
    pictures that cannot be used are listed in errors.csv, the rest goes on, and the exit status is
    2 then.
    """
    from melodymuse.batch.items import read_items
    from melodymuse.batch.manifest import write_errors

    if workers is not None and workers < 1:
        raise BatchError(f"workers must be at least 1, not {workers}")
    if runner not in _RUNNERS:
        raise BatchError(unknown("runner", runner, _RUNNERS))
    if address is not None and runner != _RAY:
        raise BatchError(f"--address is for --runner {_RAY}: say both, or neither")
    asked = {"emotion": emotion, "valence": valence, "arousal": arousal, **controls}
    run = _run(folder, seed, formats, asked, eye, safe=safe, resume=resume)
    started, made = time.monotonic(), 0
    with _manifest(runner, folder, run, resume=resume) as manifest:
        with terminal.waiting("counting"):
            total = sum(1 for _ in manifest.left(read_items(places, folder)))
        items = manifest.left(read_items(places, folder))
        found = _records(runner, items, total, run, folder, workers, address)
        with closing(found), _progress(total) as told:
            for record in found:
                manifest.add(record)
                made += record["error"] is None
                told(record["error"] is not None)
                if as_json:
                    terminal.say_json(record)
        failed = write_errors(folder, manifest.records())
        if not as_json:
            _conclude(folder, run, made, manifest.records(), time.monotonic() - started)
    return _BAD_INPUT if failed else 0


def _run(
    folder: str,
    seed: int | None,
    formats: str,
    asked: dict[str, Any],
    eye: str | None,
    *,
    safe: bool,
    resume: bool,
) -> Run:
    """What the words say of the run; the seed of the run that is resumed where they say none."""
    from melodymuse.asking import draw_seed
    from melodymuse.batch.making import Run
    from melodymuse.batch.manifest import begun_in

    begun = begun_in(folder) if resume else None
    if begun is not None and "seed" not in begun:
        raise BatchError(f"{folder} does not say which run it holds: use another folder")
    if seed is None:
        seed = draw_seed() if begun is None else begun["seed"]
    suffixes = tuple(f".{word.strip().lower().lstrip('.')}" for word in formats.split(","))
    said = tuple((name, value) for name, value in asked.items() if value is not None)
    run = Run(seed, suffixes, said, eye, safe)
    run.check()
    return run


def _manifest(runner: str, folder: str, run: Run, *, resume: bool) -> Manifest | Parts:
    if runner == _RAY:
        from melodymuse.batch.parts import Parts

        return Parts(folder, run, resume=resume)
    from melodymuse.batch.manifest import Manifest

    return Manifest(folder, run, resume=resume)


def _records(
    runner: str,
    items: Iterable[Item],
    total: int,
    run: Run,
    folder: str,
    workers: int | None,
    address: str | None,
) -> Generator[Record, None, None]:
    """What becomes of each item, on this machine or on a cluster."""
    from melodymuse.writing.generator import MOST_ROWS

    count = workers or _cores()
    # The last block of one process should not keep the others waiting.
    rows = min(MOST_ROWS, max(_FEWEST_ROWS, -(-total // count)))
    if runner == _RAY:
        from melodymuse.batch.cluster import run_cluster

        return run_cluster(items, run, folder, rows=rows, workers=workers, address=address)
    from melodymuse.batch.running import run_items

    return run_items(items, run, folder, rows=rows, workers=count)


def _conclude(folder: str, run: Run, made: int, records: Iterable[Record], seconds: float) -> None:
    """Say what came out."""
    failed = [record for record in records if record["error"]]
    rows = [
        Row("made", f"{made} in {clock(seconds)}, {made / seconds * 3600:.0f} an hour"),
        Row("failed", f"{len(failed)}, listed in errors.csv" if failed else "0"),
        Row("seed", str(run.seed)),
        *(
            Row("", f"{record['image'] or ''} {record['error']}".strip())
            for record in failed[:_SHOWN_ERRORS]
        ),
    ]
    terminal.say_table(folder, rows)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[bool], None]]:
    """A bar with rate and time left, to be told of each item whether it failed; nothing off a
    terminal."""
    if not terminal.watched():
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
